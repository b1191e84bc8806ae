"""The page `docs/commands.md`: every slash command, button and `wood` command, as the code itself declares them."""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, Final

import discord
import typer
from discord import app_commands
from typer.cli import get_docs_for_click
from typer.main import get_command

from bot.commands import COGS
from bot.rights import Right, right_of
from bot.ui import buttons, entries
from cli.main import app

_INTRODUCTION: Final = """\
# Commands

Everything that can be typed or clicked. `uv run python -m cli.pages` wrote this page from the code.

## In Discord

An option in brackets may be left out. **Who** may use a command is one of three, and Discord's own settings can only
narrow it: *anyone* in the server, a *Patron*, who has joined the wood, or a *manager*, who may manage the server. Every
answer is seen by whoever asked alone. The [rules](rules.md) say what it all does.
"""
_BUTTONS: Final = """\
## Buttons

They stand under the wood's card, a tournament's board and some answers, go on working after a restart, and act for
whoever clicks.

| button | who |
|---|---|
"""
_SHELL: Final = "## In a shell"
_WHO: Final = {Right.ANYONE: "anyone", Right.PATRON: "a Patron", Right.MANAGER: "a manager"}
_KINDS: Final = {
    discord.AppCommandOptionType.string: "A text",
    discord.AppCommandOptionType.integer: "A number",
    discord.AppCommandOptionType.number: "A number",
    discord.AppCommandOptionType.boolean: "Yes or no",
    discord.AppCommandOptionType.channel: "A channel",
    discord.AppCommandOptionType.role: "A role",
    discord.AppCommandOptionType.user: "A member",
}


def commands_page() -> str:
    """Return the page."""
    slash = "\n".join(_command(command) for cog in COGS for command in _leaves(cog().walk_app_commands()))
    return "\n".join([_INTRODUCTION, slash, _BUTTONS + _buttons(), _SHELL, "", _shell()])


def _leaves(commands: Iterable[app_commands.Command[Any, ..., Any] | app_commands.Group]) -> Iterator[Any]:
    """Yield the commands themselves: a group cannot be used."""
    return (command for command in commands if isinstance(command, app_commands.Command))


def _command(command: app_commands.Command[Any, ..., Any]) -> str:
    options = [each.name if each.required else f"[{each.name}]" for each in command.parameters]
    lines = [f"### `{' '.join([f'/{command.qualified_name}', *options])}`", ""]
    lines.append(f"{_sentence(command.description)} **Who:** {_WHO[right_of(command)]}.")
    lines += ["", *map(_option, command.parameters), ""] if command.parameters else [""]
    return "\n".join(lines)


def _option(option: app_commands.Parameter) -> str:
    if option.choices:
        kind = f"One of: {', '.join(choice.name for choice in option.choices)}"
    else:
        kind = _KINDS[option.type] + (", offered while you type" if option.autocomplete else "")
    left_out = "" if option.required or option.default is None else f" If left out: {_default(option)}."
    return f"* `{option.name}`: {_sentence(str(option.description))} {_sentence(kind)}{left_out}"


def _default(option: app_commands.Parameter) -> str:
    value = option.default.value if isinstance(option.default, Enum) else option.default
    if isinstance(value, bool):
        return "yes" if value else "no"
    return next((choice.name for choice in option.choices if choice.value == value), str(value))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _buttons() -> str:
    deeds = [(buttons.DeedButton(deed, "wood").item, right) for deed, right in buttons.RIGHTS.items()]
    deeds += [(entries.EntryButton(deed, "1-1").item, right) for deed, right in entries.RIGHTS.items()]
    return "".join(f"| {button.emoji} {button.label} | {_WHO[right]} |\n" for button, right in deeds)


def _shell() -> str:
    """Return what Typer says of the `wood` command, less its lists of subcommands, which come below them whole."""
    told = get_docs_for_click(obj=get_command(app), ctx=typer.Context(get_command(app)), indent=2, name="wood")
    paragraphs = told.split("\n\n")
    lists = {n for n, each in enumerate(paragraphs) if each == "**Commands**:"}
    kept = [each for n, each in enumerate(paragraphs) if n not in lists and n - 1 not in lists]
    return "\n\n".join(kept).rstrip().replace("$ wood", "$ uv run wood") + "\n"
