"""Logs: fields to search for, and no secret in them, wherever it came from."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import discord
import pytest

from bot import logs, run
from bot.logs import REDACTED, LogFormat, Redactor
from bot.settings import Settings
from engine.keeper import Keeper
from tests.bot.stage import Stage

TOKEN = "not+a/real-token\"'\\ of 64 signs, with ü and %"
KEY = "sk-planted-key-4711"
FORMATS: tuple[LogFormat, ...] = ("text", "json")


@pytest.fixture
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Yield what the root logger writes as the bot sets it up, with two secrets known."""
    root, text = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    logs.install({TOKEN, KEY}, getattr(request, "param", "text"))
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(text)
    yield text
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def fail_with(secret: str) -> None:
    try:
        raise ConnectionError(f"401 for Authorization: Bot {secret}")  # noqa: TRY301
    except ConnectionError as error:
        raise RuntimeError(f"gave up on {secret!r}") from error


@pytest.mark.parametrize("written", FORMATS, indirect=True)
@pytest.mark.parametrize("secret", [TOKEN, KEY])
def test_a_secret_is_gone_from_message_arguments_fields_and_traceback(written: io.StringIO, secret: str) -> None:
    log = logging.getLogger("anything.at.all")
    log.warning(f"in the message: {secret}")
    log.warning("in an argument: %s", secret)
    log.warning("in a structure: %s", {"token": secret, "nested": [secret]})
    log.warning("in a field", extra={"world": f"guild-{secret}"})
    log.warning("in its stack", stack_info=True)
    try:
        fail_with(secret)
    except RuntimeError:
        log.exception("in a traceback")
    text = written.getvalue()
    assert text.count(REDACTED) >= 6
    assert "401 for Authorization" in text
    for spelled in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]):
        assert spelled not in text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("login of {}", "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB"),
        ("POST https://discord.com/api/v10/webhooks/1234/{}", "aW50ZXJhY3Rpb246MTIzNDU2Nzg5OkFCQ0RFRg"),
        ("POST https://discord.com/api/v10/interactions/12/{}/callback", "aW50ZXJhY3Rpb246MTIzNDU2Nzg5OkFCQ0RFRg"),
        ("cannot connect to postgresql+asyncpg://wood:{}@db.example/wood", "swordfish4711"),
    ],
)
def test_what_has_the_shape_of_a_secret_is_gone_too(text: str, secret: str) -> None:
    shown = Redactor(())(text.format(secret) + " failed")
    assert secret not in shown
    assert REDACTED in shown
    assert shown.endswith(" failed")


def test_short_values_and_plain_words_stay() -> None:
    text = "The turn of guild-77 failed after 3.25 seconds: [Errno 2] No such file: wood.db; see https://example.org/a"
    assert Redactor({"a", "77", ""})(text) == text


def test_what_the_environment_calls_a_secret_is_one() -> None:
    environment = {"DISCORD_TOKEN": "t1", "OPENAI_API_KEY": "t2", "MY_VLLM": "t3", "PATH": "/bin", "DB_PASSWORD": "t4"}
    assert logs.secrets_in(environment, ["MY_VLLM"]) == {"t1", "t2", "t3", "t4"}


def test_the_bot_knows_its_token_its_keys_and_its_databases_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    council = tmp_path / "mine.toml"
    text = (Path(run.__file__).parents[1] / "inference" / "councils" / "one-card.toml").read_text(encoding="utf-8")
    council.write_text(text.replace('kind = "openai"', 'kind = "openai"\napi_key_env = "MY_SERVER"'), encoding="utf-8")
    monkeypatch.setenv("MY_SERVER", "key-of-my-server")
    settings = Settings(
        DISCORD_TOKEN="the-token",  # type: ignore[arg-type]
        WOOD_DATABASE_URL="postgresql+asyncpg://wood:pass%20word@db/wood",
        WOOD_COUNCIL=str(council),
    )  # pyright: ignore[reportCallIssue]
    assert {"the-token", "key-of-my-server", "pass word"} <= run._secrets(settings)


@pytest.mark.parametrize("written", ["json"], indirect=True)
def test_json_is_one_object_a_line_with_the_fields(written: io.StringIO) -> None:
    logs.bind(world="guild-77", interaction=4711)
    logging.getLogger("bot.gate").info("%s %s", "/short", "done", extra={"seconds": 0.25})
    logs._bound.set(None)
    logging.getLogger("bot.turns").info("Turn closed", extra={"world": "guild-78", "turn": 3})
    try:
        fail_with("nothing")
    except RuntimeError:
        logging.getLogger("bot").exception("two\nlines")
    first, second, third = (json.loads(line) for line in written.getvalue().splitlines())
    assert (first["message"], first["world"], first["interaction"], first["seconds"]) == (
        "/short done", "guild-77", 4711, 0.25,
    )  # fmt: skip
    assert (first["level"], first["logger"]) == ("INFO", "bot.gate")
    assert first["time"]
    assert (second["world"], second["turn"], "interaction" in second) == ("guild-78", 3, False)
    assert "RuntimeError" in third["exc_info"]


def test_text_has_the_fields_behind_the_message(written: io.StringIO) -> None:
    logging.getLogger("bot").info("Turn closed", extra={"world": "guild-78", "turn": 3, "seconds": 1.5})
    assert "bot Turn closed world=guild-78 turn=3 seconds=1.5\n" in written.getvalue()


@pytest.mark.parametrize("written", FORMATS, indirect=True)
async def test_nothing_that_names_or_comes_from_a_player_is_logged(
    stage: Stage, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    logging.getLogger("bot").setLevel(logging.DEBUG)
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "short", good="honey", quantity=31337)
    await stage.ada.slash(stage.channel, "insider")
    await stage.boss.slash(stage.channel, "advance")
    await stage.ada.click(stage.cards()[-1], label="My ledger")
    mask = stage.keeper.mask(stage.world_id, str(stage.ada.id)) or "?"

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the store broke")

    stage.expected += [RuntimeError, ZeroDivisionError]
    monkeypatch.setattr(Keeper, "act", broken)
    await stage.ada.slash(stage.channel, "long", good="honey", quantity=4242)
    monkeypatch.setattr(Keeper, "contracts_of", lambda *_: 1 / 0)
    await stage.ada.autocomplete(stage.channel, "close", "number", "4242")
    logging.getLogger("discord").error("Ignoring exception for %r", stage.bot.get_user(stage.ada.id))
    await stage.ada.click(stage.cards()[-1], label="Join the wood")
    logging.getLogger("bot").setLevel(logging.NOTSET)
    text = written.getvalue()
    assert "the store broke" in text
    assert "autocomplete" in text
    assert "/short refused" in text
    for private in (str(stage.ada.id), str(stage.boss.id), "31337", "4242", mask, "Honey will", "player-1"):
        assert private not in text, private


def test_an_error_that_ends_the_bot_is_redacted_too(tmp_path: Path) -> None:
    program = (
        "import asyncio, bot.run\n"
        "from bot.settings import load_settings\n"
        "async def broken(settings): raise RuntimeError('with ' + settings.token.get_secret_value())\n"
        "bot.run._run = broken\n"
        "asyncio.run(bot.run.run_bot(load_settings(None)))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(run.__file__).parents[1],
        env={**os.environ, "DISCORD_TOKEN": KEY, "WOOD_COUNCIL": "standin"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "The bot broke" in ended.stderr
    assert KEY not in ended.stderr + ended.stdout


def test_the_bots_own_libraries_write_through_the_same_handler(written: io.StringIO) -> None:
    logging.getLogger(discord.__name__).warning("rate limited at %s", f"/webhooks/1/{'x' * 60}")
    assert "x" * 60 not in written.getvalue()
    assert all(isinstance(each, logging.NullHandler) for each in logging.getLogger(discord.__name__).handlers)
