"""Commands as Discord shows them to a reader: with the descriptions and choices registered in their locale.

simcord keeps what a bot registers in other languages, and shows English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from discord import Locale
from simcord.interactions import command_leaves


def in_locale(
    catalog: dict[str, Any], registered: Iterable[Mapping[Any, Mapping[str, Any]]], locale: Locale
) -> dict[str, Any]:
    """Return simcord's catalogue of commands as a reader of a locale sees it.

    Args:
        catalog: What simcord's page is told of the commands that its person may use.
        registered: The commands as the bot registered them, scope by scope.
        locale: The reader's.
    """
    leaves = {
        (str(command["id"]), tuple(path)): leaf
        for commands in registered
        for command in commands.values()
        for path, leaf in command_leaves(dict(command))
    }
    entries = [_entry(entry, leaves[entry["commandId"], tuple(entry["path"])], locale) for entry in catalog["entries"]]
    return {**catalog, "entries": entries}


def _entry(entry: dict[str, Any], leaf: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    options = [
        _option(option, spec, locale) for option, spec in zip(entry["options"], leaf.get("options") or [], strict=True)
    ]
    return {**entry, "description": _in(locale, leaf, "description"), "options": options}


def _option(option: dict[str, Any], spec: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    choices = [
        {**choice, "name": _in(locale, told, "name")}
        for choice, told in zip(option["choices"], spec.get("choices") or [], strict=True)
    ]
    return {**option, "description": _in(locale, spec, "description"), "choices": choices}


def _in(locale: Locale, told: Mapping[str, Any], what: str) -> str:
    return (told.get(f"{what}_localizations") or {}).get(locale.value) or str(told.get(what, ""))
