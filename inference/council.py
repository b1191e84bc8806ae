"""The council: which mind thinks for which creature, and all of them asked at once under one deadline."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.ports import (
    NARRATOR,
    AskRecord,
    Decision,
    Deliberation,
    Narration,
    NarrationRequest,
    ParseReport,
    TurnRequest,
)
from engine.views import CreatureView, NarratorView, Stock
from engine.vocabulary import GOODS, Failure, Good
from inference.config import CouncilConfig, CouncilConfigError, MindConfig, read_council
from inference.headline import read_headline
from inference.mind import Answer, Message, Mind, MindAwayError, MindError, MindRequest
from inference.parse import parse
from inference.scan import FirewallBreach, check
from inference.shape import Form, form_of
from inference.standin import StandinMind
from prompts.render import creature_messages, narrator_messages

log = logging.getLogger(__name__)

_HEADLINE_TOKENS: Final = 60
_OWN_SHARE: Final = 0.6
"""Share of the deadline after which a creature with a substitute is asked through that."""

_UNREAD: Final = ParseReport(status="failed", valid_json=False)
_NO_ANSWER: Final = Answer(text="", finish_reason="")
_NO_DECISION: Final = Decision()
_SORTED: Final = json.JSONEncoder(sort_keys=True)

_EXAMPLE: Final = CreatureView(
    name="Sable",
    species="fox",
    temper="You are a speculator: you buy fear and sell hope.",
    grows=Good.BERRIES,
    season="autumn",
    mood="content",
    pebbles=40,
    store=tuple(Stock(good=good, amount=8 if good is Good.BERRIES else 1) for good in GOODS),
    prices=tuple(Stock(good=good, amount=5) for good in GOODS),
    short_of=(Stock(good=Good.FIREWOOD, amount=2),),
    spare=(Stock(good=Good.BERRIES, amount=6),),
    feelings=(),
    heard=(),
    news=(),
    gossip="",
)


class MindCheck(BaseModel):
    """How one mind did when it was asked one question; `problem` is empty when all was well."""

    model_config = ConfigDict(frozen=True)

    mind: str
    kind: str
    lab: str
    model: str
    problem: str
    valid_json: bool
    seconds: float
    prompt_tokens: int
    completion_tokens: int
    raw: str


@dataclass
class _Ask:
    """One attempt under way: what was sent and what came of it so far."""

    mind_name: str
    request: MindRequest
    answer: Answer = _NO_ANSWER
    parse: ParseReport = _UNREAD
    decision: Decision = _NO_DECISION
    headline: str = ""
    latency_ms: int = 0
    error: str = ""
    sent: bool = True
    again: bool = True


def load_council(name_or_path: str | Path) -> "MindCouncil":
    """Return the council of that name in `inference/councils/`, or of that TOML file; no model is loaded yet.

    Raises:
        CouncilConfigError: If there is no such council, or its file has a mistake.
    """
    config = read_council(name_or_path)
    minds: dict[str, Mind] = {}
    for name, mind in config.minds.items():
        try:
            minds[name] = build_mind(mind)
        except MindError as error:
            raise CouncilConfigError(f"{name_or_path}: minds.{name}: {error}.") from error
    return MindCouncil(config, minds)


def build_mind(config: MindConfig) -> Mind:
    """Return the mind of one `[minds.<name>]` table; what it needs is imported here and loaded when asked.

    Raises:
        MindError: If something the mind needs is not there.
    """
    match config.kind:
        case "standin":
            return StandinMind()
        case "embedded":
            from inference.embedded import EmbeddedMind

            return EmbeddedMind(config)
        case "openai":
            from inference.openai_mind import OpenAIMind

            return OpenAIMind(config)
        case "recorded":
            from inference.recorded import RecordedMind

            return RecordedMind(Path(config.traces))


class MindCouncil:
    """A council whose seats are minds: it implements `engine.ports.Council`.

    `prompts_scanned` and `leaks` count the prompts looked at before sending, and those not sent.
    """

    def __init__(self, config: CouncilConfig, minds: dict[str, Mind]) -> None:
        self.config = config
        self.prompts_scanned = 0
        self.leaks = 0
        self.on_decided: Callable[[str, int, str], None] = _nobody_listens
        """Told of each creature that has decided, or let its turn pass, as it happens: wood, turn and creature."""
        self._minds = minds

    def seating(self) -> dict[str, dict[str, str]]:
        """Return for each creature its mind's name, lab and kind."""
        return {
            creature: {"mind": name, "lab": self.config.minds[name].lab, "kind": self.config.minds[name].kind}
            for creature, name in self.config.seats.items()
        }

    async def warm(self) -> None:
        """Load every seated mind and the narrator's, so that the first turn does not wait for it.

        Raises:
            MindError: If a mind cannot be loaded.
        """
        seated = (*self.config.seats.values(), *([self.config.narrator] if self.config.narrator else []))
        for name in dict.fromkeys(seated):
            await self._minds[name].warm()

    async def aclose(self) -> None:
        """Close every mind."""
        for mind in self._minds.values():
            await mind.aclose()

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        """Ask the minds of all creatures at once; whoever fails or is late does nothing this turn."""
        deadline = time.perf_counter() + self.config.deadline_seconds
        seats = await asyncio.gather(*(self._think(request, view, deadline) for view in request.views))
        return Deliberation(
            decisions={view.name: asks[-1].decision for view, asks in zip(request.views, seats, strict=True)},
            asks=tuple(self._record(ask) for asks in seats for ask in asks),
        )

    async def narrate(self, request: NarrationRequest) -> Narration:
        """Ask the narrator's mind for a headline; there is none if it fails, is late or writes what is not fit."""
        name = self.config.narrator
        if not name or not request.view.lines:
            return Narration()
        config = self.config.minds[name]
        question = MindRequest(
            season=request.season,
            turn=request.turn,
            creature=NARRATOR,
            attempt=0,
            view=request.view,
            form=Form.HEADLINE,
            messages=tuple(Message.model_validate(message) for message in narrator_messages(request.view)),
            sampling=config.sampling,
            seed=sampling_seed(request.seed, NARRATOR, 0),
            max_tokens=min(config.max_tokens, _HEADLINE_TOKENS),
            constrained=config.constrained,
        )
        ask = _Ask(name, question)
        await self._attempt(ask, self.config.narrator_seconds)
        return Narration(headline=ask.headline, asks=(self._record(ask),))

    async def check(self) -> list[MindCheck]:
        """Ask every mind one question, one mind after another, and say how it did."""
        checks: list[MindCheck] = []
        for name, config in self.config.minds.items():
            ask = _Ask(name, self._request(_EXAMPLE, name, season=1, turn=1, seed=1, attempt=0))
            await self._attempt(ask, self.config.deadline_seconds)
            checks.append(
                MindCheck(
                    mind=name,
                    kind=config.kind,
                    lab=config.lab,
                    model=config.model,
                    problem=ask.error or ask.decision.failure,
                    valid_json=ask.parse.valid_json,
                    seconds=ask.latency_ms / 1_000,
                    prompt_tokens=ask.answer.prompt_tokens,
                    completion_tokens=ask.answer.completion_tokens,
                    raw=ask.answer.text,
                )
            )
        return checks

    async def _think(self, turn: TurnRequest, view: CreatureView, deadline: float) -> list[_Ask]:
        """Return the attempts of one creature, the last of which counts."""
        name, substitute = self.config.seats[view.name], self.config.substitutes.get(view.name, "")
        share = _OWN_SHARE if substitute else 1.0
        own_deadline = deadline - self.config.deadline_seconds * (1 - share)
        asks = await self._ask(turn, view, name, own_deadline, first=0)
        if substitute and asks[-1].error and asks[-1].sent:
            asks += await self._ask(turn, view, substitute, deadline, first=len(asks))
        self.on_decided(turn.world_id, turn.turn, view.name)
        return asks

    async def _ask(self, turn: TurnRequest, view: CreatureView, mind: str, deadline: float, first: int) -> list[_Ask]:
        """Return the attempts of one mind for one creature, numbered from `first`. Nothing else retries."""
        asks: list[_Ask] = []
        for number in range(1 + self.config.retries):
            request = self._request(
                view, mind, season=turn.season, turn=turn.turn, seed=turn.seed, attempt=first + number
            )
            ask = _Ask(mind, request)
            asks.append(ask)
            await self._attempt(ask, deadline - time.perf_counter())
            if not ask.decision.failure or not ask.again:
                break
            # An answer that could not be read is asked for again at once, a server in trouble is given a moment.
            pause = self.config.pause_seconds * 2**number if ask.error else 0.0
            if time.perf_counter() + pause >= deadline:
                break
            await asyncio.sleep(pause)
        return asks

    def _request(
        self, view: CreatureView, mind: str, *, season: int, turn: int, seed: int, attempt: int
    ) -> MindRequest:
        config = self.config.minds[mind]
        return MindRequest(
            season=season,
            turn=turn,
            creature=view.name,
            attempt=attempt,
            view=view,
            form=form_of(view),
            messages=tuple(Message.model_validate(message) for message in creature_messages(view)),
            sampling=config.sampling,
            seed=sampling_seed(seed, view.name, attempt),
            max_tokens=config.max_tokens,
            constrained=config.constrained,
        )

    async def _attempt(self, ask: _Ask, seconds: float) -> None:
        """Put one question, within so many seconds, and fill in `ask` with what came of it, whatever the mind does."""
        began = time.perf_counter()
        try:
            self._scan(ask.request)
            ask.answer = await _in_time(self._minds[ask.mind_name], ask.request, seconds)
            self._read(ask)
        except FirewallBreach as breach:
            self.leaks += 1
            ask.sent = ask.again = False
            ask.error = f"Not asked: {breach}."
            ask.decision = Decision.nothing(Failure.HELD_BACK)
            # Without the traceback: its frames would show the prompt to whoever formats them with locals.
            log.error("firewall: a prompt for %s was held back: %s", ask.request.creature, breach)  # noqa: TRY400
        except TimeoutError:
            ask.error = f"No answer within {self._limit(ask):g} seconds."
            ask.decision = Decision.nothing(Failure.TOO_SLOW)
            log.warning("%s (%s): %s", ask.request.creature, ask.mind_name, ask.error)
        except MindAwayError as error:
            # That its servers are down was logged when they went.
            ask.error, ask.again = str(error), False
            ask.decision = Decision.nothing(error.told)
        except MindError as error:
            ask.error = str(error)
            ask.decision = Decision.nothing(error.told)
            log.warning("%s (%s): %s", ask.request.creature, ask.mind_name, error)
        except Exception as error:
            # Whatever breaks in one mind costs one creature one turn; the log has the rest.
            ask.error = f"The mind broke: {type(error).__name__}."
            ask.decision = Decision.nothing(Failure.NO_ANSWER)
            log.exception("%s (%s) broke", ask.request.creature, ask.mind_name)
        ask.latency_ms = round((time.perf_counter() - began) * 1_000)

    def _limit(self, ask: _Ask) -> float:
        """Return the seconds that all asks of this kind have together."""
        return self.config.narrator_seconds if ask.request.form is Form.HEADLINE else self.config.deadline_seconds

    def _read(self, ask: _Ask) -> None:
        """Read the decision, or the headline, in the answer to `ask`."""
        if isinstance(ask.request.view, NarratorView):
            ask.headline, ask.parse = read_headline(ask.answer.text, ask.request.view)
        else:
            ask.decision, ask.parse = parse(ask.answer.text, ask.answer.finish_reason, ask.request.form)

    def _scan(self, request: MindRequest) -> None:
        self.prompts_scanned += 1
        check(message.content for message in request.messages)

    def _record(self, ask: _Ask) -> AskRecord:
        config, request, answer = self.config.minds[ask.mind_name], ask.request, ask.answer
        # A prompt that was held back must not reach the traces either.
        messages = tuple([vars(message).copy() for message in request.messages]) if ask.sent else ()
        return AskRecord(
            creature=request.creature,
            attempt=request.attempt,
            mind=ask.mind_name,
            kind=config.kind,
            lab=config.lab,
            model=config.model,
            sampling={
                **request.sampling.given(),
                "max_tokens": request.max_tokens,
                "constrained": request.constrained,
                "adapter": config.adapter or None,
            },
            seed=request.seed,
            messages=messages,
            messages_sha256=hashlib.sha256(_SORTED.encode(messages).encode()).hexdigest(),
            raw=answer.text,
            reasoning=answer.reasoning,
            finish_reason=answer.finish_reason,
            parse=ask.parse,
            decision=ask.decision,
            headline=ask.headline,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            cached_tokens=answer.cached_tokens,
            latency_ms=ask.latency_ms,
            error=ask.error,
        )


def _nobody_listens(_world_id: str, _turn: int, _creature: str) -> None:
    """Leave it untold that a creature has decided."""


async def _in_time(mind: Mind, request: MindRequest, seconds: float) -> Answer:
    """Return the mind's answer, or raise TimeoutError after so long even if the mind ignores its cancellation."""
    task = asyncio.ensure_future(mind.answer(request))
    try:
        await asyncio.wait({task}, timeout=max(0.0, seconds))
        if not task.done():
            raise TimeoutError
        return task.result()
    finally:
        task.cancel()


def sampling_seed(turn_seed: int, creature: str, attempt: int) -> int:
    """Return the sampling seed of one attempt, 31 bits, the same in every process."""
    digest = hashlib.sha256(f"{turn_seed}/{creature}/{attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") & 0x7FFF_FFFF
