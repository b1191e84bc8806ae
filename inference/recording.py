"""Answers kept by what was asked, so that a long run on live minds can be gone through again without them.

A recording is a file of JSON lines. A line names a council and what its minds are made of (hashes of weights and
adapters), or holds one answer under the digest of its question. Questions that are alike, down to the sampling seed,
are put to the mind once: an experiment that plays the same opening three times asks for it once. Lines are written as
answers come, so a run that was stopped goes on where it was when it is begun again on the same file.

Unlike a mind of kind `recorded`, which answers by turn and creature of one wood, a recording serves any number of
woods, councils and experiments at once.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from engine.vocabulary import Failure
from inference.config import CouncilConfig, MindConfig
from inference.council import MindCouncil, build_mind
from inference.mind import Answer, Mind, MindAwayError, MindError, MindRequest

_NOT_ASKED: Final = {"endpoints", "api_key_env", "concurrency", "workers", "traces", "serve", "lab"}
"""What a mind's table says that does not change its answer."""

Made = dict[str, Any]
"""What a council's minds are made of, as plain data."""


class RecordingError(Exception):
    """A recording cannot be used; the text says why and what to do."""


class Recording:
    """A file of answers, read whole when it is opened. `missing` counts the questions that it had no answer to."""

    def __init__(self, path: Path, *, writes: bool) -> None:
        """Open a recording.

        Args:
            path: The file.
            writes: Whether new answers are added to it; it is made if it is not there.

        Raises:
            RecordingError: If the file cannot be read or written, or is no recording.
        """
        self.path = path
        self.missing = 0
        self.councils: dict[str, Made] = {}
        self._outcomes: dict[str, dict[str, Any]] = {}
        self._asked: dict[str, asyncio.Future[None]] = {}
        try:
            if writes:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
                _cut_half_a_line(path)
            self._read()
            self._file = path.open("a", encoding="utf-8") if writes else None
        except (OSError, UnicodeDecodeError) as error:
            raise RecordingError(f"{path} cannot be used as a recording. Name another file.") from error

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def recorder(self, name: str, config: CouncilConfig, made: Made) -> MindCouncil:
        """Return a council of live minds, made of `made`, whose answers are kept here.

        Raises:
            MindError: If something that a mind needs is not there.
            RecordingError: If the recording holds a council of this name whose minds are made of something else.
        """
        known = self.councils.get(name)
        if known is None:
            self.councils[name] = made
            self._write({"council": name, "made": made})
        elif known != made:
            raise RecordingError(
                f"{self.path} was recorded with other weights or settings of {name}. Record into another file."
            )
        minds = {mind: _Recorder(self, table, build_mind(table)) for mind, table in config.minds.items()}
        return MindCouncil(config, dict[str, Mind](minds))

    def replayer(self, name: str, config: CouncilConfig) -> MindCouncil:
        """Return a council that is answered from here alone; its models are not needed.

        Raises:
            RecordingError: If the recording holds nothing of a council of this name.
        """
        if name not in self.councils:
            held = ", ".join(self.councils) or "no council"
            raise RecordingError(f"{self.path} holds nothing of {name}; it holds {held}.")
        minds = {mind: _Replayer(self, table) for mind, table in config.minds.items()}
        return MindCouncil(config, dict[str, Mind](minds))

    def check(self) -> None:
        """Check that every question was answered from here.

        Raises:
            RecordingError: If one was not: what was played was not what was recorded.
        """
        if self.missing:
            raise RecordingError(
                f"{self.path} has no answer to {self.missing} of the questions: it was recorded with other prompts, "
                "rules, seeds or turns. Record anew, or ask for what was recorded."
            )

    def outcome(self, digest: str) -> dict[str, Any] | None:
        """Return what came of a question, or None if it was never put."""
        return self._outcomes.get(digest)

    async def ask(self, digest: str, mind: Mind, request: MindRequest) -> Answer:
        """Return the answer kept under `digest`, or else the mind's, which is kept from then on, failures too."""
        while digest in self._asked:
            await asyncio.wait({self._asked[digest]})
        kept = self._outcomes.get(digest)
        if kept is not None:
            return answer_of(kept)
        under_way = self._asked[digest] = asyncio.get_running_loop().create_future()
        try:
            answer = await mind.answer(request)
        except asyncio.CancelledError:
            self._keep(digest, {"late": True})
            raise
        except MindError as error:
            away = {"away": True} if isinstance(error, MindAwayError) else {}
            self._keep(digest, {"error": str(error), "told": error.told, **away})
            raise
        except Exception as error:
            # As the council tells of a mind that breaks, and goes on.
            self._keep(digest, {"error": f"The mind broke: {type(error).__name__}.", "told": Failure.NO_ANSWER})
            raise
        else:
            self._keep(digest, {"answer": answer.model_dump(exclude_defaults=True)})
            return answer
        finally:
            del self._asked[digest]
            under_way.set_result(None)

    def _keep(self, digest: str, outcome: dict[str, Any]) -> None:
        self._outcomes[digest] = outcome
        self._write({"asked": digest, **outcome})

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._file is None:
            raise RecordingError(f"{self.path} is only read.")
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def _read(self) -> None:
        try:
            for text in self.path.read_text(encoding="utf-8").splitlines():
                line = json.loads(text)
                if "council" in line:
                    self.councils[line["council"]] = line["made"]
                else:
                    self._outcomes[line["asked"]] = line
        except (ValueError, KeyError, TypeError) as error:
            raise RecordingError(f"{self.path} is no recording of minds. Name another file.") from error


class _Recorder:
    """A mind whose answers are kept, and which is not asked again what it was asked before."""

    def __init__(self, recording: Recording, config: MindConfig, mind: Mind) -> None:
        self._recording, self._config, self._mind = recording, config, mind

    async def answer(self, request: MindRequest) -> Answer:
        """Answer from the recording, or ask the mind and keep what it says."""
        return await self._recording.ask(digest_of(self._config, request), self._mind, request)

    async def warm(self) -> None:
        """Load the mind."""
        await self._mind.warm()

    async def aclose(self) -> None:
        """Close the mind."""
        await self._mind.aclose()


class _Replayer:
    """A mind of which only the recording is left."""

    def __init__(self, recording: Recording, config: MindConfig) -> None:
        self._recording, self._config = recording, config

    async def answer(self, request: MindRequest) -> Answer:
        """Answer from the recording."""
        kept = self._recording.outcome(digest_of(self._config, request))
        if kept is None:
            self._recording.missing += 1
            raise MindAwayError("the recording holds no answer to this question")
        return answer_of(kept)

    async def warm(self) -> None:
        """Do nothing: there is nothing to load."""

    async def aclose(self) -> None:
        """Do nothing: there is nothing to give back."""


def digest_of(config: MindConfig, request: MindRequest) -> str:
    """Return the SHA-256 of all of a question that a mind's answer can depend on."""
    asked = request.model_dump(
        mode="json", include={"form", "messages", "sampling", "seed", "max_tokens", "constrained"}
    )
    mind = config.model_dump(mode="json", exclude=_NOT_ASKED)
    return hashlib.sha256(json.dumps([mind, asked], sort_keys=True).encode()).hexdigest()


def answer_of(kept: Mapping[str, Any]) -> Answer:
    """Return the answer of a recorded outcome.

    Raises:
        MindAwayError: If it came too late, or the mind was away; the recorded run did not ask again either.
        MindError: If the mind failed in time; where it was asked again, that question has an answer of its own.
    """
    if "answer" in kept:
        return Answer.model_validate(kept["answer"])
    if "late" in kept:
        raise MindAwayError("No answer within the recorded run's time.", Failure.TOO_SLOW)
    kind = MindAwayError if kept.get("away") else MindError
    raise kind(str(kept["error"]), str(kept["told"]))


def _cut_half_a_line(path: Path) -> None:
    """Drop what a killed process left of a line, so that the next begins on its own."""
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        with path.open("r+b") as file:
            file.truncate(content.rfind(b"\n") + 1)
