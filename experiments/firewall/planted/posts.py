"""Leaks in what is posted: headlines, verdicts, news."""

from collections.abc import Callable
from random import Random
from typing import Any

from engine import heat, turn_runner
from engine.actions import BribeCreature, Spring
from engine.world import Event, Wood
from experiments.firewall.mutants import Patcher
from experiments.firewall.planted.registry import planted
from experiments.firewall.planting import after_action, after_close, due


@planted
def offers_waiting_in_the_headline(patch: Patcher) -> None:
    """The headline counts the offers that wait for creatures to listen."""

    def leak(_: Any, wood: Wood, __: Any) -> None:
        wood.world.headline += f" {len(wood.vault.offers.reveal())} purses are open."

    after_action(patch, BribeCreature, leak)


@planted
def purses_told_to_the_narrator(patch: Patcher) -> None:
    """The narrator is told what the Patrons are worth."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def leaking(closed: Wood, request: Any) -> Any:
            asked = original(closed, request)
            worth = sum(standing.net_worth for standing in closed.vault.standings.reveal())
            told = (*asked.view.lines, f"The purses hold {worth}.")
            return asked.model_copy(update={"view": asked.view.model_copy(update={"lines": told})})

        return leaking

    patch.wrap(turn_runner, "narration_request", wrap)


@planted
def evidence_in_the_verdict(patch: Patcher) -> None:
    """The news of an inquiry tell what the Patron won."""

    def leak(wood: Wood) -> None:
        for mask in wood.world.cases:
            won = sum(proof.won for proof in heat.of(wood, mask).evidence)
            wood.world.news.append(Event(kind="inquiry", turn=wood.world.turn, text=f"They say {mask} won {won}."))

    after_close(patch, leak)


@planted
def scoreboard_in_the_headline(patch: Patcher) -> None:
    """The headline names the richest Patron and what it is worth."""

    def leak(wood: Wood) -> None:
        for standing in wood.vault.standings.reveal()[:1]:
            wood.world.headline += f" {standing.mask} is worth {standing.net_worth}."

    after_close(patch, leak)


@planted
def watched_by_the_magistrate(patch: Patcher) -> None:
    """A post says that somebody is being watched before there is an inquiry."""

    def leak(wood: Wood) -> None:
        if any(suspicion.heat for suspicion in wood.vault.suspicions.reveal().values()):
            wood.world.headline += " The magistrate frowns."

    after_close(patch, leak)


@planted
def headline_hints(patch: Patcher) -> None:
    """The headline stirs in the turn before a legend falls."""

    def leak(wood: Wood) -> None:
        if due(wood) <= 2:
            wood.world.headline += " Something stirs."

    after_close(patch, leak)


@planted
def narrator_winks(patch: Patcher) -> None:
    """The narrator is told how many forecasts were sold."""

    def leak(wood: Wood) -> None:
        sold = len(wood.vault.forecasts.reveal())
        wood.world.news.append(Event(kind="owl", turn=wood.world.turn, text=f"The owl winked {sold} times."))

    after_close(patch, leak)


@planted
def order_of_the_news(patch: Patcher) -> None:
    """The news are shuffled by the secret stream."""
    after_close(patch, lambda wood: Random(wood.vault.seed.reveal()).shuffle(wood.world.news))


@planted
def spring_is_announced(patch: Patcher) -> None:
    """Springing a legend is told before it falls."""
    after_action(
        patch, Spring, lambda _, wood, effects: effects.tell("spring", wood.world.turn, "Something stirs in the wood.")
    )
