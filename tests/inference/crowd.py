"""A wood with a hundred Patrons in it, played for a thousand turns: what its creatures are asked.

`python -m tests.inference.crowd` prints how many tokens the questions have for every embedded mind's own tokenizer.
"""

import asyncio
import json
import random
import sys
from collections.abc import Sequence

from engine.actions import Action, BribeCreature, BuyForecast, Join, Lend, OpenContract, Refusal, Spring, Whisper, act
from engine.asking import turn_request
from engine.cast import NAMES
from engine.ports import TurnRequest
from engine.rules import DEFAULT_RULES
from engine.turn import close_turn, found, open_turn
from engine.vocabulary import GOODS, Direction, Stance, Task
from engine.world import Wood
from inference.config import MindConfig
from inference.council import load_council
from inference.embedded import EmbeddedMind
from inference.mind import Message, MindRequest, Sampling
from prompts.render import creature_messages

PATRONS = 100
TURNS = 1_000
MOST_ANSWER = MindConfig.model_fields["max_tokens"].default
DEEDS_A_TURN = 12
"""In the first turn and in the last a hundred Patrons act; in the last they are newcomers, for the first are poor."""

MINDS = {
    "smollm2-135m": MindConfig(kind="embedded", model="smollm2-135m"),
    "gemma3-270m": MindConfig(kind="embedded", model="gemma3-270m", prompt_form="plain", stop=("\n\n",)),
}


def crowded(turns: int = TURNS, seed: int = 1) -> tuple[TurnRequest, ...]:
    """Return what is asked in every turn of a wood in which a hundred Patrons act, and the stand-in thinks."""
    return asyncio.run(_played(turns, seed))


def questions(request: TurnRequest) -> list[MindRequest]:
    """Return what is asked in a turn, as a mind gets it."""
    return [
        MindRequest(
            season=request.season,
            turn=request.turn,
            creature=view.name,
            attempt=0,
            view=view,
            messages=tuple(map(Message.model_validate, creature_messages(view))),
            sampling=Sampling(),
            seed=request.seed,
            max_tokens=MOST_ANSWER,
            constrained=True,
        )
        for view in request.views
    ]


async def longest(mind: EmbeddedMind, requests: Sequence[TurnRequest]) -> int:
    """Return the tokens of the longest question of some turns, as the mind's own tokenizer counts them."""
    return max([await mind.count_tokens(asked) for request in requests for asked in questions(request)])


async def _played(turns: int, seed: int) -> tuple[TurnRequest, ...]:
    dice, council = random.Random(seed), load_council("standin")
    wood = found("crowd", f"crowd {seed}", DEFAULT_RULES)
    wood, users = _joined(wood, "early")
    requests: list[TurnRequest] = []
    for turn in range(1, turns + 1):
        if turn == turns:
            wood, users = _joined(wood, "late")
        for user in users if turn in (1, turns) else dice.sample(users, DEEDS_A_TURN):
            wood = _tried(wood, user, _deed(dice))
        wood = open_turn(wood).wood
        requests.append(turn_request(wood, wood.public_hash()))
        wood = close_turn(wood, (await council.deliberate(requests[-1])).decisions).wood
        wood.ledger.drain()
    return tuple(requests)


def _joined(wood: Wood, when: str) -> tuple[Wood, list[str]]:
    users = [f"{when} user {number}" for number in range(PATRONS)]
    for user in users:
        wood = act(wood, user, Join()).wood
    return wood, users


def _tried(wood: Wood, user: str, deed: Action) -> Wood:
    try:
        return act(wood, user, deed).wood
    except Refusal:
        return wood  # a Patron who may not


def _deed(dice: random.Random) -> Action:
    creature, good = dice.choice(NAMES), dice.choice(GOODS)
    whisper = Whisper(creature=creature, good=good, direction=dice.choice(list(Direction)))
    task = dice.choice(list(Task))
    whom = dice.choice([name for name in NAMES if name != creature]) if task is Task.SNUB else None
    return dice.choice(
        [
            whisper,
            whisper,
            BribeCreature(creature=creature, task=task, whom=whom, pebbles=dice.randint(1, 9)),
            Lend(creature=creature, principal=dice.randint(5, 20), interest=0, turns=dice.randint(1, 6)),
            OpenContract(stance=dice.choice(list(Stance)), good=good, quantity=dice.randint(1, 5)),
            BuyForecast(),
            Spring(),
        ]
    )


async def _main(requests: Sequence[TurnRequest]) -> None:
    figures = dict[str, dict[str, int]]()
    for name, config in MINDS.items():
        mind = EmbeddedMind(config)
        figures[name] = {
            "turn_1": await longest(mind, requests[:1]),
            f"turn_{TURNS}": await longest(mind, requests[-1:]),
            "longest": await longest(mind, requests[::10]),
        }
        await mind.aclose()
    sys.stdout.write(json.dumps({"patrons": PATRONS, "answer_may_have": MOST_ANSWER, "tokens": figures}) + "\n")


if __name__ == "__main__":
    asyncio.run(_main(crowded()))
