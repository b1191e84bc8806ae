import pytest

from inference.config import CREATURES, CouncilConfigError, council_names, read_council
from inference.council import load_council

MIND = '[minds.a]\nkind = "standin"\n'
SEATS = "[seats]\n" + "".join(f'{creature} = "a"\n' for creature in CREATURES)


@pytest.mark.parametrize("name", council_names())
def test_our_own_councils_are_sound(name: str) -> None:
    assert set(read_council(name).seats) == set(CREATURES)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("minds = ", "cannot be read as TOML"),
        (MIND, "seats: is missing; write a table \\[seats\\]"),
        (SEATS, "minds: is missing; write a table"),
        (MIND + "temperature = 1\n" + SEATS, "minds.a.temperature: there is no such key; write one of kind, model"),
        ("speed = 1\n" + MIND + SEATS, "speed: there is no such key; write one of deadline_seconds"),
        (MIND + "sampling = {heat = 1}\n" + SEATS, "minds.a.sampling.heat: there is no such key; write one of temp"),
        (MIND.replace("standin", "oracle") + SEATS, "minds.a.kind: 'oracle' will not do.*'standin'"),
        (MIND.replace("standin", "openai") + SEATS, "minds.a.model: a mind of kind 'openai' needs it; write model ="),
        (MIND + "max_tokens = 0\n" + SEATS, "minds.a.max_tokens: 0 will not do"),
        ("deadline_seconds = inf\n" + MIND + SEATS, "deadline_seconds"),
        (MIND + SEATS.replace("Oona", "Ona"), "seats.Ona: there is no such creature"),
        (MIND + SEATS.replace('Oona = "a"\n', ""), "seats.Oona: is missing; write Oona ="),
        (MIND + SEATS.replace('Oona = "a"', 'Oona = "b"'), "seats.Oona: there is no mind 'b'; write one of a"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_remedy(tmp_path, content: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(CouncilConfigError, match=says) as error:
        load_council(path)
    assert str(path) in str(error.value)


def test_an_unknown_council_is_told_which_there_are() -> None:
    with pytest.raises(CouncilConfigError, match="write one of cpu-vllm, embedded, five-labs, one-card, one-mind"):
        load_council("nobody")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('kind = "embedded"\nmodel = "gpt"\n', "no embedded model 'gpt'; write one of smollm2-135m"),
        ('kind = "embedded"\nmodel = "smollm2-135m"\nadapter = "none.gguf"\n', "adapter none.gguf is not there"),
        (
            'kind = "openai"\nmodel = "m"\nendpoints = ["http://localhost:1/v1"]\napi_key_env = "NO_SUCH"\n',
            "NO_SUCH is not",
        ),
    ],
)
def test_what_a_mind_lacks_is_named(tmp_path, lines: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[minds.a]\n" + lines + SEATS)
    with pytest.raises(CouncilConfigError, match=says):
        load_council(path)
