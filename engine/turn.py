"""A turn of the wood, readable top to bottom: founding, opening and closing.

All three are pure: they take a wood and an input, and return a new wood with the effects. What
happens between opening and closing, the asking of the minds, is the shell's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine import banishment, commons, deck, feelings, hearth, market, offers, pacts, releases, seam, tips, weather
from engine import ledger as books
from engine.cast import BY_NAME, CAST
from engine.chronicle import headline, trade_lines
from engine.effects import Effects, Verdict
from engine.ports import UNANSWERED, Order
from engine.rules import DEFAULT_RULES, Rules
from engine.streams import canary, derive
from engine.vault import Vault
from engine.vocabulary import FOODS, GOODS, PEBBLES, Good, Phase, Side
from engine.world import Creature, Decisions, Quote, Wood, World

HISTORY_KEPT: Final = 48
"""Settlement prices kept in the world for charts: a season's."""


@dataclass(frozen=True)
class Step:
    """A new wood, and what the step that made it tells the outside."""

    wood: Wood
    effects: Effects


class TurnError(Exception):
    """A turn was opened or closed out of its time. It is a bug of the shell, never a player's fault."""


def found(
    world_id: str,
    seed: str,
    rules: Rules = DEFAULT_RULES,
    legends: Sequence[str] = (),
    secret_seed: str | None = None,
) -> Wood:
    """Return a new wood before its first turn.

    Args:
        world_id: The wood's name in the store.
        seed: The season seed; the public and the secret streams are derived from it apart.
        rules: The numbers of this wood.
        legends: The keys of the legends to put on top of the deck, in their order.
        secret_seed: The seed of the secret streams, when it shall not come from `seed`.

    Raises:
        ValueError: If one of `legends` is none.
    """
    opening = rules.opening
    ledger = books.Ledger(opening.struck)
    ledger.move(0, PEBBLES, opening.exchange, books.TREASURY, books.EXCHANGE, "opening")
    ledger.move(0, PEBBLES, rules.commons.chest, books.TREASURY, books.COMMONS, "opening")
    for member in CAST:
        account = books.creature_account(member.name)
        ledger.move(0, PEBBLES, opening.pebbles, books.TREASURY, account, "opening")
        for good in GOODS:
            own, other = opening.own_crop, opening.other_goods if good in FOODS else opening.firewood
            ledger.move(0, good, own if good is member.grows else other, books.OPENING, account, "opening")
    quotes = {
        good: Quote(reference=price, settlement=price, previous=price)
        for good, price in rules.market.opening_reference.items()
    }
    secret = secret_seed if secret_seed is not None else derive(seed, "secret")
    vault = Vault(seed=secret, deck=[], due=0, canary=canary(secret, "vault"))
    deck.deal(vault, rules, 0, legends)
    vault.due.replace(deck.gap(secret, rules, 0))
    world = World(
        world_id=world_id,
        seed=derive(seed, "public"),
        rules=rules,
        creatures={member.name: Creature(name=member.name, mood=rules.hearth.mood_base) for member in CAST},
        quotes=quotes,
        history={good: [quote.settlement] for good, quote in quotes.items()},
    )
    ledger.check()
    return Wood(world, ledger, vault)


def open_turn(before: Wood) -> Step:
    """Open the next turn: harvest, deliver whispers and offers, and freeze one view for each creature in the wood.

    Raises:
        TurnError: If the creatures are thinking already, or the season has ended.
    """
    if before.world.phase is Phase.ENDED:
        raise TurnError(f"the season ended after turn {before.world.turn}")
    if before.world.phase is not Phase.RESTING:
        raise TurnError(f"turn {before.world.turn} is open already")
    wood, effects = before.fork(), Effects()
    world = wood.world
    world.turn += 1
    _new_season(wood)
    banishment.recall(wood, effects)
    weather.gather(wood, effects)
    world.phase = Phase.THINKING
    world.opening_news = list(effects.events)
    for member in CAST:
        tips.listen(wood, member.name)
        offers.listen(wood, member.name, effects)
    world.asked = [releases.creature_view(wood, member.name) for member in banishment.present(world)]
    world.ears = {}
    wood.ledger.check()
    return Step(wood, effects)


def close_turn(before: Wood, decisions: Decisions, told: str = "") -> Step:
    """Close the turn with the creatures' decisions: auction, hearth, commons, seam and chronicle.

    Args:
        before: The wood whose creatures were asked.
        decisions: What they decided.
        told: The narrator's headline, or nothing to have one from the template.

    Raises:
        TurnError: If no turn is open.
    """
    if before.world.phase is not Phase.THINKING:
        raise TurnError("no turn is open")
    wood, effects = before.fork(), Effects()
    world = wood.world
    made_between = [event for event in world.news if event.kind in ("poke", "pact") and event.turn >= world.turn]
    _hear(wood, decisions)
    offers.answer(wood, decisions)
    clearings = _auction(wood, decisions, effects)
    hearth.keep_house(wood, effects)
    commons.recirculate(wood, effects)
    world.ahead.extra_fuel = 0
    feelings.fade(world)
    seam.befriend_traders(wood, effects)
    seam.settle(wood, clearings, effects)
    world.news = [*made_between, *world.opening_news, *effects.events]
    world.trades = trade_lines(effects.trades)
    todays = [event for event in world.news if event.turn == world.turn]
    answered = any(not world.creatures[member.name].silent for member in banishment.present(world))
    world.headline = told or headline(todays, effects.trades, world.turn, answered=answered)
    for good, quote in world.quotes.items():
        world.history[good] = [*world.history[good], quote.settlement][-HISTORY_KEPT:]
    world.asked, world.opening_news = [], []
    world.phase = Phase.RESTING
    wood.ledger.check()
    return Step(wood, effects)


def under_headline(closed: Step, told: str) -> Step:
    """Return a closed turn under the narrator's headline, as `close_turn` gives it with `told`."""
    world = closed.wood.world.model_copy(update={"headline": told})
    return replace(closed, wood=replace(closed.wood, world=world))


def _new_season(wood: Wood) -> None:
    """When a later season opens, count it and shuffle its deck beneath the top card.

    That is with its first turn, or the next one where the first was voided.
    """
    world = wood.world
    length = world.rules.time.turns_a_chapter * world.rules.time.chapters_a_season
    season = (world.turn - 1) // length + 1
    if world.season == season:
        return
    world.season = season
    deck.deal(wood.vault, world.rules, world.turn, (deck.upcoming(wood).key,))


def _hear(wood: Wood, decisions: Decisions) -> None:
    for member in banishment.present(wood.world):
        creature = wood.world.creatures[member.name]
        decision = decisions.get(member.name, UNANSWERED)
        creature.said = decision.gossip
        creature.silent = decision.failure


def _auction(wood: Wood, decisions: Decisions, effects: Effects) -> dict[Good, market.Clearing]:
    bids: dict[Good, list[market.Bid]] = {good: [] for good in GOODS}
    for member in banishment.present(wood.world):
        decision = decisions.get(member.name)
        for verdict in admit(wood, member.name, decision.orders if decision else ()):
            effects.verdicts.append(verdict)
            if verdict.accepted:
                order = verdict.order
                bids[order.good].append(market.Bid(member.name, order.side, verdict.accepted, order.price))
    clearings = {
        good: market.clear(
            good, pacts.hold(wood.world, good, bids[good]), wood.world.quotes[good].reference, wood.world.turn
        )
        for good in GOODS
    }
    for clearing in clearings.values():
        for trade in clearing.trades:
            _exchange(wood, trade)
            effects.trades.append(trade)
    return clearings


def admit(wood: Wood, name: str, orders: tuple[Order, ...]) -> list[Verdict]:
    """Trim a creature's orders, in stated order, to what it can pay and deliver.

    Nobody buys what it grows, and nobody buys and sells the same good in one auction.
    """
    member = BY_NAME[name]
    pebbles = wood.ledger.balance(books.creature_account(name))
    stock = hearth.store(wood, name)
    sides: dict[Good, Side] = {}
    verdicts: list[Verdict] = []
    for order in orders:
        accepted, refused = order.quantity, ""
        if order.side is Side.BUY and order.good is member.grows:
            accepted, refused = 0, "self_buy"
        elif sides.setdefault(order.good, order.side) is not order.side:
            accepted, refused = 0, "wash_trade"
        elif order.side is Side.BUY:
            accepted = min(order.quantity, pebbles // order.price)
            pebbles -= accepted * order.price
            refused = "" if accepted == order.quantity else "unaffordable"
        else:
            accepted = min(order.quantity, stock[order.good])
            stock[order.good] -= accepted
            refused = "" if accepted == order.quantity else "out_of_stock"
        verdicts.append(Verdict(creature=name, order=order, accepted=accepted, refused=refused))
    return verdicts


def _exchange(wood: Wood, trade: market.Trade) -> None:
    buyer, seller = books.creature_account(trade.buyer), books.creature_account(trade.seller)
    turn, memo = wood.world.turn, "auction"
    wood.ledger.move(turn, PEBBLES, trade.quantity * trade.price, buyer, seller, memo)
    wood.ledger.move(turn, trade.good, trade.quantity, seller, buyer, memo)
