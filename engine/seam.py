"""The seam: what follows the auction, in its fixed order."""

from engine import contracts, credit, deck, heat, magistrate, pacts, scheming, standings, tips
from engine import ledger as books
from engine.banishment import present
from engine.effects import Effects
from engine.feelings import stir
from engine.legends import Legend, Shock
from engine.market import Clearing
from engine.phrases import say
from engine.vocabulary import GOODS, Direction, Good, LegendMode, Nudge, capital
from engine.weather import thin_harvest
from engine.world import Release, Wood


def settle(wood: Wood, clearings: dict[Good, Clearing], effects: Effects) -> None:
    """Run the seam in its order, each line a step: from the drift of references to the standings."""
    drift(wood, clearings)
    knew = heat.forewarned(wood)
    legend = override(wood, effects)
    gains = contracts.mark(wood)
    contracts.liquidate(wood)
    credit.settle(wood, effects)
    if legend is not None:
        tips.resolve(wood, effects)
    heat.settle(wood, legend, knew, gains)
    scheming.scheme(wood, effects)
    pacts.end(wood, effects)
    magistrate.preside(wood, effects)
    standings.rank(wood)


def drift(wood: Wood, clearings: dict[Good, Clearing]) -> None:
    """Move every reference by the residual of its auction, and set the settlement prices.

    A good settles at its clearing price, or at its reference when nothing traded.
    """
    rules = wood.world.rules.market
    for good in GOODS:
        quote, clearing = wood.world.quotes[good], clearings[good]
        steps = min(rules.drift_most, abs(clearing.residual) // rules.drift_residual)
        moved = quote.reference + (steps if clearing.residual > 0 else -steps)
        quote.reference = max(rules.lowest_price, min(rules.highest_reference, moved))
        quote.previous = quote.settlement
        quote.traded = clearing.volume
        if clearing.price is not None:
            quote.last_clear = clearing.price
        settled = quote.reference if clearing.price is None else clearing.price
        quote.settlement = max(rules.lowest_price, min(rules.highest_settlement, settled))


def override(wood: Wood, effects: Effects) -> Legend | None:
    """Let the legend due in this turn fall, and return it, or None when none is due.

    Its fall is the declared release of the card: from here on it is public.
    """
    legend = deck.take(wood)
    if legend is None:
        return None
    turn, mode = wood.world.turn, wood.world.rules.legends.mode
    effects.releases.append(Release(kind="legend_fallen", turn=turn, to="all", fact=legend.key))
    effects.tell("legend", turn, legend.fall, legend.good)
    if mode is LegendMode.SETTLEMENT:
        _overwrite(wood, legend, effects)
        for shock in legend.shocks:
            _fire(wood, shock)
    elif mode is LegendMode.GLUT:
        _glut(wood, legend, effects)
    return legend


def _overwrite(wood: Wood, legend: Legend, effects: Effects) -> None:
    """Overwrite the settlement price, from the last one, whatever the creatures did; the reference follows.

    The bounds of ordinary prices do not hold here: a crash halves, rounding down, and a mania doubles.
    """
    rules, quote = wood.world.rules.market, wood.world.quotes[legend.good]
    quote.settlement = max(1, quote.previous * legend.factor_percent // 100)
    quote.reference = max(rules.lowest_price, min(rules.highest_reference, quote.settlement))
    text = overwritten(legend.good, legend.direction, quote.previous, quote.settlement)
    effects.tell("settlement", wood.world.turn, text, legend.good, quote.settlement)


def overwritten(good: Good, direction: Direction, before: int, now: int) -> str:
    """Return how it is told that a legend overwrote a price, in pebbles."""
    if direction is Direction.FALL:
        return say("{good:Good} crashes from {before:int} to {now:int}.", good=capital(good), before=before, now=now)
    return say("{good:Good} soars from {before:int} to {now:int}.", good=capital(good), before=before, now=now)


def _glut(wood: Wood, legend: Legend, effects: Effects) -> None:
    units, turn = wood.world.rules.legends.glut_units, wood.world.turn
    for member in present(wood.world):
        account = books.creature_account(member.name)
        if legend.direction is Direction.FALL:
            wood.ledger.move(turn, legend.good, units, books.WINDFALL, account, "glut")
        else:
            wood.ledger.move_up_to(turn, legend.good, units, account, books.BLIGHT, "dearth")
    good = capital(legend.good)
    if legend.direction is Direction.FALL:
        text = say("{good:Good} rains into every store.", good=good)
    else:
        text = say("{good:Good} vanishes from every store.", good=good)
    effects.tell("glut", turn, text, legend.good, units)


def _fire(wood: Wood, shock: Shock) -> None:
    world = wood.world
    if shock.kind == "fuel":
        world.ahead.extra_fuel += shock.amount
    elif shock.kind == "harvest" and shock.good is not None:
        thin_harvest(world, shock.good, shock.amount)
    else:
        for creature in world.creatures.values():
            if shock.creature in (None, creature.name):
                creature.mood = max(world.rules.hearth.mood_floor, min(100, creature.mood + shock.amount))


def befriend_traders(wood: Wood, effects: Effects) -> None:
    """Warm the two sides of every trade to each other."""
    for pair in sorted({tuple(sorted((trade.buyer, trade.seller))) for trade in effects.trades}):
        for one, other in (pair, pair[::-1]):
            stir(wood.world, one, other, Nudge.TRADED)
