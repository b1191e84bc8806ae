"""A rehearsal of the play before an hour is spent on training: the teacher against what untuned minds have answered.

The teacher thinks for itself; every other mind draws one of its recorded answers to the same creature, whatever the
turn. That is rough, yet it costs seconds where real minds cost hours, and shows which tempers earn and whether goods
still trade.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from engine.cast import NAMES
from engine.ports import Decision
from engine.turn import close_turn, found, open_turn
from engine.views import CreatureView
from inference.parse import parse
from training.corpus import recordings
from training.play import TURNS, Game, seating
from training.teacher import taught_decision

TEACHER: Final = "teacher"

Answers = Mapping[str, Mapping[str, Sequence[Decision]]]
"""What minds answered, by mind and creature."""


def recorded_answers(mode: str = "constrained", tuned: str = "wood") -> Answers:
    """Return the recorded answers of the untuned minds of the corpus; all but those of the mind `tuned`."""
    answers: dict[str, dict[str, list[Decision]]] = {}
    for _, several in recordings():
        for each in several:
            if each.mode == mode and each.mind != tuned:
                decision, _ = parse(each.raw, each.finish_reason, each.form)
                mine = answers.setdefault(each.mind, {name: [] for name in NAMES})
                mine[each.creature].append(decision.model_copy(update={"loan": None}))
    return answers


def rehearse(answers: Answers, seeds: Sequence[int], turns: int = TURNS, *, alone: bool = False) -> list[Game]:
    """Play a wood of `turns` turns for every seed, the seats rotated as in the play of real minds.

    Args:
        answers: What the others answered.
        seeds: The woods.
        turns: Turns of each.
        alone: Seat the teacher everywhere, to see whether goods still trade.
    """
    minds = [TEACHER] if alone else [TEACHER, *answers]
    return [_game(answers, seed, seating(minds, seed), turns) for seed in seeds]


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
    return Random(chance).choice(answers[mind][view.name])
