"""What no prompt and no post may hold, whatever the pairs say: canaries, real names and typed text."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.ports import CANARY
from experiments.firewall.plans import PairPlan
from experiments.firewall.runs import Checkpoint
from inference.scan import leaks


@dataclass
class Scanner:
    """Looks through the texts of one wood for what was planted in its vault and typed by its players."""

    typed: tuple[str, ...]
    canaries: set[str] = field(default_factory=set[str])
    prompts: int = 0
    found: list[str] = field(default_factory=list[str])

    @classmethod
    def of(cls, plan: PairPlan) -> "Scanner":
        """Return a scanner that knows a plan's secret seeds, and its names and typed texts, also by their last word."""
        words = {word for text in plan.typed for word in (text, text.split()[-1])}
        words |= {variant.secret_seed for variant in plan.variants}
        return cls(tuple(sorted(words)))

    def look(self, checkpoint: Checkpoint) -> None:
        """Scan all that a wood shows at a checkpoint, and remember the canaries planted by then."""
        self.canaries.update(CANARY.findall(checkpoint.sealed))
        self.prompts += len(checkpoint.requests)
        for request in checkpoint.requests:
            prompt = "\n".join(message.content for message in request.messages)
            self._note(f"turn {checkpoint.turn}, a prompt", [*leaks(prompt), *self._planted(request.model_dump_json())])
        if checkpoint.held_back:
            self._note(f"turn {checkpoint.turn}", [f"the council held back {checkpoint.held_back} prompts"])
        for kind, text in checkpoint.shown.items():
            self._note(f"turn {checkpoint.turn}, {kind}", self._planted(text))

    def _planted(self, text: str) -> list[str]:
        lowered = text.lower()
        secrets = [mark for mark in sorted(self.canaries) if mark in lowered]
        return secrets + [word for word in self.typed if word.lower() in lowered]

    def _note(self, where: str, what: Iterable[str]) -> None:
        self.found += [f"{where}: {item}" for item in what]
