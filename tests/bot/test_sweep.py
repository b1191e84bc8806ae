"""Every command, read in another language: no sentence is left that nobody can translate, in private or in public."""

from typing import Any

import discord
import pytest

from tests.bot.i18n.brackets import outside, set_locale, set_server, tongues
from tests.bot.stage import Stage, text_of
from tests.bot.test_rights import commands_of


class Reader:
    """A keeper who reads Japanese in a Spanish server, and what stood outside of both, by command."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.used: set[str] = set()
        self.left: dict[str, set[str]] = {}

    async def asks(self, command: str, who: Any = None, **options: Any) -> None:
        """Use a command, and note what of its answer is in no language."""
        shown = await (who or self.stage.boss).slash(self.stage.channel, command, **options)
        await self.stage.bot.poster.settle()
        self.note(command, text_of(shown), "ja")

    async def clicks(self, custom_id: str) -> None:
        """Click a button of the newest card."""
        shown = await self.stage.boss.click(self.stage.cards()[-1], custom_id=custom_id)
        self.note(custom_id.rpartition(":")[0], text_of(shown), "ja")

    def note(self, where: str, text: str, language: str) -> None:
        self.used.add(where)
        assert tongues(text) <= {language}, f"{where} mixes languages: {text}"
        self.left.setdefault(where, set()).update(outside(text))

    def public(self, channel: Any) -> None:
        """Note what stands in a channel."""
        for message in channel.history():
            if message.author.id == self.stage.env.bot.user.id:
                self.note("in public", text_of(message), "es")


async def swept(stage: Stage) -> Reader:
    """Use every command, and return what was read."""
    reader, asks = Reader(stage), None
    reader.stage.env.bot.budgets._users._each /= 100  # nobody waits
    asks = reader.asks
    await before_any_wood(asks)
    await in_a_wood(stage, asks)
    for deed in ("ledger", "prices", "tip", "board", "help", "first", "bet"):
        number = f"-{stage.keeper.public(stage.world_id).turn}" if deed == "ledger" else ""
        await reader.clicks(f"wood:{deed}{number}:{stage.world_id}")
    await of_seasons(stage, asks)
    await of_tournaments(stage, asks)
    reader.public(stage.channel)
    return reader


async def before_any_wood(asks: Any) -> None:
    await asks("join")
    await asks("wood help")
    await asks("season history")
    await asks("season history", number=3)
    await asks("patron profile")
    await asks("tournament standings")
    await asks("tournament history")
    await asks("tournament watch", table=1)
    await asks("privacy export")
    await asks("season cancel")
    await asks("setup", quiet="dawn")
    await asks("setup", zone="Europe/Paris")
    await asks("setup", zone="Mars")


async def in_a_wood(stage: Stage, asks: Any) -> None:
    await stage.plant(last_turn=40)
    await asks("ledger")
    await asks("wood scoreboard")
    await asks("wood news")
    await asks("join")
    await asks("join")
    await asks("short", good="honey", quantity=4)
    await asks("short", good="honey", quantity=900)
    await asks("long", good="berries", quantity=2)
    await asks("insider")
    await asks("insider")
    await asks("whisper", creature="Sable", good="honey", direction="fall")
    await asks("lend", creature="Bracken", principal=5, term=2, interest=0)
    await asks("bribe", whom="Oona", pebbles=5)
    await asks("bribe", whom="Oona", pebbles=5, favour="hoard")
    await asks("bribe", whom="the magistrate", pebbles=5, favour="dump")
    await asks("bribe", whom="the magistrate", pebbles=5)
    await asks("ally", one="Oona", other="Sable")
    await asks("spring")
    await asks("poke", poke="frost")
    await asks("advance")
    await asks("advance")
    for look in ("look", "prices", "chart", "news", "objective", "scoreboard", "minds", "help"):
        await asks(f"wood {look}")
    await asks("wood look", turn=1)
    await asks("wood look", turn=99)
    await asks("wood scoreboard", page=9)
    await asks("wood creature", name="Oona")
    await asks("ledger")
    await asks("close", number=1)
    await asks("close", number=77)
    await asks("privacy delete")
    await asks("privacy export")
    await asks("postpone", minutes=5)
    await asks("postpone", minutes=0)
    await asks("setup", paused=True)
    await asks("setup", paused=False, quiet="22:00-07:00", zone="Europe/Paris")
    await asks("void")
    await asks("void")


async def of_seasons(stage: Stage, asks: Any) -> None:
    await asks("season extend", chapters=1)
    await asks("season extend", chapters=99)
    await asks("season begin", chapters=1, begins="60", cadence=60)
    await asks("season begin", chapters=1, begins="60", cadence=60)
    await asks("season begin", chapters=1, begins="one day")
    await asks("season cancel")
    await asks("season end")
    await look(stage)
    await asks("patron profile")
    await asks("season begin", chapters=1, cadence=60, repeats=True)
    await look(stage)
    await asks("season history", number=2)
    await asks("season end")
    await look(stage)
    await asks("season history")
    await asks("season history", number=2)
    await asks("season history", page=9)
    await asks("patron profile")


async def of_tournaments(stage: Stage, asks: Any) -> None:
    await asks("tournament create", name="Spring Cup", starts="10", rounds=1, turns=2, cadence=60)
    await asks("tournament join")
    await asks("tournament join")
    await asks("tournament leave")
    await asks("tournament join")
    await asks("tournament standings")
    await asks("tournament pause")
    await asks("tournament resume")
    await asks("tournament watch", table=1)
    await asks("tournament history")
    await asks("tournament cancel")
    await asks("tournament history")


async def look(stage: Stage) -> None:
    for _ in range(2):
        await stage.bot.turn_clock.look()
        await stage.bot.turn_clock.settle()


@pytest.fixture
async def reader(stage: Stage, brackets: None, monkeypatch: pytest.MonkeyPatch) -> Reader:
    set_locale(monkeypatch, {stage.boss.id: "ja"})
    set_server(stage, discord.Locale.spain_spanish)
    return await swept(stage)


async def test_every_command_is_said_in_the_readers_language(stage: Stage, reader: Reader) -> None:
    assert {command.qualified_name for command in commands_of(stage.bot.tree)} <= reader.used
    left = [f"{where}: {line}" for where, lines in reader.left.items() for line in sorted(lines)]
    assert not left, "\n".join(left)
