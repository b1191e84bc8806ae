"""Scripts of play: what they may hold, and what a mistake gets."""

from pathlib import Path

import pytest

from engine.actions import OpenContract, PokeWood
from engine.vocabulary import Good, Poke, Stance
from experiments.script import ScriptError, load_script

SCRIPTS = Path(__file__).parents[2] / "experiments" / "scripts"


def _write(folder: Path, text: str) -> Path:
    path = folder / "script.toml"
    path.write_text(text)
    return path


def test_steps_become_actions_in_the_order_of_their_turns(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        '[[step]]\nturn = 4\nwhat = "poke"\npoke = "frost"\n'
        '[[step]]\nturn = 2\nwho = "hazel"\nwhat = "short"\ngood = "honey"\nquantity = 3\n',
    )
    first, second = load_script(path).steps
    assert first.action() == OpenContract(stance=Stance.SHORT, good=Good.HONEY, quantity=3)
    assert second.action() == PokeWood(poke=Poke.FROST)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no [[step]]"),
        ('gap = [5, 3]\n[[step]]\nturn = 1\nwhat = "join"\n', "gap: write"),
        ('legends = "moon"\n[[step]]\nturn = 1\nwhat = "join"\n', "legends: write a list"),
        ('first_legend = "moon"\n[[step]]\nturn = 1\nwhat = "join"\n', "legends: there is no 'moon'"),
        ("[[step]\n", "Mend the TOML"),
        ('[[step]]\nturn = 1\nwhat = "dance"\n', "step 1: unknown action 'dance'"),
        ('[[step]]\nturn = 1\nwhat = "short"\ngood = "gold"\nquantity = 1\n', "step 1: good"),
        ('[[step]]\nturn = 1\nwhat = "short"\ngood = "honey"\n', "step 1: quantity"),
        ('[[step]]\nturn = 0\nwhat = "join"\n', "step 1: turn"),
        ('[[step]]\nturn = 1\nwhat = "join"\nstake = 5\n', "step 1: stake"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_step(tmp_path: Path, text: str, says: str) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(ScriptError) as caught:
        load_script(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"absent\.toml"):
        load_script(tmp_path / "absent.toml")


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_scripts_that_are_shipped_can_be_read(path: Path) -> None:
    assert load_script(path).steps
