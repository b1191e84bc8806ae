"""A mind whose every answer is a pure function of the request, and which keeps every request it gets."""

import hashlib
import json
from random import Random
from typing import Final

from engine.vocabulary import GOODS, Side
from inference.config import CREATURES, CouncilConfig, MindConfig
from inference.council import MindCouncil
from inference.mind import Answer, MindError, MindRequest, Sampling
from inference.shape import Form

_WORDS: Final = ("honey", "winter", "dear", "cheap", "friends", "acorns", "sell", "buy", "owl", "cold", "rot", "trust")
_BROKEN: Final = ("", "I would rather sleep.", '{"thought":"half', '{"orders":[{"side":"buy"}]}', "[1, 2, 3]", "null")

# Two minds with other settings, so that what differs between seats is compared too; no ask is ever late.
_CONFIG: Final = CouncilConfig(
    deadline_seconds=3_600,
    retries=1,
    pause_seconds=0,
    narrator="free",
    minds={
        "steady": MindConfig(kind="standin", lab="none", model="hash"),
        "free": MindConfig(
            kind="standin", model="hash", sampling=Sampling(temperature=1.0), max_tokens=120, constrained=False
        ),
    },
    seats=dict(zip(CREATURES, ("steady", "steady", "free", "free", "steady"), strict=True)),
)


class RecordingMind:
    """A mind that is as sensitive as can be: one other byte in a request gives another answer.

    Now and then it fails or babbles, so that failures and second attempts are compared too.
    """

    def __init__(self) -> None:
        self.requests: list[MindRequest] = []

    async def answer(self, request: MindRequest) -> Answer:
        """Answer `request` by the hash of all of it.

        Raises:
            MindError: For about one request in twenty-five.
        """
        self.requests.append(request)
        chance = Random(hashlib.sha256(request.model_dump_json().encode()).digest())
        luck = chance.randrange(25)
        if luck == 0:
            raise MindError("the mind wandered off")
        sensible = _tidings(chance) if request.form is Form.HEADLINE else _sensible(chance, request.form)
        text = chance.choice(_BROKEN) if luck == 1 else sensible
        return Answer(text=text, prompt_tokens=chance.randint(300, 500), completion_tokens=chance.randint(20, 90))

    async def warm(self) -> None:
        """Do nothing: there is nothing to load."""

    async def aclose(self) -> None:
        """Do nothing: there is nothing to give back."""


def council_of(mind: RecordingMind) -> MindCouncil:
    """Return the real council, as the bot runs it, with `mind` in every seat."""
    return MindCouncil(_CONFIG, dict.fromkeys(_CONFIG.minds, mind))


def _sensible(chance: Random, form: Form) -> str:
    orders = [
        {
            "side": chance.choice(tuple(Side)),
            "good": chance.choice(GOODS),
            "quantity": chance.randint(1, 4),
            "price": chance.randint(2, 12),
        }
        for _ in range(chance.randint(0, 3))
    ]
    said = " ".join(chance.choices(_WORDS, k=5))
    loan = {"loan": chance.choice(("yes", "no"))} if form is Form.ORDERS_AND_LOAN else {}
    return json.dumps({"thought": said, "orders": orders, **loan, "gossip": said}, separators=(",", ":"))


def _tidings(chance: Random) -> str:
    return json.dumps({"headline": " ".join(chance.choices(_WORDS, k=5))})
