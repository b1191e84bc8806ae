"""Settings, and what the bot tells Discord when it starts."""

from pathlib import Path

import discord
import pytest
from simcord.env import Env

from bot import logs
from bot.app import create_bot
from bot.clock import SystemClock
from bot.councils import Councils
from bot.run import run_bot
from bot.settings import SettingsError, load_settings
from tests.bot.i18n.brackets import forget, speak_in_brackets
from tests.bot.stage import NEVER, Stage

NAMES = (
    "DISCORD_TOKEN",
    "WOOD_DATABASE_URL",
    "WOOD_COUNCIL",
    "WOOD_TICK_SECONDS",
    "WOOD_COMMANDS_STAMP",
    "WOOD_HEARTBEAT",
    "WOOD_PICTURES",
)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_settings_come_from_the_environment_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("DISCORD_TOKEN=from-file\nWOOD_COUNCIL=one-mind\nSOMETHING_ELSE=1\n", encoding="utf-8")
    monkeypatch.setenv("WOOD_TICK_SECONDS", "2.5")
    settings = load_settings(file)
    assert settings.token.get_secret_value() == "from-file"
    assert (settings.council, settings.tick_seconds) == ("one-mind", 2.5)
    assert "from-file" not in repr(settings)


@pytest.mark.parametrize("text", ["", "DISCORD_TOKEN=\n"])
def test_a_missing_token_gets_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / ".env"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"^There is no Discord token: put DISCORD_TOKEN=… into the environment"):
        load_settings(file)


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "t")
    monkeypatch.setenv("WOOD_TICK_SECONDS", "often")
    with pytest.raises(SettingsError, match=r"^WOOD_TICK_SECONDS cannot be used"):
        load_settings(None)


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset().total_seconds() == 0


async def test_discord_is_told_of_commands_only_when_they_changed(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = tmp_path / "stamp"

    async def start() -> int:
        bot = create_bot(stage.keeper, stage.clock, tick_seconds=NEVER, commands_stamp=stamp)
        before = len(syncs(stage.env))
        await stage.env.restart_bot(bot)
        after = len(syncs(stage.env))
        await bot.close()
        return after - before

    await stage.bot.close()
    assert [await start(), await start()] == [1, 0]
    stamp.write_text("other commands", encoding="utf-8")
    assert await start() == 1
    speak_in_brackets(monkeypatch)
    assert [await start(), await start()] == [1, 0], "they are described otherwise now"
    forget()


async def test_a_council_is_loaded_once_for_all_woods() -> None:
    councils = Councils()
    assert councils("standin") is councils("standin")
    assert councils.seating("standin")["Oona"]["kind"] == "standin"
    await councils.close()


async def test_whoever_listens_is_told_of_decisions_in_every_council() -> None:
    councils, told = Councils(), []
    before = councils("standin")
    councils.tell(lambda *what: told.append(what))
    before.on_decided("w", 1, "Oona")
    councils("one-mind").on_decided("v", 2, "Sable")
    assert told == [("w", 1, "Oona"), ("v", 2, "Sable")]
    await councils.close()


def test_pictures_are_drawn_by_night_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "t")
    assert load_settings(None).pictures == "dark"
    monkeypatch.setenv("WOOD_PICTURES", "light")
    assert load_settings(None).pictures == "light"
    monkeypatch.setenv("WOOD_PICTURES", "pink")
    with pytest.raises(SettingsError, match=r"^WOOD_PICTURES cannot be used"):
        load_settings(None)


async def test_a_token_that_discord_refuses_gets_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise discord.LoginFailure("401")

    monkeypatch.setattr(discord.Client, "login", refuse)
    monkeypatch.setattr(logs, "install", lambda *_: None)
    monkeypatch.setenv("DISCORD_TOKEN", "not-a-token")
    monkeypatch.setenv("WOOD_COUNCIL", "standin")
    monkeypatch.setenv("WOOD_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'wood.db'}")
    with pytest.raises(SettingsError, match=r"^Discord refuses DISCORD_TOKEN"):
        await run_bot()


async def test_a_repeated_ready_changes_nothing(stage: Stage) -> None:
    before = len(stage.env.http_requests)
    stage.bot.dispatch("ready")
    stage.bot.dispatch("ready")
    await stage.env.settle()
    assert len(stage.env.http_requests) == before


def test_no_privileged_intent_is_asked_for(stage: Stage) -> None:
    intents = stage.bot.intents
    assert [intents.members, intents.presences, intents.message_content] == [False, False, False]


def syncs(env: Env) -> list[object]:
    return [request for request in env.http_requests if request.method == "PUT" and request.path.endswith("/commands")]
