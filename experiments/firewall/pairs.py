"""Noninterference: two woods that differ in secrets alone must show the same bytes.

Both are played side by side. At every moment all that they show is compared, up to the first moment
at which the releases they have declared differ: from there on they may rightly go apart.
"""

from dataclasses import dataclass

from engine.releases import RELEASES
from experiments.firewall.plans import PairPlan
from experiments.firewall.runs import Checkpoint, play
from experiments.firewall.scan import Scanner


@dataclass(frozen=True)
class PairReport:
    """How one pair compared.

    `turns` counts the turns whose asks were compared, `told` the whispers that were in the ears or
    prompts of both woods by then and true in one of them only, `suspected` the turns whose asks were
    compared while the magistrate knew different things; `divergences` and `leaks` say where
    and what, and are empty when the firewall holds. `secrets_differ` is whether the two sealed vaults did.
    """

    turns: int
    told: int
    suspected: int
    secrets_differ: bool
    prompts: int
    divergences: tuple[str, ...]
    leaks: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing leaked in any way."""
        return not self.divergences and not self.leaks


async def compare(plan: PairPlan) -> PairReport:
    """Play both woods of `plan` and compare them until their declared releases differ, or they leak."""
    turns, told, suspected, differ = 0, 0, 0, False
    divergences: list[str] = []
    scanners = tuple(Scanner.of(plan) for _ in plan.variants)
    runs = [play(plan, variant) for variant in plan.variants]
    try:
        while not divergences:
            pair = [await anext(run, None) for run in runs]
            one, other = pair
            if one is None or other is None:
                break
            divergences += _undeclared(one) + _undeclared(other)
            if one.releases != other.releases:
                break
            for scanner, checkpoint in zip(scanners, (one, other), strict=True):
                scanner.look(checkpoint)
            divergences += _differences(one, other)
            differ = differ or one.sealed != other.sealed
            if one.moment == "asked":
                turns += 1
                suspected += one.suspicions != other.suspicions
                told = max(told, sum(a != b for a, b in zip(one.truths, other.truths, strict=True)))
    finally:
        for run in runs:
            await run.aclose()
    if not turns and not divergences:
        # Nothing may be released before the first asks that could tell the woods apart.
        divergences.append("turn 1: the declared releases differ before anything was asked")
    prompts = sum(scanner.prompts for scanner in scanners)
    found = tuple(dict.fromkeys(item for scanner in scanners for item in scanner.found))
    return PairReport(turns, told, suspected, differ, prompts, tuple(divergences), found)


def _undeclared(checkpoint: Checkpoint) -> list[str]:
    """Return a line for each release of a kind that is not declared: it would end the comparison unseen."""
    kinds = {release.kind for release in checkpoint.releases} - RELEASES
    return [f"turn {checkpoint.turn}, {checkpoint.moment}: undeclared release {kind}" for kind in sorted(kinds)]


def _differences(one: Checkpoint, other: Checkpoint) -> list[str]:
    """Return a line for each kind of thing that the two woods do not show alike."""
    where = f"turn {one.turn}, {one.moment}"
    lines = [
        f"{where}: {kind}: {_first_difference(one.shown[kind], other.shown.get(kind, ''))}"
        for kind in one.shown
        if one.shown[kind] != other.shown.get(kind)
    ]
    if len(one.requests) != len(other.requests):
        lines.append(f"{where}: {len(one.requests)} asks and {len(other.requests)}")
    for number, (asked, twin) in enumerate(zip(one.requests, other.requests, strict=False)):
        text, against = asked.model_dump_json(), twin.model_dump_json()
        if text != against:
            lines.append(f"{where}: ask {number}: {_first_difference(text, against)}")
    return lines


def _first_difference(one: str, other: str) -> str:
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, place - 30)
    return f"{one[start : place + 30]!r} against {other[start : place + 30]!r}"
