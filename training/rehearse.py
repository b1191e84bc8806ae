"""A rehearsal of the play before an hour is spent on training: the teacher against what untuned minds have answered.

The teacher thinks for itself; every other mind draws one of its recorded answers to the same creature, whatever the
turn, and names the prices that stand in the same proportion to today's as its own did to those that it had seen. That
is rough, yet it costs seconds where real minds cost hours, and shows which tempers earn and whether goods still trade.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations
from random import Random
from typing import NamedTuple

from engine.cast import NAMES
from engine.ports import MAX_PRICE, Decision, Order
from engine.turn import close_turn, found, open_turn
from engine.views import CreatureView
from engine.vocabulary import Good
from inference.parse import parse
from training.corpus import recordings
from training.plan import amounts
from training.play import TURNS, Game, seating
from training.selection import TEACHER
from training.teacher import taught_decision


class Answer(NamedTuple):
    """The orders that a mind once gave, and the prices that it saw then."""

    orders: tuple[Order, ...]
    prices: Mapping[Good, int]

    def at(self, prices: Mapping[Good, int]) -> Decision:
        """Return the same orders at today's prices."""
        return Decision(orders=tuple(self._moved(order, prices[order.good]) for order in self.orders))

    def _moved(self, order: Order, today: int) -> Order:
        price = round(order.price * today / self.prices[order.good])
        return order.model_copy(update={"price": max(1, min(MAX_PRICE, price))})


Answers = Mapping[str, Mapping[str, Sequence[Answer]]]
"""What minds answered, by mind and creature."""


def recorded_answers(mode: str = "constrained", tuned: str = "wood") -> Answers:
    """Return the recorded answers of the untuned minds of the corpus; all but those of the mind `tuned`."""
    answers: dict[str, dict[str, list[Answer]]] = {}
    for _, several in recordings():
        for each in several:
            if each.mode == mode and each.mind != tuned:
                decision, _ = parse(each.raw, each.finish_reason, each.form)
                mine = answers.setdefault(each.mind, {name: [] for name in NAMES})
                mine[each.creature].append(Answer(decision.orders, each.prices))
    return answers


def rehearse(
    answers: Answers, seeds: Sequence[int], turns: int = TURNS, *, seats: Mapping[str, str] | None = None
) -> list[Game]:
    """Play a wood of `turns` turns for every seed.

    Args:
        answers: What the others answered.
        seeds: The woods.
        turns: Turns of each.
        seats: Who sits where in all of them; left out, the seats rotate as in the play of real minds.
    """
    minds = [TEACHER, *answers]
    return [_game(answers, seed, dict(seats) if seats else seating(minds, seed), turns) for seed in seeds]


def taught_seats(seats: Mapping[str, str], answers: Answers) -> dict[str, str]:
    """Return a council's seats with the teacher in those of the minds of whom there are no answers."""
    return {creature: mind if mind in answers else TEACHER for creature, mind in seats.items()}


def seatings(answers: Answers, taught: int = 3) -> Iterator[dict[str, str]]:
    """Yield every way to seat the teacher on `taught` creatures and each other mind on as many of the rest."""
    for chosen in combinations(NAMES, taught):
        rest = [name for name in NAMES if name not in chosen]
        others = [mind for mind in answers for _ in range(len(rest) // len(answers))]
        for seated in dict.fromkeys(permutations(others)):
            yield dict.fromkeys(chosen, TEACHER) | dict(zip(rest, seated, strict=True))


def _game(answers: Answers, seed: int, seats: dict[str, str], turns: int) -> Game:
    wood, luck, trades = found(f"rehearsal-{seed}", f"rehearsal/{seed}"), Random(seed), list[int]()
    for _ in range(turns):
        wood = open_turn(wood).wood
        said = {view.name: _decided(view, seats[view.name], answers, luck) for view in wood.world.asked}
        closed = close_turn(wood, said)
        wood = closed.wood
        trades.append(len(closed.effects.trades))
    return Game.of(seed, seats, wood, trades)


def _decided(view: CreatureView, mind: str, answers: Answers, luck: Random) -> Decision:
    chance = luck.randrange(2**31)
    if mind == TEACHER:
        return taught_decision(view, chance)
    return Random(chance).choice(answers[mind][view.name]).at(amounts(view.prices))
