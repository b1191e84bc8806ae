"""Where an experiment's answers come from: live minds, live minds that are recorded, or a recording alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from experiments.provenance import is_evidence, made_of
from inference.config import CouncilConfig, read_council
from inference.council import MindCouncil, load_council
from inference.recording import Recording

RECORD, REPLAY = "record", "replay"


class Source:
    """Gives out councils, and remembers what their minds are made of. It is closed at the end."""

    def __init__(self, recording: Recording | None = None, *, live: bool = True) -> None:
        self._recording = recording
        self._live = live
        self._configs: dict[str, CouncilConfig] = {}

    @classmethod
    def of(cls, told: Sequence[str]) -> Self:
        """Return the source that `record FILE`, `replay FILE` or nothing means.

        Raises:
            RecordingError: If the file cannot be used as a recording.
        """
        if not told:
            return cls()
        how, file = told
        return cls(Recording(Path(file), writes=how == RECORD), live=how != REPLAY)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._recording is not None:
            self._recording.close()

    def council(self, name: str) -> MindCouncil:
        """Return the council of that name or file.

        Raises:
            CouncilConfigError: If there is none, or its file has a mistake.
            RecordingError: If the recording does not fit it.
        """
        self._configs[name] = config = read_council(name)
        if self._recording is None:
            return load_council(name)
        if self._live:
            return self._recording.recorder(name, config, made_of(config))
        return self._recording.replayer(name, config)

    def made(self) -> dict[str, Any]:
        """Return what the minds are made of that answered, by council: with a recording, those that were recorded."""
        if self._recording is not None:
            return {name: self._recording.councils[name] for name in self._configs}
        return {name: made_of(config) for name, config in self._configs.items()}

    def is_evidence(self, councils: str) -> bool:
        """Say whether a row about these councils, parted by ` / `, tells anything about language models.

        A label that is no council of this source says nothing of minds and is taken for evidence: so it is with the
        rows of the firewall's proof, which holds whoever sits in the wood.
        """
        configs = [self._configs[name] for name in councils.split(" / ") if name in self._configs]
        return all(map(is_evidence, configs))

    def check(self) -> None:
        """Check that every question was answered as the source was meant to.

        Raises:
            RecordingError: If a recording had no answer to one.
        """
        if self._recording is not None:
            self._recording.check()
