"""Writes, syncs and cuts that fail at every point of an action and of a turn.

    uv run python -m tests.crash.failing

One change of the disk after the other is made to fail, once or until the disk is well again, with an I/O error or for
want of room, or to be the last thing a killed process did; a write that fails has written its first half. Whoever
waited gets a sentence and no acknowledgement, memory shows nothing that was not committed, other woods can be read,
and the same input, sent again once the disk is well, is one effect, in the same process and in a new one.
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
from collections.abc import Iterator
from itertools import count, product
from pathlib import Path
from typing import Any, Final, NamedTuple

from engine.actions import Join
from engine.keeper import Keeper
from engine.store import StoreUnavailableError, sqlite_url
from tests.crash import shim
from tests.crash.audit import Auditor
from tests.crash.kill import warm
from tests.crash.pragmas import Settings
from tests.crash.progress import bar
from tests.crash.shim import Change
from tests.crash.witness import Sent, Witness, line, sent_facts
from tests.engine.helpers import FixedClock, Script

NAME: Final = "wood.db"
WOODS: Final = ("w", "other")
TURNS: Final = 3
"""Turns that the woods have taken before anything fails."""

FOR_GOOD: Final = 10**9
CHANGES: Final = {
    "write": Change.WRITE, "sync": Change.SYNC, "cut": Change.CUT, "create": Change.CREATE, "unlink": Change.UNLINK,
}  # fmt: skip
ERRORS: Final = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC, "kill": shim.KILL}
SHORT: Final = {("EIO", False, True), ("ENOSPC", True, False), ("kill", False, True)}
"""Of error, lasting and reopened, what the short form tries."""

SHORT_STEP: Final = 4
"""The short form lets one change in so many fail."""

INPUT: Final = Sent("w", "wanted", "user-new", Join())


class Case(NamedTuple):
    """What fails, and what was wanted meanwhile.

    `change` is a key of `CHANGES` and `error` one of `ERRORS`. With `lasting`, nothing of the kind works again until
    the disk is well; with `reopened`, a new process goes on with the files as they lay. `autocheckpoint` is the length
    of the log, in pages, from which on what is wanted ends in a checkpoint.
    """

    wanted: str
    change: str
    error: str
    lasting: bool
    reopened: bool
    autocheckpoint: int | None


def cases(*, short: bool) -> Iterator[Case]:
    """Yield every case, or for the short form one of each kind of failure."""
    for wanted, change, error, lasting, reopened, pages in product(
        ("action", "turn"), CHANGES, ERRORS, (False, True), (False, True), (None, 4)
    ):
        if error == "kill" and (lasting or not reopened):
            continue
        if short and (pages is None or (error, lasting, reopened) not in SHORT):
            continue
        yield Case(wanted, change, error, lasting, reopened, pages)


class Trial:
    """A case with one failing change: what was acknowledged, and what is wrong."""

    def __init__(self, disk: shim.Shim, room: Path, witness: Witness, case: Case, nth: int) -> None:
        """Work on a copy of the folder `base` in `room`, whose acknowledgements `witness` holds."""
        self._disk, self._case, self._nth = disk, case, nth
        self._folder, self._copy = room / "trial", room / "copy"
        self._file, self._witness = self._folder / NAME, witness.fork()
        self._answered = False
        self.reached = False
        self.problems: list[str] = []
        _replace(self._folder, room / "base")
        disk.watch(self._folder)

    def run(self) -> None:
        """Let the change fail, go on, and look whether everything is there."""
        case = self._case
        with Settings(case.autocheckpoint).imposed():
            if case.error == "kill":
                self._be_killed()
                asyncio.run(self._in_a_new_process())
            elif case.reopened:
                asyncio.run(self._in_one_process(goes_on=False))
                asyncio.run(self._in_a_new_process())
            else:
                asyncio.run(self._in_one_process(goes_on=True))
        self.problems += Auditor().audit(self._file, self._copy, self._witness)

    def _be_killed(self) -> None:
        """Want it in a child whose `nth` change is its last."""
        ear, mouth = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ear)
            try:
                asyncio.run(self._want_alone(mouth))
            finally:
                os._exit(0)
        os.close(mouth)
        with open(ear, "rb") as said:
            for text in said:
                self._witness.hear(text)
        self.reached = os.WIFSIGNALED(os.waitpid(child, 0)[1])

    async def _want_alone(self, mouth: int) -> None:
        keeper = await self._open()
        self._break()
        await self._want(keeper, lambda text: os.write(mouth, text))

    async def _in_one_process(self, *, goes_on: bool) -> None:
        keeper = await self._open()
        before = keeper.wood("w").state_hash()
        self._break()
        try:
            await self._ask(keeper)
            if not self._answered:
                await self._look_while_it_fails(keeper, before)
        finally:
            self.reached = self._disk.heal() >= self._nth
        if not self._answered and not self.reached:
            self.problems.append("nothing failed on the disk, and it was not answered")
        if goes_on:
            await self._go_on(keeper)
            await keeper.close()
        else:
            # What a new process finds is what lies there now, not what a proper end would leave.
            left = self._folder.with_name("left")
            _replace(left, self._folder)
            await keeper.close()
            _replace(self._folder, left)

    async def _in_a_new_process(self) -> None:
        keeper = await self._open()
        await self._go_on(keeper)
        await keeper.close()

    async def _open(self) -> Keeper:
        council = Script()
        return await Keeper.open(sqlite_url(self._file), lambda _: council, FixedClock())

    def _break(self) -> None:
        case = self._case
        self._disk.fail(CHANGES[case.change], self._nth, FOR_GOOD if case.lasting else 1, ERRORS[case.error])

    async def _ask(self, keeper: Keeper) -> None:
        """Want it, and take a sentence for no answer."""
        try:
            await self._want(keeper, self._witness.hear)
        except StoreUnavailableError:
            self._answered = False
        except Exception:
            self.problems.append(f"no sentence, but {traceback.format_exc()[-800:]}")
        else:
            self._answered = True

    async def _look_while_it_fails(self, keeper: Keeper, before: str) -> None:
        wood = keeper.wood("w")
        if self._case.wanted == "action" and wood.state_hash() != before:
            self.problems.append("memory shows an action that was not committed")
        if wood.world.turn > TURNS and keeper.unfinished() != ["w"]:
            self.problems.append("memory shows a turn that was not committed")
        if keeper.thinking("w"):
            self.problems.append("the creatures think for ever")
        if self._case.lasting:
            await keeper.books("other", "user-0")
            await self._ask(keeper)

    async def _go_on(self, keeper: Keeper) -> None:
        """With the disk well again, want the same, then something else, and compare memory with the store."""
        hear = self._witness.hear
        try:
            await self._want(keeper, hear)
            await _act(keeper, INPUT, hear)
            await _act(keeper, Sent("other", "later", "user-new", Join()), hear)
            await _turn(keeper, hear)
        except Exception:
            self.problems.append(f"it cannot be gone on with: {traceback.format_exc()[-800:]}")
            return
        auditor = Auditor()
        self.problems += auditor.audit(self._file, self._copy, self._witness)
        if not self.problems and auditor.hashes() != {name: keeper.wood(name).state_hash() for name in WOODS}:
            self.problems.append("memory and store disagree")

    async def _want(self, keeper: Keeper, tell: Any) -> None:
        if self._case.wanted == "action":
            await _act(keeper, INPUT, tell)
        else:
            await _turn(keeper, tell)


async def _act(keeper: Keeper, sent: Sent, tell: Any) -> None:
    tell(line("sent", **sent_facts(sent)))
    receipt = await keeper.act(sent.world_id, sent.user, sent.action, sent.input_id)
    tell(
        line("acknowledged", world_id=sent.world_id, input_id=sent.input_id, receipt=receipt.model_dump_json())
    )  # fmt: skip


async def _turn(keeper: Keeper, tell: Any) -> None:
    report = await keeper.advance("w")
    tell(line("turned", world_id="w", turn=report.turn, state_hash=report.state_hash))


async def _found(room: Path) -> Witness:
    """Make the folder `base`: two woods some turns old, properly closed, so that little is in the log."""
    witness, council, base = Witness(), Script(), room / "base"
    base.mkdir()
    keeper = await Keeper.open(sqlite_url(base / NAME), lambda _: council, FixedClock())
    for number, name in enumerate(WOODS):
        await keeper.found(name, number, 2, council="crash", seed=name)
        witness.hear(line("founded", world_id=name))
        for player in range(3):
            await _act(keeper, Sent(name, f"join-{player}", f"user-{player}", Join()), witness.hear)
    for _ in range(TURNS):
        await _turn(keeper, witness.hear)
    await keeper.close()
    return witness


def _replace(folder: Path, by: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(by, folder, ignore=shutil.ignore_patterns("*-shm", "*.lock"))


def run(*, short: bool) -> dict[str, Any]:
    """Let every change of every case fail and return the tally."""
    started, tally, problems = time.monotonic(), Counter[str](), list[str]()
    warm()
    chosen, disk = list(cases(short=short)), shim.Shim()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder, bar("failing", len(chosen)) as step:
        room = Path(folder)
        witness = asyncio.run(_found(room))
        for case in chosen:
            for nth in count(1, SHORT_STEP if short else 1):
                trial = Trial(disk, room, witness, case, nth)
                trial.run()
                problems += [f"{case}, number {nth}: {problem}" for problem in trial.problems]
                if not trial.reached:
                    break
                tally["points"] += 1
                tally[f"{case.wanted}_{case.change}_{case.error}"] += 1
            step()
    seconds = round(time.monotonic() - started, 1)
    return {"cases": len(chosen), **tally, "wrong": len(problems), "problems": problems[:20], "seconds": seconds}


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.failing", description="Let the Keeper's disk fail.")
    parser.add_argument("--short", action="store_true", help="fewer cases, and not every change of each")
    asked = parser.parse_args()
    shim.load("tests.crash.failing")
    tally = run(short=asked.short)
    print(json.dumps(tally))  # noqa: T201
    return 1 if tally["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
