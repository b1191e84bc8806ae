"""The Wood beside the systems that people would use instead: decisions a second and memory with an instant mind.

Every system plays the same small market in a process of its own, one after the other and round about, several times, so
that whatever else the machine does falls on all alike. What is counted is processor time, of all threads, from the
third turn on: the model is instant and nothing waits. Each peer has an environment of its own with pinned versions;
what its script does and leaves out stands at its head, and `docs/peers.md` says what that means.
"""

import asyncio
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

ROUNDS: Final = 40
REPEATS: Final = 3
PYTHON: Final = "3.12"

_HERE: Final = Path(__file__).parent
_LIMIT_SECONDS: Final = 600


class PeersError(Exception):
    """The peers cannot be measured; the text says what to do."""


@dataclass(frozen=True)
class Peer:
    """One way to play the market: the pins of its environment, its script, and what the script is told besides."""

    name: str
    pins: str
    script: str
    told: tuple[str, ...] = ()


PEERS: Final = (
    Peer("mesa-llm", "mesa-llm.txt", "mesa_llm_market.py"),
    Peer("mesa-llm without LiteLLM", "mesa-llm.txt", "mesa_llm_market.py", ("bare",)),
    Peer("concordia", "concordia.txt", "concordia_market.py"),
)


@dataclass
class _Measured:
    """What one system took, run for run."""

    runs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def rates(self) -> list[float]:
        """Decisions a second of processor time, the slowest run first."""
        return sorted(run["decisions"] / run["seconds"] for run in self.runs)

    def report(self) -> dict[str, Any]:
        """Return it as JSON; memory is the most that was held, of which the second figure lay there before the work.

        Both are in MiB, and None where the system does not tell of memory.
        """
        last = self.runs[-1]
        return {
            "decisions_per_s": round(median(self.rates), 1),
            "slowest": round(self.rates[0], 1),
            "fastest": round(self.rates[-1], 1),
            "calls_per_decision": round(last["calls"] / last["decisions"], 2),
            "prompt_chars_per_decision": round(last["chars"] / last["decisions"]),
            "trades_per_turn": round(last["trades"] / (last["decisions"] / 5), 2),
            "memory_mib": _mib(run["memory_kib"] for run in self.runs),
            "imported_mib": _mib(run["imported_kib"] for run in self.runs),
            "version": last["version"],
        }


def home() -> Path:
    """Return where the peers' environments are kept unless another folder is named; it may be deleted at any time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "thousand-token-wood" / "peers"


def installed(folder: Path) -> bool:
    """Say whether every peer's environment is there, with the versions that are pinned now."""
    return all(_marker(folder, peer).is_file() for peer in PEERS)


async def install(folder: Path, python: str = PYTHON) -> None:
    """Make the environments that are missing, with uv.

    Args:
        folder: Where they go.
        python: A version, or a Python's path.

    Raises:
        PeersError: If uv is not there, or could not make one.
    """
    if shutil.which("uv") is None:
        raise PeersError("The peers' environments are made with uv. Install it, as the README says.")
    for peer in PEERS:
        if _marker(folder, peer).is_file():
            continue
        room = _room(folder, peer)
        try:
            await _run("uv", "venv", "--quiet", "--clear", "--python", python, str(room))
        except PeersError as error:
            raise PeersError(
                f"No environment with Python {python}. Name one that is here with --python. {error}"
            ) from error
        await _run("uv", "pip", "install", "--quiet", "--python", str(_python(room)), "-r", str(_HERE / peer.pins))
        _marker(folder, peer).touch()


async def run(
    folder: Path, rounds: int = ROUNDS, repeats: int = REPEATS, done: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Measure everybody `repeats` times over `rounds` turns; return the parts `peers` and `wood` of `wood bench`.

    `ratio` says how many times the overhead of the Wood a peer has for a decision, `ratio_unwritten` how many times
    that of a Wood which, like the peers, hashes nothing and writes nothing down.

    Raises:
        PeersError: If a process fails.
    """
    wood, kept, unwritten, others = _Measured(), _Measured(), _Measured(), {peer.name: _Measured() for peer in PEERS}
    ours = (sys.executable, "-m", "benchmarks.peers.wood_market", str(rounds))
    for _ in range(repeats):
        wood.runs.append(await _played(*ours))
        for peer in PEERS:
            script = (str(_python(_room(folder, peer))), str(_HERE / peer.script), str(rounds), *peer.told)
            others[peer.name].runs.append(await _played(*script))
        unwritten.runs.append(await _played(*ours, "unwritten"))
        kept.runs.append(await _played(*ours, "kept"))
        done()
    rate, memory = median(wood.rates), wood.report()["memory_mib"]
    return {
        "peers": {
            name: {
                **measured.report(),
                "ours": round(rate, 1),
                "ratio": round(rate / median(measured.rates), 1),
                "ratio_unwritten": round(median(unwritten.rates) / median(measured.rates), 1),
                "ours_memory_mib": memory,
            }
            for name, measured in others.items()
        },
        "wood": {
            **wood.report(),
            "kept_decisions_per_s": round(median(kept.rates), 1),
            "unwritten_decisions_per_s": round(median(unwritten.rates), 1),
            "turns": rounds,
        },
    }


def _mib(kib: Iterable[int | None]) -> float | None:
    """Return the most of these in MiB, or None where none is known."""
    known = [each for each in kib if each is not None]
    return round(max(known) / 1024, 1) if known else None


def _room(folder: Path, peer: Peer) -> Path:
    return folder / peer.pins.removesuffix(".txt")


def _python(room: Path) -> Path:
    return room / "bin" / "python"


def _marker(folder: Path, peer: Peer) -> Path:
    """Return the file that says that these very pins were installed."""
    pins = hashlib.sha256((_HERE / peer.pins).read_bytes()).hexdigest()[:16]
    return _room(folder, peer) / f".installed-{pins}"


async def _played(*command: str) -> dict[str, Any]:
    """Return what a process printed last, which is one JSON object."""
    lines = (await _run(*command)).strip().splitlines()
    try:
        return json.loads(lines[-1])
    except (IndexError, ValueError) as error:
        raise PeersError(f"{Path(command[1]).name} told nothing of its run. Run it by hand to see why.") from error


async def _run(*command: str) -> str:
    """Return what a command wrote on stdout."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), _LIMIT_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise PeersError(f"{' '.join(command[:3])} took more than {_LIMIT_SECONDS} seconds.") from None
    if process.returncode:
        last = (err.decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
        raise PeersError(f"{' '.join(command[:3])} failed: {last}")
    return out.decode(errors="replace")
