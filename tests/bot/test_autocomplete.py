"""What is offered while one types comes from memory: never from the store, and never from a mind."""

from typing import Any, NoReturn

import pytest
from discord import app_commands

from tests.bot.stage import Stage
from tests.bot.test_rights import commands_of

CHOSEN: dict[str, dict[str, Any]] = {
    "short": {"good": "honey"},
    "long": {"good": "honey"},
    "lend": {"creature": "Oona", "principal": 20, "term": 2},
    "bribe": {"whom": "Oona"},
}


ZONES = {("setup", "zone"), ("season begin", "zone"), ("tournament create", "zone")}
"""Time zones, which are offered to keepers."""


OPEN = {*ZONES, ("wood help", "question")}
"""What everybody is offered: it is about nobody."""


class Forbidden:
    """A store, and a council, that nobody may touch."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"{name} was asked for while somebody typed")

    def __call__(self, *_: object) -> NoReturn:
        raise AssertionError("a council was asked for while somebody typed")


def offering(tree: app_commands.CommandTree[Any]) -> set[tuple[str, str]]:
    return {
        (command.qualified_name, option.name)
        for command in commands_of(tree)
        for option in command.parameters
        if option.autocomplete
    }


async def test_every_offer_comes_from_memory(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "short", good="honey", quantity=2)
    store = stage.keeper.store
    monkeypatch.setattr(stage.keeper, "_store", Forbidden())
    monkeypatch.setattr(stage.keeper, "_councils", Forbidden())
    found = offering(stage.bot.tree)
    assert found == {
        ("short", "quantity"), ("long", "quantity"), ("close", "number"), ("bribe", "pebbles"),
        ("lend", "principal"), ("lend", "interest"), *OPEN,
    }  # fmt: skip
    for command, option in found:
        chosen = {name: value for name, value in CHOSEN.get(command, {}).items() if name != option}
        for typed in ("", "1", "x" * 90):
            who = stage.boss if (command, option) in ZONES else stage.ada
            offered = await who.autocomplete(stage.channel, command, option, typed, **chosen)
            assert typed or offered, f"/{command} {option} offers nothing"
    assert stage.env.errors == []
    monkeypatch.setattr(stage.keeper, "_store", store)


async def test_a_stranger_is_offered_no_ones_figures(stage: Stage) -> None:
    await stage.plant()
    for command, option in offering(stage.bot.tree) - OPEN:
        chosen = {name: value for name, value in CHOSEN.get(command, {}).items() if name != option}
        assert await stage.ben.autocomplete(stage.channel, command, option, "", **chosen) == []
