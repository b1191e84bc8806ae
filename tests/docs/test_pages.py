"""The pages say what the code does: what it wrote is not stale, numbers and links are right, and lines can be run."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import discord
import pytest
from pydantic import BaseModel

from bot import tournaments
from bot.cogs.keeping import require_posting
from bot.invite import PERMISSIONS, invite_link
from bot.settings import load_settings
from cli.pages import NUMBER, files, number_of
from engine.privacy import HELD
from inference.config import CouncilConfig, MindConfig, council_names, read_council
from inference.mind import Sampling
from inference.serving import Serve
from tests.docs.pages import DOCS, ROOT, blocks, commands

PAGES: Final = [ROOT / "README.md", ROOT / "deploy" / "README.md", *sorted(DOCS.rglob("*.md"))]
_WORDS: Final = re.compile(r"\b(two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|hundred|half|double)\b")


def read(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def test_what_the_code_wrote_is_not_stale() -> None:
    stale = [path.name for path, text in files().items() if path.read_text(encoding="utf-8") != text]
    assert not stale, "run `uv run python -m cli.pages`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, heading = target.partition("#")
        if "://" in target:
            continue
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{page.name} links to {target}"
        if heading:
            titles = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles], target


class TestRules:
    def test_no_number_stands_without_its_name(self) -> None:
        prose = re.sub(r"<!-- .*? -->|\]\([^)]*\)|^#.*$", "", NUMBER.sub("", read("rules.md")), flags=re.MULTILINE)
        assert not re.search(r"\d", prose), "every number of rules.md has its name in engine/rules.py behind it"
        assert not _WORDS.findall(prose), "a number in a word cannot be checked"

    def test_what_players_deal_with_is_told(self) -> None:
        told = {found["name"] for found in NUMBER.finditer(read("rules.md"))}
        hidden = {"patron.late_stake", "patron.informing", "patron.most_favour"}
        for group in ("patron", "law", "credit"):
            fields = {f"{group}.{name}" for name in type(number_of(group)).model_fields}  # type: ignore[attr-defined]
            assert fields - told - hidden - {"law.evidence_kept"} == set()

    def test_a_name_that_is_none_is_an_error(self) -> None:
        with pytest.raises(LookupError):
            number_of("patron.steak")


class TestCommands:
    def test_every_command_says_who_may_use_it(self) -> None:
        page = read("commands.md")
        assert page.count("\n### `/") == page.count("**Who:**")
        assert "### `/short good quantity`" in page
        assert "## In a shell" in page

    def test_every_line_of_the_pages_is_a_command_that_there_is(self) -> None:
        headings = set(re.findall(r"^#+ `(wood[\w -]*)`$", read("commands.md"), re.MULTILINE))
        for page in PAGES:
            for line in commands(str(page)):
                words = line.split("#")[0].split()
                if words[0] == "wood":
                    names = {" ".join(words[:2]), " ".join(words[:3])}
                    assert names & headings, f"{page.name}: {line}"


class TestPrivacy:
    def test_every_table_is_told(self) -> None:
        told = set(re.findall(r"^\| `(\w+)` \|", read("privacy.md"), re.MULTILINE))
        assert told == {name for name, held in HELD.items() if held}

    def test_the_commands_are_those_there_are(self) -> None:
        told = set(re.findall(r"`(/privacy \w+)`", read("privacy.md")))
        assert told == set(re.findall(r"^### `(/privacy \w+)`", read("commands.md"), re.MULTILINE))


def keys_of(page: str, opening: str) -> dict[str, str]:
    """Return the keys of the first table of a page after `opening`, and what they are when they are left out."""
    table = re.search(r"\n\| key .*?\n\n", f"{page.partition(opening)[2]}\n\n", re.DOTALL)
    assert table is not None
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", table[0], re.MULTILINE))


class TestCouncils:
    @pytest.mark.parametrize(
        ("opening", "table"),
        [
            ("At the top of the file", CouncilConfig),
            ("In a table `[minds.NAME]`", MindConfig),
            ("`sampling = {", Sampling),
            ("In a table `[minds.NAME.serve]`", Serve),
        ],
    )
    def test_every_key_is_told_with_what_it_is_when_left_out(self, opening: str, table: type[BaseModel]) -> None:
        told = keys_of(read("councils.md"), opening)
        assert set(told) == set(table.model_fields)
        for key, field in table.model_fields.items():
            left_out: Any = None if field.is_required() else field.get_default(call_default_factory=True)
            if field.is_required():
                assert told[key] == "needed", key
            elif isinstance(left_out, bool):
                assert told[key] == str(left_out).lower(), key
            elif isinstance(left_out, int | float) or (isinstance(left_out, str) and left_out):
                assert told[key] == str(left_out), key
            else:
                assert told[key] in ("none", "below"), key

    def test_every_council_is_told(self) -> None:
        told = re.findall(r"^\| `([\w-]+)` \| [^|]+ \|$", read("councils.md").partition("##")[0], re.MULTILINE)
        assert sorted(told) == council_names()

    def test_its_example_is_checked_and_takes_a_turn(self, tmp_path: Path) -> None:
        (example,) = [block.text for block in blocks("councils.md") if block.language == "toml"]
        (tmp_path / "mine.toml").write_text(example, encoding="utf-8")
        assert read_council(tmp_path / "mine.toml").substitutes == {"Oona": "rules"}
        for line in commands("councils.md"):
            wood(*line.split()[1:], folder=tmp_path)


class TestHosting:
    def test_the_address_asks_for_what_the_bot_needs(self) -> None:
        (address,) = [line for block in blocks("hosting.md") for line in block.text.splitlines() if "oauth2" in line]
        assert address == invite_link(1).replace("client_id=1", "client_id=CLIENT_ID")

    def test_the_permissions_told_are_those_asked_for(self) -> None:
        rows = re.findall(r"^\| ([A-Z][\w ,]+) \|", read("hosting.md"), re.MULTILINE)
        named = {name.strip() for row in rows if "not in the address" not in row for name in row.split(",")}
        asked = {name.replace("_", " ").title() for name, value in PERMISSIONS if value}
        plain = {"Read Messages": "View Channels", "Send Messages In Threads": "Send Messages in Threads"}
        assert named == {plain.get(name, name) for name in asked}

    def test_they_are_enough_for_the_bot(self) -> None:
        channel: Any = SimpleNamespace(guild=SimpleNamespace(me=None), permissions_for=lambda _me: PERMISSIONS)
        require_posting(channel)
        assert PERMISSIONS.is_superset(tournaments.NEEDED)
        assert not PERMISSIONS.is_superset(discord.Permissions(manage_roles=True))

    def test_the_settings_load_from_the_copied_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("DISCORD_TOKEN", "WOOD_METRICS_PORT", "WOOD_LOG_FORMAT"):
            monkeypatch.delenv(name, raising=False)
        watching = next(block.text for block in blocks("hosting.md") if "WOOD_METRICS_PORT" in block.text)
        example = (ROOT / ".env.example").read_text(encoding="utf-8")
        (tmp_path / ".env").write_text(
            example.replace("DISCORD_TOKEN=", "DISCORD_TOKEN=abc.def", 1) + watching, encoding="utf-8"
        )
        settings = load_settings(tmp_path / ".env")
        assert settings.token.get_secret_value() == "abc.def"
        assert (settings.metrics_port, settings.log_format) == (9464, "json")

    def test_the_minds_answer_and_a_backup_is_sound(self, tmp_path: Path) -> None:
        wood("council", "check", "--council", "standin", folder=tmp_path)
        wood("sim", "--turns", "2", "--council", "standin", "--out", ".", folder=tmp_path)
        (tmp_path / "sim.db").rename(tmp_path / "wood.db")
        backups = [
            line.split()[1:] for line in commands("hosting.md") if line.startswith(("wood backup", "wood verify"))
        ]
        assert [words[0] for words in backups] == ["backup", "verify", "backup"]
        for words in backups:
            wood(*words, folder=tmp_path)

    def test_what_it_copies_and_starts_is_there(self) -> None:
        text = "\n".join(block.text for block in blocks("hosting.md"))
        for file in re.findall(r"\S+/\S+\.yaml|\.env\.example", text):
            assert (ROOT / file).exists()


def wood(*arguments: str, folder: Path) -> None:
    """Run the `wood` command in a folder; it must succeed."""
    run = subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, f"{arguments}\n{run.stdout}\n{run.stderr}"
