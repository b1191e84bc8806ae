"""Leaks in what a mind is told."""

from collections.abc import Callable
from typing import Any

from engine import deck
from engine import ledger as books
from engine.actions import Whisper
from engine.cast import NAMES
from engine.views import CreatureView
from engine.world import Event, Wood
from experiments.firewall.mutants import Patcher
from experiments.firewall.planted.registry import planted
from experiments.firewall.planting import change_views, due, smuggle, smuggled, truths
from prompts import render


@planted
def flag_in_a_whisper(patch: Patcher) -> None:
    """The words of a whisper end otherwise when it is true."""
    smuggle(patch, lambda wood: {key: true for name in NAMES for key, true in truths(wood, name).items()})

    def wrap(original: Callable[[Any], str]) -> Callable[[Any], str]:
        def leaking(heard: Any) -> str:
            true = smuggled["secret"].get((heard.speaker, heard.good, heard.direction))
            return f"{original(heard)}{', and it is so' if true else ''}"

        return leaking

    patch.wrap(render, "_whisper", wrap)


@planted
def order_of_whispers(patch: Patcher) -> None:
    """A creature hears true whispers first."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        told = truths(wood, view.name)
        return {"heard": tuple(sorted(view.heard, key=lambda h: not told.get((h.speaker, h.good, h.direction))))}

    change_views(patch, change)


@planted
def trailing_space(patch: Patcher) -> None:
    """A prompt ends in as many spaces as there are turns until the next legend."""
    smuggle(patch, due)
    patch.wrap(render, "_situation", lambda original: lambda view: original(view) + " " * smuggled["secret"])


@planted
def sequential_number(patch: Patcher) -> None:
    """News are numbered by a counter that secret actions also move."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        number = len(wood.vault.forecasts.reveal()) + sum(wood.vault.contracts.reveal().values())
        return {"news": tuple(f"No. {number}: {line}" for line in view.news or ("All is quiet.",))}

    change_views(patch, change)


@planted
def next_legend_in_the_news(patch: Patcher) -> None:
    """The news tell the legend that has not fallen yet."""
    change_views(patch, lambda wood, view: {"news": (*view.news, deck.upcoming(wood).tale)})


@planted
def due_turn_in_the_season(patch: Patcher) -> None:
    """The words for the season count the turns until the next legend."""
    change_views(patch, lambda wood, view: {"season": f"{view.season}, {due(wood)} turns before the storm"})


@planted
def purse_in_a_prompt(patch: Patcher) -> None:
    """A creature sees what a Patron's purse holds."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        purses = [wood.ledger.balance(books.patron_account(mask)) for mask in wood.world.patrons]
        return {"feelings": (*view.feelings, f"envious of a purse of {max(purses)}")}

    change_views(patch, change)


@planted
def name_for_a_mask(patch: Patcher) -> None:
    """A whisper is heard under the player's own name."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        names = {mask: user for user, mask in wood.vault.members.reveal().items()}
        return {"heard": tuple(heard.model_copy(update={"speaker": names[heard.speaker]}) for heard in view.heard)}

    change_views(patch, change)


@planted
def canary_in_a_prompt(patch: Patcher) -> None:
    """The mark that is planted in the vault stands in the gossip."""
    change_views(patch, lambda wood, view: {"gossip": f"{view.gossip} {wood.vault.canary.reveal()}"})


@planted
def typed_text_in_the_news(patch: Patcher) -> None:
    """A whisper to nobody is not refused, and what was typed becomes news."""

    def wrap(original: Callable[..., None]) -> Callable[..., None]:
        def leaking(self: Any, wood: Wood, user: str) -> None:
            if self.creature not in NAMES:
                wood.world.news.append(
                    Event(kind="poke", turn=wood.world.turn + 1, text=f"Somebody cries: {self.creature}")
                )
            original(self, wood, user)

        return leaking

    patch.wrap(Whisper, "validate_in", wrap)
