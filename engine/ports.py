"""What the engine needs from outside, and what a mind answers."""

import re
from datetime import datetime
from functools import lru_cache
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict, Field, field_validator

from engine.views import CreatureView, NarratorView
from engine.vocabulary import Failure, Good, Side

MAX_ORDERS: Final = 3
MAX_QUANTITY: Final = 20
MAX_PRICE: Final = 60
SPEECH_LENGTH: Final = 90
HEADLINE_LENGTH: Final = 120

NARRATOR: Final = "the narrator"
"""Who is asked for the headline, among the creatures of an ask's record."""

CANARY: Final = re.compile(r"xq[0-9a-f]{20}", re.IGNORECASE)
"""The shape of every canary planted in a secret. Text of this shape outside the vault is a leak."""

_HEADLINE: Final = re.compile(rf"[A-Za-z0-9 ,.;:!?'’-]{{0,{HEADLINE_LENGTH}}}")
_TEMPLATE_TOKEN: Final = re.compile(r"<[^<>]{0,40}>|\[/?INST\]|\{\{|\}\}", re.IGNORECASE)
_NOT_SPEECH: Final = re.compile(r"[^A-Za-z0-9 ,.!?'’-]+|\d{6,}")


@lru_cache(maxsize=128)
def clean_speech(text: str, length: int = SPEECH_LENGTH) -> str:
    """Return `text` as speech that may be posted and relayed: one line of plain words.

    Template tokens, markup, mentions, long numbers and control characters are dropped, white space is
    collapsed, and the rest is cut to `length` characters at the last whole word.
    """
    bare = _NOT_SPEECH.sub(" ", _TEMPLATE_TOKEN.sub(" ", text[: 8 * length]))
    words = " ".join(bare.split())
    if len(words) <= length:
        return words
    return words[: length + 1].rsplit(" ", 1)[0][:length]


class Frozen(BaseModel):
    """A frozen value that crosses the engine's border."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Order(Frozen):
    """A sealed limit order: `quantity` in units, `price` the limit in pebbles a unit."""

    side: Side
    good: Good
    quantity: int = Field(ge=1, le=MAX_QUANTITY, strict=True)
    price: int = Field(ge=1, le=MAX_PRICE, strict=True)


class Decision(Frozen):
    """What a creature decided this turn.

    `thought` is private: it goes to the traces alone. `loan` is its answer to the loan it was offered, or
    None where it gave none. `gossip` is public and cleaned. `failure`
    says in a few plain words why there was no decision, or is empty; a failed decision has no orders.
    """

    thought: str = ""
    orders: tuple[Order, ...] = Field(default=(), max_length=MAX_ORDERS)
    loan: bool | None = None
    gossip: str = ""
    failure: str = ""

    @field_validator("gossip")
    @classmethod
    def _speech_only(cls, text: str) -> str:
        return clean_speech(text)

    @classmethod
    def nothing(cls, failure: str) -> "Decision":
        """Return the no-op that stands for a mind that failed; the reason is a `Failure`, or as one was recorded."""
        return cls(failure=str(failure))


UNANSWERED: Final = Decision.nothing(Failure.MISSING)
"""What stands for the decision of a creature that is not among those given."""


class ParseReport(Frozen):
    """How a raw answer became a decision.

    `status` is `ok` (the text was the JSON asked for), `repaired`, `salvaged` (order by order)
    or `failed` (a no-op); `dropped` counts orders that could not be saved; `valid_json` says whether
    the raw text was, before any repair, one JSON object of the asked shape.
    """

    status: str
    valid_json: bool
    dropped: int = 0
    repairs: tuple[str, ...] = ()


class AskRecord(Frozen):
    """Everything worth keeping about one question put to one mind.

    `creature` is who was asked, or `NARRATOR`, whose answer is the `headline`: empty where it was not fit
    to post. Times are in milliseconds. `seed` is the sampling seed sent. `messages_sha256` identifies the
    rendered prompt, and the verdicts on single orders are added when the turn closes.
    """

    creature: str
    attempt: int
    mind: str
    kind: str
    lab: str
    model: str
    sampling: dict[str, float | int | str | bool | None]
    seed: int
    messages: tuple[dict[str, str], ...]
    messages_sha256: str
    raw: str
    reasoning: str
    finish_reason: str
    parse: ParseReport
    decision: Decision
    headline: str = ""
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    latency_ms: int
    error: str = ""


class TurnRequest(Frozen):
    """One turn of one wood as the council is asked about it.

    `seed` is drawn from the public stream of the turn; `public_hash` identifies the public world
    the views were taken from.
    """

    world_id: str
    season: int
    turn: int
    seed: int
    public_hash: str
    views: tuple[CreatureView, ...]


class Deliberation(Frozen):
    """The council's answer to a turn: one decision a creature, and the record of every ask."""

    decisions: dict[str, Decision]
    asks: tuple[AskRecord, ...] = ()


class NarrationRequest(Frozen):
    """A turn about to be closed, as the narrator is asked about it; the fields are those of `TurnRequest`."""

    world_id: str
    season: int
    turn: int
    seed: int
    view: NarratorView


class Narration(Frozen):
    """The narrator's headline, empty where it has none fit to post, and the record of what was asked."""

    headline: str = ""
    asks: tuple[AskRecord, ...] = ()

    @field_validator("headline")
    @classmethod
    def _plain_words_only(cls, text: str) -> str:
        return text if _HEADLINE.fullmatch(text) else ""


class Council(Protocol):
    """Who thinks for the creatures, and who narrates. An implementation never raises for a mind's fault."""

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        """Return one decision for each view of `request`, within one deadline for the turn."""
        ...

    async def narrate(self, request: NarrationRequest) -> Narration:
        """Return a headline for the turn of `request`, within a deadline of its own."""
        ...


class Clock(Protocol):
    """Where the shell gets the time from."""

    def now(self) -> datetime:
        """Return the current time, aware and in UTC."""
        ...
