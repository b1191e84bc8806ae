"""What every mind is: something that is put one request and gives one answer."""

from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, field_validator

from engine.views import CreatureView, NarratorView
from engine.vocabulary import Failure
from inference.shape import Form

MOST_TOKENS = 1_000
"""Tokens that a prompt and its answer may take together, for every mind."""


class MindError(Exception):
    """A mind gave no answer; the message says why in plain words, `told` what the wood is told of it: a `Failure`."""

    def __init__(self, message: str, told: str = Failure.NO_ANSWER) -> None:
        super().__init__(message)
        self.told = str(told)


class MindAwayError(MindError):
    """A mind is known not to answer now; asking it again this turn is of no use."""


class Sampling(BaseModel):
    """How a mind draws its tokens. What is left out stays at the server's own default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float | None = Field(default=0.7, ge=0, le=2, allow_inf_nan=False)
    top_p: float | None = Field(default=None, gt=0, le=1, allow_inf_nan=False)
    top_k: int | None = Field(default=None, ge=0)
    min_p: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)
    repeat_penalty: float | None = Field(default=None, ge=0.5, le=2, allow_inf_nan=False)

    def given(self) -> dict[str, float | int]:
        """Return the parameters that are set, by the names that llama.cpp and vLLM know."""
        return self.model_dump(exclude_none=True)


class Message(BaseModel):
    """One message of a chat."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["system", "user", "assistant"]
    content: str


class MindRequest(BaseModel):
    """One question to one mind.

    `view` is what `messages` were rendered from: only the rule-based stand-in reads it, a model sees
    the messages alone. `season`, `turn`, `creature` and `attempt` (from 0) say which ask this is, for minds that
    answer from a record. `form` is what is asked for, `max_tokens` bounds the answer.
    """

    model_config = ConfigDict(frozen=True)

    season: int
    turn: int
    creature: str
    attempt: int
    view: CreatureView | NarratorView
    form: Form = Form.ORDERS
    messages: tuple[Message, ...]
    sampling: Sampling
    seed: int
    max_tokens: int
    constrained: bool


class Answer(BaseModel):
    """What a mind said: the raw text, its reasoning where the server keeps it apart, and the tokens used.

    `cached_tokens` are those of the prompt that the server had computed before, where it tells.
    `finish_reason` is `stop` where the mind ended by itself and `length` where its tokens ran out.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    reasoning: str = ""
    finish_reason: str = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0

    @field_validator("text", "reasoning", mode="before")
    @classmethod
    def _storable(cls, text: str) -> str:
        # JSON escapes can hold half a character, which neither a file nor a database takes.
        return text.encode("utf-8", "replace").decode()


class Mind(Protocol):
    """Something that thinks for one or more creatures."""

    async def answer(self, request: MindRequest) -> Answer:
        """Answer `request`.

        Raises:
            MindError: If there is no answer to be had.
        """
        ...

    async def warm(self) -> None:
        """Load what the first answer needs.

        Raises:
            MindError: If it cannot be loaded.
        """
        ...

    async def aclose(self) -> None:
        """Give back what the mind holds; it is not asked again."""
        ...
