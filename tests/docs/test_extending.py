"""Every page of `docs/extending/` is followed to the letter in a copy of the project, and what it promises is there."""

import json
import shutil
from pathlib import Path
from typing import Final

import pytest
from babel.messages.pofile import read_po, write_po

from inference.council import load_council
from tests.docs.pages import ROOT, Copy, blocks, commands, proof
from tests.inference.fake_server import fake_server

OLD: Final = ROOT / "tests" / "data" / "stores" / "schema-9.sqlite"


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy.in_folder(tmp_path)


def told(page: str, *beginnings: str) -> list[str]:
    """Return for each beginning the one command of a page that begins so."""
    lines = commands(page)
    return [line for beginning in beginnings for line in lines if line.startswith(beginning)]


class TestLegend:
    PAGE = "extending/add-a-legend.md"

    def test_it_falls_and_its_tale_is_on_the_card(self, copy: Copy) -> None:
        copy.follow(self.PAGE)
        shutil.copy(OLD, copy.root / "old.db")
        lines = told(self.PAGE, "wood sim", "wood replay", "python -m bot", "python -m cli")
        *_, written, _, old = copy.run(*lines, proof("legend"), proof("old_store", "old.db"))
        assert "rules.md" in written
        assert "15<!--legends.cards-->" in (copy.root / "docs" / "rules.md").read_text(encoding="utf-8")
        assert old == "identical", "woods from before it replay as before"

    def test_the_card_passes_the_tests_of_cards(self, copy: Copy) -> None:
        copy.follow(self.PAGE)
        for name in ("tests/__init__.py", "tests/engine/__init__.py", "tests/engine/test_legends.py"):
            (copy.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy.root / name)
        (tested,) = copy.run("python -m pytest -v tests/engine/test_legends.py")
        assert "palace-of-lanterns" in tested


async def test_a_mind_is_seated_and_answers(tmp_path: Path) -> None:
    (council,) = [block.text for block in blocks("extending/add-a-mind.md") if block.file == "mine.toml"]
    async with fake_server() as server:
        file = tmp_path / "mine.toml"
        file.write_text(council.replace("http://127.0.0.1:8010/v1", server.url), encoding="utf-8")
        minds = load_council(file)
        try:
            checks = await minds.check()
        finally:
            await minds.aclose()
    assert minds.seating()["Mossback"] == {"mind": "granite", "lab": "IBM", "kind": "openai"}
    assert [(check.mind, check.problem) for check in checks] == [("granite", ""), ("rules", "")]
    assert server.asked[0]["model"] == "granite-4.0-micro"


def test_a_language_is_spoken(copy: Copy) -> None:
    page = "extending/add-a-language.md"
    copy.follow(page)
    copy.run(*told(page, "python -m bot.i18n.collect"))
    catalogue = copy.root / "bot/i18n/locales/de/LC_MESSAGES/wood.po"
    (lines,) = [block.text for block in blocks(page) if block.language == "po"]
    with catalogue.open("rb") as file:
        german = read_po(file, locale="de")
    for message in filter(lambda each: each.id, read_po(lines.splitlines(), locale="de")):
        one = message.id if isinstance(message.id, str) else message.id[0]
        listed = german.get(one, message.context)
        assert listed is not None, f"the code does not say {one!r}"
        listed.string = message.string
    with catalogue.open("wb") as file:
        write_po(file, german)
    copy.run(proof("language"))


def test_an_action_is_journalled_and_replays(copy: Copy) -> None:
    page = "extending/add-a-patron-action.md"
    copy.follow(page)
    sim, replay = told(page, "wood sim", "wood replay")
    _, replayed, _ = copy.run(sim, f"{replay} --json", proof("action"))
    assert json.loads(replayed) == {"worlds": 1, "turns": 2, "identical": True}


def test_a_creature_plays_and_a_store_without_it_is_refused(copy: Copy) -> None:
    page = "extending/add-a-creature.md"
    copy.follow(page)
    shutil.copy(OLD, copy.root / "old.db")
    sim, replay = told(page, "wood sim", "wood replay")
    played, replayed, _, old = copy.run(
        f"{sim} --json", f"{replay} --json", proof("creature"), proof("old_store", "old.db")
    )
    seen = json.loads(played)
    assert seen["council"]["Thistle"]["kind"] == "standin"
    assert seen["asks"] == 15 * 6
    assert seen["firewall"]["leaks"] == 0
    assert json.loads(replayed)["identical"]
    assert "planted with other creatures" in old
