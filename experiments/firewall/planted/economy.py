"""Leaks in what happens in the wood: feelings, moods, prices, favours and debts."""

from collections.abc import Callable
from random import Random
from typing import Any

from engine import credit, deck, hearth, weather
from engine import ledger as books
from engine.actions import Ally, BribeMagistrate, BuyForecast, Join, OpenContract, membership
from engine.cast import GROWER
from engine.feelings import nudge
from engine.vault import Tip
from engine.views import CreatureView
from engine.vocabulary import Good, Stance
from engine.world import Wood
from experiments.firewall.mutants import Patcher
from experiments.firewall.planted.registry import planted
from experiments.firewall.planting import after_action, after_close, after_whisper, card, change_views, smuggled


@planted
def shared_stream(patch: Patcher) -> None:
    """The harvest is drawn from the generator that the deck was drawn from."""

    def wrap(original: Callable[..., None]) -> Callable[..., None]:
        def leaking(wood: Wood, effects: Any) -> None:
            smuggled["secret"] = card(wood)
            original(wood, effects)

        return leaking

    def drawn_before(original: Callable[..., Random]) -> Callable[..., Random]:
        def leaking(seed: str, name: str, turn: int) -> Random:
            chance = original(seed, name, turn)
            for _ in range(smuggled["secret"]):
                chance.random()
            return chance

        return leaking

    patch.wrap(weather, "gather", wrap)
    patch.wrap(weather, "stream", drawn_before)


@planted
def feelings_know_the_truth(patch: Patcher) -> None:
    """A creature warms to a Patron as soon as it hears a true whisper."""

    def leak(wood: Wood, tip: Tip) -> None:
        if tip.true:
            nudge(wood.world.creatures[tip.creature], tip.mask, 30, wood.world.rules.feelings)

    after_whisper(patch, leak)


@planted
def lies_are_lost(patch: Patcher) -> None:
    """The raven drops a whisper that is not true."""
    after_whisper(patch, lambda wood, tip: None if tip.true else wood.world.ears[tip.creature].remove(tip.claim))


@planted
def long_seen_by_the_grower(patch: Patcher) -> None:
    """A grower notices who goes long on its crop."""

    def leak(action: Any, wood: Wood, _: Any) -> None:
        mask = wood.vault.positions.reveal()[-1].mask
        if action.stance is Stance.LONG:
            nudge(wood.world.creatures[GROWER[action.good]], mask, 30, wood.world.rules.feelings)

    after_action(patch, OpenContract, leak)


@planted
def mood_knows_the_deck(patch: Patcher) -> None:
    """The creature that the next legend will strike sleeps badly."""

    def wrap(original: Callable[..., None]) -> Callable[..., None]:
        def leaking(wood: Wood, effects: Any) -> None:
            original(wood, effects)
            wood.world.creatures[GROWER[deck.upcoming(wood).good]].mood -= 3

        return leaking

    patch.wrap(hearth, "keep_house", wrap)


@planted
def forecast_moves_a_price(patch: Patcher) -> None:
    """Buying a forecast moves the reference price of its good."""

    def leak(_: Any, wood: Wood, __: Any) -> None:
        wood.world.quotes[deck.upcoming(wood).good].reference += 1

    after_action(patch, BuyForecast, leak)


@planted
def open_interest(patch: Patcher) -> None:
    """The quantities of contracts count as trade in their good."""

    def leak(action: Any, wood: Wood, _: Any) -> None:
        wood.world.quotes[action.good].traded += action.quantity

    after_action(patch, OpenContract, leak)


@planted
def mask_of_a_name(patch: Patcher) -> None:
    """A mask is drawn by the name of who wears it."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def leaking(self: Any, wood: Wood, user: str) -> Any:
            smuggled["secret"] = user
            return original(self, wood, user)

        return leaking

    patch.wrap(Join, "validate_in", wrap)
    patch.wrap(membership, "mask_for", lambda original: lambda _, number: original(smuggled["secret"], number))


@planted
def heat_sours_a_creature(patch: Patcher) -> None:
    """Creatures grow wary of a Patron as soon as the magistrate suspects it."""

    def leak(wood: Wood) -> None:
        for mask, suspicion in wood.vault.suspicions.reveal().items():
            nudge(wood.world.creatures["Mossback"], mask, -suspicion.heat, wood.world.rules.feelings)

    after_close(patch, leak)


@planted
def rich_patrons_make_goods_dear(patch: Patcher) -> None:
    """The harvest is thinner the richer the richest Patron is."""

    def leak(wood: Wood) -> None:
        richest = max((standing.net_worth for standing in wood.vault.standings.reveal()), default=0)
        wood.world.ahead.harvest_percent[Good.BERRIES] = 100 - richest % 50

    after_close(patch, leak)


@planted
def bribe_sours_the_tortoise(patch: Patcher) -> None:
    """A bribe to the magistrate lowers the tortoise's mood, some bribes more than others."""

    def leak(action: Any, wood: Wood, _: Any) -> None:
        wood.world.creatures["Mossback"].mood -= 1 + action.pebbles % 3

    after_action(patch, BribeMagistrate, leak)


@planted
def broker_of_a_pact(patch: Patcher) -> None:
    """Everybody warms to the Patron who is richest after a pact was made."""

    def leak(_: Any, wood: Wood, __: Any) -> None:
        richest = max(wood.world.patrons, key=lambda mask: wood.ledger.balance(books.patron_account(mask)))
        nudge(wood.world.creatures["Oona"], richest, 30, wood.world.rules.feelings)

    after_action(patch, Ally, leak)


def _purse_behind(patch: Patcher, told: str, payer: str, figure: str) -> None:
    """Let a figure of what a creature is told be what its Patron's purse holds."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        terms = getattr(view, told)
        if terms is None:
            return {}
        left = wood.ledger.balance(books.patron_account(getattr(terms, payer)))
        return {told: terms.model_copy(update={figure: left})}

    change_views(patch, change)


@planted
def purse_behind_a_favour(patch: Patcher) -> None:
    """A creature that is paid sees what its payer has left."""
    _purse_behind(patch, "favour", "payer", "pebbles")


@planted
def purse_behind_a_loan(patch: Patcher) -> None:
    """A creature that is offered a loan sees what its lender has left."""
    _purse_behind(patch, "loan", "lender", "owed")


@planted
def margins_behind_a_debt(patch: Patcher) -> None:
    """A creature that owes sees how many contracts its lender holds."""

    def change(wood: Wood, view: CreatureView) -> dict[str, Any]:
        held = [position.mask for position in wood.vault.positions.reveal()]
        told = [debt.model_copy(update={"turns": debt.turns + held.count(debt.lender)}) for debt in view.debts]
        return {"debts": tuple(told)}

    change_views(patch, change)


@planted
def rich_lenders_are_loved(patch: Patcher) -> None:
    """A creature that borrows warms to its lender the more, the fuller the lender's purse."""

    def wrap(original: Callable[..., None]) -> Callable[..., None]:
        def leaking(wood: Wood, name: str, offered: Any) -> None:
            original(wood, name, offered)
            purse = wood.ledger.balance(books.patron_account(offered.lender))
            nudge(wood.world.creatures[name], offered.lender, purse // 4, wood.world.rules.feelings)

        return leaking

    patch.wrap(credit, "grant", wrap)
