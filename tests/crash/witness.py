"""What a process said it had done, kept outside that process, so that it can be held to its word after a crash."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.actions import ACTION, AnyAction

Tell = Callable[..., None]
"""Says a line, such as `tell("acknowledged", world_id="w0", ...)`, to whoever listens outside."""

LONGEST_LINE = 4_096
"""Bytes that a pipe takes whole or not at all (PIPE_BUF): no kill can cut a line in two."""


class Sent(NamedTuple):
    """An input as the client sends it: the same id and the same action, however often."""

    world_id: str
    input_id: str
    user: str
    action: AnyAction

    @property
    def key(self) -> tuple[str, str]:
        """What the input is told apart by."""
        return self.world_id, self.input_id


def line(said: str, **facts: Any) -> bytes:
    """Return one line as it goes down a pipe or into a log."""
    text = json.dumps({"said": said, **facts}).encode() + b"\n"
    if len(text) > LONGEST_LINE:
        raise ValueError(f"a line of {len(text)} bytes could be cut in two")
    return text


def sent_facts(sent: Sent) -> dict[str, Any]:
    """Return what is said of an input before it is sent."""
    return {**sent._asdict(), "action": sent.action.model_dump(mode="json")}


@dataclass
class Witness:
    """Everything acknowledged so far, over all the lives of one store, and what was in flight when one ended.

    `opened` holds the state hash of each wood as the last process found it at its start, or None if none
    got that far, and `left_open` the woods in which it found a turn to go on with.
    """

    woods: set[str] = field(default_factory=set[str])
    unanswered: dict[tuple[str, str], Sent] = field(default_factory=dict[tuple[str, str], Sent])
    acknowledged: dict[tuple[str, str], tuple[Sent, str]] = field(
        default_factory=dict[tuple[str, str], tuple[Sent, str]]
    )
    refused: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    turns: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])
    posted: dict[int, int] = field(default_factory=dict[int, int])
    opened: dict[str, str] | None = None
    left_open: set[str] = field(default_factory=set[str])
    failures: int = 0
    problems: list[str] = field(default_factory=list[str])

    def fork(self) -> "Witness":
        """Return a copy that goes its own way."""
        return Witness(
            set(self.woods), dict(self.unanswered), dict(self.acknowledged), set(self.refused), dict(self.turns),
            dict(self.posted), self.opened, set(self.left_open), self.failures, list(self.problems),
        )  # fmt: skip

    def hear(self, text: bytes) -> None:
        """Take down one line."""
        facts = json.loads(text)
        getattr(self, f"_{facts.pop('said')}")(**facts)

    def _opened(self, hashes: dict[str, str], left_open: list[str]) -> None:
        self.opened, self.left_open = hashes, set(left_open)

    def _founded(self, world_id: str) -> None:
        self.woods.add(world_id)

    def _sent(self, world_id: str, input_id: str, user: str, action: dict[str, Any]) -> None:
        sent = Sent(world_id, input_id, user, ACTION.validate_python(action))
        if sent.key not in self.acknowledged:
            self.unanswered[sent.key] = sent

    def _acknowledged(self, world_id: str, input_id: str, receipt: str) -> None:
        key = world_id, input_id
        if key in self.acknowledged:
            before = self.acknowledged[key][1]
            if before != receipt:
                self.problems.append(f"{key} was acknowledged twice, with {before} and with {receipt}")
            return
        self.acknowledged[key] = self.unanswered.pop(key), receipt

    def _refused(self, world_id: str, input_id: str, sentence: str) -> None:
        key = world_id, input_id
        if key in self.acknowledged:
            self.problems.append(f"{key} was acknowledged, and refused when it came again: {sentence}")
        self.unanswered.pop(key, None)
        self.refused.add(key)

    def _failed(self, sentence: str) -> None:
        """An input or a turn met a failing disk; it stays unanswered and is sent again."""
        self.failures += 1

    def _turned(self, world_id: str, turn: int, state_hash: str) -> None:
        if (world_id, turn) in self.turns:
            self.problems.append(f"turn {turn} of {world_id} was taken twice")
        self.turns[world_id, turn] = state_hash

    def _posted(self, post_id: int, message_id: int) -> None:
        self.posted[post_id] = message_id

    def _broken(self, error: str) -> None:
        self.problems.append(f"the process broke by itself: {error}")
