"""Every command and every component declares a right, and refuses whoever lacks it, whatever Discord hides."""

import importlib
import pkgutil
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import app_commands

import bot
from bot import gate
from bot.checks import NotInAServer
from bot.rights import Right, needs, right_of
from bot.ui import buttons, entries
from bot.ui.buttons import RIGHTS, DeedButton
from bot.ui.entries import EntryButton
from tests.bot.stage import Stage, text_of

PATRONS, MANAGERS, EVERYBODY = Right.PATRON, Right.MANAGER, Right.ANYONE

DECLARED = {
    "setup": MANAGERS, "advance": MANAGERS, "poke": MANAGERS, "postpone": MANAGERS, "void": MANAGERS,
    "season begin": MANAGERS, "season cancel": MANAGERS, "season end": MANAGERS, "season extend": MANAGERS,
    "season history": EVERYBODY, "patron profile": EVERYBODY,
    "join": EVERYBODY, "privacy export": EVERYBODY, "privacy delete": EVERYBODY,
    "ledger": PATRONS, "short": PATRONS, "long": PATRONS, "close": PATRONS, "insider": PATRONS, "whisper": PATRONS,
    "spring": PATRONS, "bribe": PATRONS, "ally": PATRONS, "lend": PATRONS, "wood objective": PATRONS,
    "wood look": EVERYBODY, "wood prices": EVERYBODY, "wood chart": EVERYBODY, "wood creature": EVERYBODY,
    "wood news": EVERYBODY, "wood scoreboard": EVERYBODY, "wood minds": EVERYBODY, "wood help": EVERYBODY,
    "tournament create": MANAGERS, "tournament pause": MANAGERS, "tournament resume": MANAGERS,
    "tournament cancel": MANAGERS, "tournament join": EVERYBODY, "tournament leave": EVERYBODY,
    "tournament watch": EVERYBODY, "tournament standings": EVERYBODY, "tournament history": EVERYBODY,
}  # fmt: skip
"""Written down once more, so that a right is not widened by a slip."""


def commands_of(tree: app_commands.CommandTree[Any]) -> list[app_commands.Command[Any, ..., Any]]:
    return [command for command in tree.walk_commands() if isinstance(command, app_commands.Command)]


def options_of(command: app_commands.Command[Any, ..., Any]) -> dict[str, Any]:
    """Return something for each required option: the first choice, a text, or a number."""
    needed = [option for option in command.parameters if option.required]
    text = discord.AppCommandOptionType.string
    free = {option.name: "something" if option.type is text else 1 for option in needed}
    return {**free, **{option.name: option.choices[0].value for option in needed if option.choices}}


async def test_every_command_declares_a_right(stage: Stage) -> None:
    declared = {command.qualified_name: right_of(command) for command in commands_of(stage.bot.tree)}
    assert declared == DECLARED
    assert stage.bot.tree.get_commands(type=discord.AppCommandType.user) == []
    assert stage.bot.tree.get_commands(type=discord.AppCommandType.message) == []
    assert list(stage.bot.walk_commands()) == [], "commands by message pass no gate"


async def test_whoever_lacks_a_commands_right_is_refused_and_nothing_changes(stage: Stage) -> None:
    await stage.plant()
    await allow_everything(stage)
    before = stage.keeper.wood(stage.world_id).state_hash()
    record = stage.keeper.of_guild(stage.guild.id)
    sentences = {PATRONS: "You are no Patron of this wood yet", MANAGERS: "may manage this server"}
    for command in commands_of(stage.bot.tree):
        if right_of(command) in sentences:
            shown = await stage.ada.slash(stage.channel, command.qualified_name, **options_of(command))
            assert shown.ephemeral
            assert sentences[right_of(command)] in text_of(shown), command.qualified_name
    assert stage.keeper.wood(stage.world_id).state_hash() == before
    assert stage.keeper.of_guild(stage.guild.id) == record
    assert stage.keeper.known_in(str(stage.ada.id)) == []


async def test_a_command_that_declares_nothing_is_refused_to_all(stage: Stage) -> None:
    ran: list[int] = []

    @app_commands.command(description="It forgot to say who may")
    async def careless(interaction: discord.Interaction[Any]) -> None:
        ran.append(interaction.id)

    stage.bot.tree.add_command(careless)
    await stage.bot.tree.sync()
    shown = await stage.boss.slash(stage.channel, "careless")
    assert "Nobody may use this command yet" in text_of(shown)
    assert ran == []
    stage.bot.tree.add_command(needs(Right.ANYONE)(careless), override=True)
    await stage.bot.tree.sync()
    assert "careless" not in DECLARED, "and the test above turns red until it is written down"


def test_only_two_kinds_of_components_react() -> None:
    """A view, a button or a modal of another class would pass no gate."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        importlib.import_module(module.name)
    ours = kinds_of(discord.ui.Item) | kinds_of(discord.ui.View) | kinds_of(discord.ui.Modal)
    assert {kind for kind in ours if kind.__module__.startswith("bot.")} == {DeedButton, EntryButton}


def kinds_of(kind: type) -> set[type]:
    return set(kind.__subclasses__()).union(*(kinds_of(each) for each in kind.__subclasses__()))


def test_every_button_declares_a_right() -> None:
    assert set(RIGHTS) == set(buttons._LOOKS)
    for deed in RIGHTS:
        assert buttons.TEMPLATE.fullmatch(f"wood:{deed}:guild-1"), "it could not be rebuilt after a restart"
    assert set(entries.RIGHTS) == set(entries._LOOKS)
    for deed in entries.RIGHTS:
        assert entries.TEMPLATE.fullmatch(entries.custom_id_of(deed, f"{2**64}-1000"))


@pytest.mark.parametrize("deed", [deed for deed, right in RIGHTS.items() if right is not Right.ANYONE])
async def test_whoever_lacks_a_buttons_right_is_refused(stage: Stage, deed: str) -> None:
    await stage.plant()
    before = stage.keeper.wood(stage.world_id).state_hash()
    view = discord.ui.View(timeout=None)
    view.add_item(DeedButton(deed, stage.world_id, 1 if deed == "close" else None, label="Forged"))
    await stage.bot.get_partial_messageable(stage.channel.id).send(view=view)
    shown = await stage.ada.click(stage.channel.last_message, label="Forged")
    assert shown.ephemeral
    assert "You are no Patron of this wood yet" in text_of(shown)
    assert stage.keeper.wood(stage.world_id).state_hash() == before


@pytest.mark.parametrize("right", list(Right))
def test_nothing_is_done_outside_servers(right: Right) -> None:
    outside: Any = SimpleNamespace(id=1, guild_id=None, extras={}, locale=None)
    with pytest.raises(NotInAServer):
        gate.admit(outside, right)


async def allow_everything(stage: Stage) -> None:
    """Override Discord's own hints, as a server's managers can."""
    for command in await stage.bot.tree.fetch_commands():
        stage.guild.set_command_permissions(command, {stage.ada: True})
