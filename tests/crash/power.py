"""Power cuts: what was not synced vanishes, and what is found on the disk afterwards.

    uv run python -m tests.crash.power --cuts 1000 --seed 1
    uv run python -m tests.crash.power --cuts 200 --seed 1 --synchronous NORMAL

Sessions are played by a child over a disk that logs every change (see `disk.c`), with the acknowledgements in the
same log. A cut is any place in the log: the disk as it could be there is built (see `disk.py`), audited, and played
on. The next session starts from the disk that one of the cuts left. `--synchronous` weakens SQLite, to see that the
losses are found: the tally counts the cuts at which something was `wrong`, something acknowledged `lost`, the file
`corrupt`, and does not end at the first.
"""

import argparse
import asyncio
import errno
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from engine.keeper import Keeper
from engine.store import sqlite_url
from tests.crash import shim
from tests.crash.audit import UNSOUND, Auditor
from tests.crash.client import Client, Pondering
from tests.crash.disk import Disk, Kept
from tests.crash.kill import warm
from tests.crash.pragmas import Settings
from tests.crash.progress import bar
from tests.crash.shim import Change, Record
from tests.crash.witness import Sent, Witness, line
from tests.engine.helpers import FixedClock

CUTS_A_SESSION: Final = 40
SESSIONS_A_FILE: Final = 5
ROUNDS: Final = 6
"""How often everybody acts in one process of a session."""
NAME: Final = "wood.db"


@dataclass
class _Life:
    """A store as the last power cut left it, with everything acknowledged until then."""

    files: dict[str, bytes]
    witness: Witness
    auditor: Auditor


class Cutter:
    """Plays sessions, cuts the power, and keeps the tally."""

    def __init__(self, room: Path, seed: int, synchronous: str | None = None) -> None:
        """Work in a folder; `synchronous` weakens SQLite."""
        self._room = room
        self._rng = Random(seed)
        self._weak = synchronous is not None
        self._synchronous = synchronous
        self._shim = shim.Shim()
        self.tally: Counter[str] = Counter()
        self.problems: list[str] = []

    def session(self, life: _Life, cuts: int, number: int, step: Callable[[], None]) -> _Life:
        """Play one session and cut it at `cuts` places; return what one of the cuts left."""
        rng = self._rng
        settings = Settings(rng.choice((None, 4, 20)), self._synchronous)
        log = self._played(life, settings, number)
        places = _places(log, cuts, rng)
        disk, witness, left = Disk(life.files), life.witness.fork(), life
        for at, record in enumerate(log):
            if record.kind is Change.MARK:
                witness.hear(record.data)
            else:
                disk.follow(record, rng)
            for _ in range(places[at]):
                after = self._cut(disk, witness, life.auditor, number)
                step()
                if after is None and not self._weak:
                    return left
                left = after or left
        self.tally["sessions"] += 1
        self.tally["acknowledged"] += len(witness.acknowledged) - len(life.witness.acknowledged)
        self.tally["turns"] += len(witness.turns) - len(life.witness.turns)
        self.tally["syncs_failed"] += sum(record.kind is Change.UNSYNCED for record in log)
        return left

    def _played(self, life: _Life, settings: Settings, number: int) -> list[Record]:
        """Let a child play over what the last cut left, and return what its disk logged."""
        folder, log = self._room / "live", self._room / "log"
        _lay(folder, life.files)
        seed, unanswered = self._rng.getrandbits(32), [*life.witness.unanswered.values()]
        again = [sent for sent, _ in life.witness.acknowledged.values()]
        again = self._rng.sample(again, min(3, len(again)))
        child = os.fork()
        if child == 0:
            _be_the_child(self._shim, folder, log, unanswered, again, settings, seed, f"s{number}")
        os.waitpid(child, 0)
        return list(shim.read_log(log))

    def _cut(self, disk: Disk, witness: Witness, auditor: Auditor, number: int) -> _Life | None:
        """Cut the power now, once; return what is left, or None if it is not what it must be."""
        kept = self._rng.choice(list(Kept))
        life = _Life(disk.survivors(self._rng, kept), witness.fork(), auditor.fork())
        folder, copy = self._room / "left", self._room / "copy"
        _lay(folder, life.files)
        problems = life.auditor.audit(folder / NAME, copy, life.witness)
        if not problems:
            gone_on = life.witness.fork()
            problems = asyncio.run(_gone_on(folder / NAME, gone_on, life.auditor, self._rng))
            problems = problems or life.auditor.fork().audit(folder / NAME, copy, gone_on)
        self.tally["cuts"] += 1
        self.tally[f"kept_{kept.name.lower()}"] += 1
        self.tally["wrong"] += bool(problems)
        self.tally["lost"] += any("acknowledged" in problem or "is gone" in problem for problem in problems)
        self.tally["corrupt"] += any(problem.startswith(UNSOUND) for problem in problems)
        self.problems += [f"session {number}, kept {kept.value}: {problem}" for problem in problems]
        return None if problems else life


async def _gone_on(file: Path, witness: Witness, auditor: Auditor, rng: Random) -> list[str]:
    """Open the store that a cut left, send everything again, and take a turn everywhere."""
    before, open_turns = auditor.hashes(), auditor.open_turns()

    def tell(said: str, **facts: Any) -> None:
        witness.hear(line(said, **facts))

    council = Pondering()
    try:
        keeper = await Keeper.open(sqlite_url(file), lambda _: council, FixedClock())
        client = Client(keeper, tell, rng, "after")
        answered = [sent for sent, _ in witness.acknowledged.values()]
        await client.begin([*witness.unanswered.values()], rng.sample(answered, min(5, len(answered))))
        for world_id in sorted(witness.woods):
            await client.turn(world_id)
        await client.post()
        await keeper.close()
    except Exception:
        return [f"it cannot be gone on with: {traceback.format_exc()[-1_000:]}"]
    same = witness.opened == before and witness.left_open == open_turns
    return [] if same else ["the Keeper opened it in another state than the journal's"]


def _places(log: list[Record], cuts: int, rng: Random) -> Counter[int]:
    """Choose where to cut: half the time right after an acknowledgement, else anywhere."""
    marks = [at for at, record in enumerate(log) if record.kind is Change.MARK and b'"sent"' not in record.data]
    return Counter(rng.choice(marks) if marks and rng.random() < 0.5 else rng.randrange(len(log)) for _ in range(cuts))


def _lay(folder: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _be_the_child(
    disk: shim.Shim, folder: Path, log: Path, unanswered: list[Sent], again: list[Sent], settings: Settings, seed: int,
    name: str,
) -> None:  # fmt: skip
    """Play twice over the folder, the first time to a proper end or not, and be gone; some syncs may fail."""
    rng = Random(seed)

    def tell(said: str, **facts: Any) -> None:
        disk.mark(line(said, **facts))

    async def live() -> None:
        council = Pondering()
        # Not in a control: with less synced, a sync that fails corrupts the file, and that is another finding.
        failing = settings.synchronous is None and rng.random() < 0.3
        with settings.imposed():
            keeper = await Keeper.open(sqlite_url(folder / NAME), lambda _: council, FixedClock())
            client = Client(keeper, tell, rng, name)
            await client.begin(unanswered, again)
            for _ in range(2 if failing else 1):
                if failing:
                    disk.fail(Change.SYNC, rng.randint(1, 20), rng.randint(1, 3), errno.EIO)
                await client.play(ROUNDS)
            disk.heal()
            if rng.random() < 0.5:
                await keeper.close()
                keeper = await Keeper.open(sqlite_url(folder / NAME), lambda _: council, FixedClock())
                await Client(keeper, tell, rng, f"{name}b").play(ROUNDS)

    try:
        disk.watch(folder, os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND))
        asyncio.run(live())
    except BaseException:
        tell("broken", error=traceback.format_exc()[-2_000:])
    finally:
        os._exit(0)


def run(cuts: int, seed: int, synchronous: str | None = None) -> dict[str, Any]:
    """Cut the power `cuts` times and return the tally."""
    started = time.monotonic()
    warm()
    with tempfile.TemporaryDirectory(prefix="crash-") as room, bar("cutting", cuts) as step:
        cutter, number = Cutter(Path(room), seed, synchronous), 0
        life = _Life({}, Witness(), Auditor())
        while cutter.tally["cuts"] < cuts and (synchronous or not cutter.problems):
            if number % SESSIONS_A_FILE == 0:
                life = _Life({}, Witness(), Auditor())
            life = cutter.session(life, min(CUTS_A_SESSION, cuts - cutter.tally["cuts"]), number, step)
            number += 1
    seconds = round(time.monotonic() - started, 1)
    return {"seed": seed, **cutter.tally, "problems": cutter.problems[:20], "seconds": seconds}


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.power", description="Cut the power under the Keeper.")
    parser.add_argument("--cuts", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--synchronous", choices=("NORMAL", "OFF"), help="weaken SQLite, to see that losses are found")
    asked = parser.parse_args()
    shim.load("tests.crash.power")
    tally = run(asked.cuts, asked.seed, asked.synchronous)
    print(json.dumps(tally))  # noqa: T201
    return 1 if tally["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
