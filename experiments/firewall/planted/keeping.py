"""Leaks in what a keeper does, and in who leaves."""

from typing import Any

from engine import deck, ending, voiding
from engine import ledger as books
from engine.actions import Leave
from engine.world import Wood
from experiments.firewall.mutants import Patcher
from experiments.firewall.planted.registry import planted
from experiments.firewall.planting import after_action, after_keeping


@planted
def voiding_names_the_undone_legend(patch: Patcher) -> None:
    """The news of a voided turn name the legend that lay on top of the deck."""

    def leak(after: Wood, before: Wood) -> None:
        after.world.headline += f" {deck.upcoming(before).title} is put back."

    after_keeping(patch, voiding, "void_turn", leak)


@planted
def the_end_counts_the_purses(patch: Patcher) -> None:
    """The end of a season tells what all Patrons have together."""

    def leak(after: Wood, _: Wood) -> None:
        sums = (after.ledger.balance(books.patron_account(mask)) for mask in after.world.patrons)
        after.world.headline += f" The Patrons share {sum(sums)} pebbles."

    after_keeping(patch, ending, "end_wood", leak)


@planted
def leaving_shows_the_notes(patch: Patcher) -> None:
    """Who leaves is told of with the number of contracts that all have ever opened."""

    def leak(_: Any, wood: Wood, effects: Any) -> None:
        opened = sum(wood.vault.contracts.reveal().values())
        effects.tell("left", wood.world.turn, f"A Patron leaves; {opened} contracts were opened.")

    after_action(patch, Leave, leak)
