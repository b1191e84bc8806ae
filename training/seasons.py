"""Seasons played for their asks: the engine's own turns, under many openings, hands and tempers.

A pupil must meet the whole range of its asks: rich and broke, full and empty, every season, honest
and planted whispers, legends and pokes. So openings vary, some seats act at random or not at all,
and a few Patrons and a keeper meddle.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final, Literal, get_args

from engine import ledger as books
from engine.actions import (
    Action,
    Ally,
    BribeCreature,
    BuyForecast,
    Join,
    Lend,
    OpenContract,
    PokeWood,
    Refusal,
    Spring,
    Whisper,
    act,
)
from engine.cast import NAMES, CreatureName
from engine.ports import MAX_ORDERS, MAX_PRICE, Decision, Order
from engine.rules import DEFAULT_RULES, OpeningRules, Rules
from engine.streams import derive
from engine.turn import close_turn, found, open_turn
from engine.views import CreatureView
from engine.vocabulary import GOODS, PEBBLES, Direction, Flavour, LegendMode, Poke, Side, Stance, Strength, Task
from engine.world import Wood
from training.plan import amounts
from training.teacher import taught_decision

CREATURES: Final[tuple[CreatureName, ...]] = get_args(CreatureName)

TURNS_A_SEASON: Final = DEFAULT_RULES.time.turns_a_chapter * DEFAULT_RULES.time.chapters_a_season


@dataclass(frozen=True)
class Ask:
    """One question of a season: the view, and the opened wood in which an answer is judged.

    `told` says that the view holds a piece of news which that season did not bring, one to act on or an idle one
    (`training.telling`).
    """

    season_seed: int
    turn: int
    view: CreatureView
    wood: Wood
    told: Literal["", "told", "idle"] = ""

    @property
    def answer_seed(self) -> int:
        """The seed that the teacher's answer, or a mind's sampling, takes for this ask."""
        return answer_seed(self.season_seed, self.turn, self.view.name)


def answer_seed(season_seed: int, turn: int, creature: str) -> int:
    """Return the seed of an answer, the same for the same ask."""
    return int(derive(str(season_seed), "answer", turn, creature)[:8], 16) % 2**31


def play_season(seed: int, turns: int = TURNS_A_SEASON, *, widened: bool = True) -> Iterator[Ask]:
    """Play a season of `turns` turns and yield every ask of it, in the order of the cast.

    A `widened` season opens and is shaken beyond what the game's own rules lead to; one that is not
    goes by them. Equal arguments give equal asks.
    """
    luck = Random(f"season/{seed}")
    wood = found(f"lesson-{seed}", str(seed), _opening(luck) if widened else DEFAULT_RULES)
    wildness = luck.choice((0.1, 0.25, 0.5))
    users = [f"patron-{number}" for number in range(luck.randint(1, 5))]
    for _ in range(turns):
        wood = _meddle(wood, users, luck)
        if widened:
            wood = _shake(wood, luck)
        wood = open_turn(wood).wood
        decisions: dict[str, Decision] = {}
        for view in wood.world.asked:
            ask = Ask(seed, wood.world.turn, view, wood)
            yield ask
            taught = taught_decision(view, ask.answer_seed)
            decisions[view.name] = _whim(view, luck, taught.gossip) if luck.random() < wildness else taught
        wood = close_turn(wood, decisions).wood


def _opening(luck: Random) -> Rules:
    """Draw the numbers of a season: every purse, store and price a wood may come to."""
    base = DEFAULT_RULES
    if luck.random() < 0.5:
        return base
    opening = OpeningRules(
        pebbles=luck.choice((3, 8, 15, 25, 40, 60, 100)),
        own_crop=luck.randint(0, 14),
        other_goods=luck.randint(0, 4),
        firewood=luck.randint(0, 7),
        struck=base.opening.struck,
        exchange=base.opening.exchange,
    )
    prices = {good: luck.randint(2, 18) for good in GOODS}
    market = base.market.model_copy(update={"opening_reference": prices})
    legends = base.legends.model_copy(update={"mode": luck.choice(tuple(LegendMode))})
    hearth = base.hearth.model_copy(update={"pantry": luck.randint(1, 3), "fuel_reserve": luck.randint(1, 5)})
    return base.model_copy(update={"opening": opening, "market": market, "hearth": hearth, "legends": legends})


def _meddle(wood: Wood, users: list[str], luck: Random) -> Wood:
    for user in users:
        for _ in range(luck.choice((0, 0, 1, 2, 3))):
            wood = _try(wood, user, _deed(luck))
    if luck.random() < 0.12:
        wood = _try(wood, "keeper", _poke(luck))
    return wood


def _shake(before: Wood, luck: Random) -> Wood:
    """Now and then move a price, a purse or a store, so that beggars, hoarders and dear winters are met too."""
    wood = before.fork()
    for name in NAMES:
        account = books.creature_account(name)
        ruined = luck.random() < 0.06
        if ruined or luck.random() < 0.06:
            lost = max(0, wood.ledger.balance(account) - luck.choice((0, 1, 4, 9, 16)))
            wood.ledger.move(wood.world.turn, PEBBLES, lost, account, books.TREASURY, "lesson")
        if luck.random() < 0.05:
            wood.ledger.move(wood.world.turn, PEBBLES, luck.randint(5, 60), books.TREASURY, account, "lesson")
        emptied, filled = ruined or luck.random() < 0.04, luck.random() < 0.08
        for good in GOODS:
            if emptied:
                wood.ledger.move_up_to(wood.world.turn, good, luck.randint(4, 40), account, books.BLIGHT, "lesson")
            if filled:
                wood.ledger.move(wood.world.turn, good, luck.randint(0, 6), books.WINDFALL, account, "lesson")
    for quote in wood.world.quotes.values():
        if luck.random() < 0.06:
            quote.reference = luck.randint(2, 22)
    return wood


def _try(wood: Wood, user: str, action: Action) -> Wood:
    try:
        return act(wood, user, action).wood
    except Refusal:
        return wood


def _deed(luck: Random) -> Action:
    """Draw one of the things a Patron may do."""
    chosen, creature, other = luck.random(), luck.choice(CREATURES), luck.choice(CREATURES)
    kind = next(deed for most, deed in _DEEDS if chosen < most)
    return kind(creature, other, luck)


def _bribe(creature: CreatureName, other: CreatureName, luck: Random) -> Action:
    task = luck.choice(tuple(Task))
    whom = other if task is Task.SNUB else None
    return BribeCreature(creature=creature, task=task, whom=whom, pebbles=luck.randint(3, 15))


def _whisper(creature: CreatureName, _: CreatureName, luck: Random) -> Action:
    return Whisper(
        creature=creature,
        good=luck.choice(GOODS),
        direction=luck.choice(tuple(Direction)),
        strength=luck.choice(tuple(Strength)),
        flavour=luck.choice(tuple(Flavour)),
    )


def _contract(_: CreatureName, __: CreatureName, luck: Random) -> Action:
    return OpenContract(stance=luck.choice(tuple(Stance)), good=luck.choice(GOODS), quantity=luck.randint(1, 12))


def _loan(creature: CreatureName, _: CreatureName, luck: Random) -> Action:
    principal, turns = luck.randint(4, 30), luck.randint(1, 6)
    interest = luck.randint(0, max(0, principal * 3 * turns // 100))
    good = luck.choice((None, None, luck.choice(GOODS)))
    return Lend(creature=creature, principal=principal, interest=interest, turns=turns, good=good)


_DEEDS: Final[tuple[tuple[float, Callable[[CreatureName, CreatureName, Random], Action]], ...]] = (
    (0.15, lambda *_: Join()),
    (0.25, _contract),
    (0.28, lambda *_: BuyForecast()),
    (0.33, lambda *_: Spring()),
    (0.36, lambda one, other, _: Ally(one=one, other=other)),
    (0.50, _bribe),
    (0.68, _loan),
    (1.00, _whisper),
)
"""What a Patron may do: the chance of it or one before it, and how it is drawn."""


def _poke(luck: Random) -> Action:
    return PokeWood(poke=luck.choice(tuple(Poke)), good=luck.choice(GOODS), direction=luck.choice(tuple(Direction)))


def _whim(view: CreatureView, luck: Random, gossip: str) -> Decision:
    """Draw a decision that ignores sense, so that stores and purses go where good sense never leads them."""
    prices = amounts(view.prices)
    orders: list[Order] = []
    for _ in range(luck.randint(0, MAX_ORDERS)):
        good, side = luck.choice(GOODS), luck.choice(tuple(Side))
        price = max(1, round(prices[good] * luck.uniform(0.6, 1.8)))
        orders.append(Order(side=side, good=good, quantity=luck.randint(1, 8), price=min(price, MAX_PRICE)))
    return Decision(orders=tuple(orders), gossip=gossip)
