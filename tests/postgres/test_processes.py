"""Several real processes on one database: killed, stalled and replaced, they lose nothing and do nothing twice."""

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.keeper import Keeper
from engine.outbox import Outbox
from engine.replay import replay_wood
from engine.shards import Shards
from engine.store import Store
from engine.vocabulary import Good
from tests.engine.helpers import FixedClock, Script, short

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


class Process:
    """A process of `tests.postgres.process`, and what it has said so far."""

    def __init__(self, url: str, name: str, count: int, ids: str) -> None:
        command = [sys.executable, "-m", "tests.postgres.process", url, name, str(count), ids]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.said: list[list[str]] = []
        self._news = threading.Condition()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                # A killed process may leave half a line: that one acknowledged nothing.
                if line.endswith("\n"):
                    self.said.append(line.split())
                self._news.notify_all()

    def wait_for(self, what: Callable[[list[list[str]]], bool]) -> None:
        with self._news:
            assert self._news.wait_for(lambda: what(self.said), PATIENCE), f"it said {self.said[-5:]} and no more"

    def wait_until_open(self) -> None:
        self.wait_for(lambda said: ["open"] in said)

    def wait_for_more(self, kind: str, number: int) -> None:
        """Wait until it has said so many more lines of a kind."""
        wanted = self.count(kind) + number
        self.wait_for(lambda said: sum(line[0] == kind for line in said) >= wanted)

    def count(self, kind: str) -> int:
        return sum(line[0] == kind for line in self.said)

    def tell(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def send(self, what: signal.Signals) -> None:
        self._process.send_signal(what)

    def end(self) -> int:
        """Wait for its end and return its exit status."""
        status = self._process.wait(PATIENCE)
        self._reading.join(PATIENCE)
        return status

    def stop(self) -> None:
        self.tell("stop")
        assert self.end() == 0
        assert self.said[-1] == ["bye"]


@contextmanager
def processes(url: str, **shards: str) -> Iterator[list[Process]]:
    """Run processes of these names and shards out of four; kill those that are left at the end."""
    started = [Process(url, name, 4, ids) for name, ids in shards.items()]
    try:
        for process in started:
            process.wait_until_open()
        yield started
    finally:
        for process in started:
            process.send(signal.SIGKILL)
            process.end()


async def check(url: str, *told: Process) -> dict[str, list[str]]:
    """Check that all journals hold what was acknowledged, each input and turn once, and replay; return their inputs."""
    store = await Store.open(url)
    inputs: dict[str, list[str]] = {}
    for wood in await store.woods():
        rows = await store.journal_since(wood["world_id"], 0)
        inputs[wood["world_id"]] = [row.input_id for row in rows]
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        turns = [row.turn for row in rows if row.kind == "close"]
        assert turns == list(range(1, len(turns) + 1))
        report = await replay_wood(store, wood["world_id"])
        assert (report.turns, report.identical) == (len(turns), True)
        posts = [post.turn for post in await Outbox(store).pending(wood["world_id"])]
        assert posts == turns
    await store.close()
    acknowledged = [line for process in told for line in process.said if line[0] in ("act", "turn")]
    assert len(acknowledged) == len(set(map(tuple, acknowledged))), "a turn or an input was acknowledged twice"
    for kind, world_id, what in acknowledged:
        assert (f"act:{what}" if kind == "act" else f"close:{what}") in inputs[world_id]
    return inputs


async def test_a_killed_process_is_replaced_while_another_goes_on(url: str) -> None:
    with processes(url, a="0-1", b="2-3") as (a, b):
        for process in (a, b):
            process.tell("go")
        for process in (a, b):
            process.wait_for_more("act", 40)
            process.wait_for_more("turn", 6)
        b.send(signal.SIGKILL)
        assert b.end() == -signal.SIGKILL
        a.wait_for_more("turn", 4)  # it does not even notice
        with processes(url, c="2-3") as (c,):
            c.tell("go")
            c.wait_for_more("act", 20)
            c.wait_for_more("turn", 4)
            for process in (a, c):
                process.stop()
            assert a.count("moved") == c.count("moved") == 0
            inputs = await check(url, a, b, c)
    assert sorted(inputs) == ["w0", "w1", "w2", "w3"]
    await retry(url, b)


async def retry(url: str, killed: Process) -> None:
    """Give the inputs a killed process had acknowledged once more, and see that nothing happens."""
    keeper = await Keeper.open(url, lambda _: Script(), FixedClock(), Shards(4, (2, 3)))
    before = {world_id: await keeper.store.journal_since(world_id, 0) for world_id in ("w2", "w3")}
    for _, world_id, input_id in [line for line in killed.said if line[0] == "act"][-10:]:
        journalled = next(row for row in before[world_id] if row.input_id == f"act:{input_id}")
        receipt = await keeper.act(world_id, "user-0", short(Good.HONEY, 1), input_id)
        assert receipt.model_dump_json() == journalled.receipt
    assert before == {world_id: await keeper.store.journal_since(world_id, 0) for world_id in before}
    await keeper.close()


async def test_a_stalled_process_that_wakes_up_writes_nothing(url: str) -> None:
    with processes(url, a="0-3") as (a,):
        a.tell("go")
        a.wait_for_more("act", 40)
        a.send(signal.SIGSTOP)
        with processes(url, b="0-3") as (b,):  # it waits until the server has ended the stalled session
            before = await check(url)
            a.send(signal.SIGCONT)
            a.wait_for(lambda said: ["overtaken"] in said)
            a.wait_for(lambda said: {line[1] for line in said if line[0] == "moved"} == {"w0", "w1", "w2", "w3"})
            a.stop()
            assert await check(url) == before, "a stalled process wrote late"
            b.tell("go")
            b.wait_for_more("act", 20)
            b.wait_for_more("turn", 4)
            assert b.count("moved") == 0
            b.stop()
            await check(url, a, b)


def test_a_second_process_of_the_same_shards_is_refused(url: str) -> None:
    with processes(url, a="0-3") as (a,):
        second = subprocess.run(
            [sys.executable, "-m", "tests.postgres.process", url, "b", "4", "3"],
            cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
        assert second.returncode != 0
        assert "Another process keeps the shard 3 of 4. Stop that one first." in second.stderr
        a.tell("go")
        a.wait_for_more("act", 10)
        a.stop()
    asyncio.run(check(url, a))
