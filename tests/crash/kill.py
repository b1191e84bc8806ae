"""Processes killed at random moments, and what is found after each.

    uv run python -m tests.crash.kill --cycles 10000 --seed 1

A child plays over a file until it is killed with SIGKILL; what it says goes down a pipe, and only after the Keeper
answered. A cycle is: start, send again what had no answer, play, be killed, be audited. A file lives for some cycles.
`--plant` plants a fault in the children, to see that it is found.
"""

import argparse
import asyncio
import gc
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple, NoReturn

from engine.keeper import Keeper
from engine.store import MEMORY, sqlite_url
from tests.crash.audit import Auditor
from tests.crash.client import Client, Pondering
from tests.crash.mortal import heard_until_killed
from tests.crash.planted import PLANTED
from tests.crash.pragmas import Settings
from tests.crash.progress import bar
from tests.crash.witness import Sent, Witness, line
from tests.engine.helpers import FixedClock

CYCLES_A_FILE: Final = 25
YOUNG: Final = 0.06
"""Seconds within which one child in four is killed, which is while it starts."""
MOST_SAID: Final = 60
"""Lines that the others may say at most before they are killed; so it is no matter how busy the machine is."""
SOON: Final = 0.006
"""Seconds that pass at most between the last of these lines and the kill."""
PATIENCE: Final = 60
"""Seconds after which a child that says nothing more is killed all the same."""
RESENT: Final = 3
"""Answered inputs that are sent again at each start, as a duplicate delivery would."""
FOR_EVER: Final = 10**9


class Orders(NamedTuple):
    """What a child is to do: with which file, what to send again, and under which name to send more."""

    file: Path
    unanswered: list[Sent]
    again: list[Sent]
    seed: int
    settings: Settings
    plant: str | None
    name: str


def run(cycles: int, seed: int, plant: str | None = None) -> dict[str, Any]:
    """Kill `cycles` processes and return the tally, which says what was wrong under `problems`."""
    rng, tally, problems = Random(seed), Counter[str](), list[str]()
    started = time.monotonic()
    warm()
    with tempfile.TemporaryDirectory(prefix="crash-") as room, bar("killing", cycles) as step:
        done = 0
        while done < cycles and not problems:
            problems = _life(Path(room), rng, min(CYCLES_A_FILE, cycles - done), tally, plant, step)
            done += CYCLES_A_FILE
    seconds = round(time.monotonic() - started, 1)
    return {"seed": seed, "cycles": tally["cycles"], **tally, "problems": problems[:20], "seconds": seconds}


def warm() -> None:
    """Load and compile once what every child needs, and keep it where it is, so that a fork copies little."""

    async def play() -> None:
        council = Pondering()
        keeper = await Keeper.open(MEMORY, lambda _: council, FixedClock())
        client = Client(keeper, lambda *_, **__: None, Random(0), "warm")
        await client.begin([], [])
        await client.play(3)
        await keeper.close()

    asyncio.run(play())
    gc.collect()
    gc.freeze()


def _life(
    room: Path, rng: Random, cycles: int, tally: Counter[str], plant: str | None, step: Callable[[], None]
) -> list[str]:
    """Run the cycles of one file, until something is wrong."""
    folder, copy = room / "wood", room / "copy"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    file, witness, auditor = folder / "wood.db", Witness(), Auditor()
    for cycle in range(cycles):
        answered = [witness.acknowledged[key][0] for key in sorted(witness.acknowledged)]
        orders = Orders(
            file,
            unanswered=[*witness.unanswered.values()],
            again=rng.sample(answered, min(RESENT, len(answered))),
            seed=rng.getrandbits(32),
            # Some are checkpointed often, so that kills fall into checkpoints too.
            settings=Settings(autocheckpoint=rng.choice((None, 20))),
            plant=plant,
            name=f"c{cycle}",
        )
        before, open_turns = auditor.hashes(), auditor.open_turns()
        witness.opened = None
        _be_killed(orders, witness, rng)
        otherwise = _found_otherwise(witness, before, open_turns)
        problems = [*otherwise, *auditor.audit(file, copy, witness)]
        tally["sent_again"] += len(orders.unanswered) + len(orders.again)
        _count(tally, witness, auditor)
        step()
        if problems:
            return [f"cycle {cycle} of a file: {problem}" for problem in problems]
    tally["acknowledged"] += len(witness.acknowledged)
    tally["refused"] += len(witness.refused)
    tally["turns"] += len(witness.turns)
    tally["posts"] += len(witness.posted)
    # Once more from the founding on, with nothing remembered.
    return [f"at the end of a file: {problem}" for problem in Auditor().audit(file, copy, witness)]


def _found_otherwise(witness: Witness, before: dict[str, str], open_turns: set[str]) -> list[str]:
    """Return how what a process found at its start differs from what the last audit saw."""
    if witness.failures:
        return ["the store was unavailable, and nothing was wrong with the disk"]
    if witness.opened is None:
        return []
    problems = [
        f"{world_id} was opened in another state"
        for world_id in before
        if before[world_id] != witness.opened.get(world_id)
    ]
    if witness.left_open != open_turns:
        problems.append(f"turns are open in {sorted(open_turns)}, and {sorted(witness.left_open)} were found")
    return problems


def _count(tally: Counter[str], witness: Witness, auditor: Auditor) -> None:
    kept = sum(auditor.holds(key) for key in witness.unanswered)
    tally["cycles"] += 1
    tally["killed_while_starting"] += witness.opened is None
    tally["turns_found_open"] += len(witness.left_open) if witness.opened is not None else 0
    tally["unanswered_and_kept"] += kept
    tally["unanswered_and_gone"] += len(witness.unanswered) - kept


def _be_killed(orders: Orders, witness: Witness, rng: Random) -> None:
    """Run one child until a random moment and kill it; `witness` hears what it said until then."""
    life, most_said = (rng.uniform(0, YOUNG), None) if rng.random() < 0.25 else (PATIENCE, rng.randint(1, MOST_SAID))
    soon = rng.uniform(0, SOON)
    heard = heard_until_killed(partial(_be_the_child, orders), b"\n", most_said, life, soon)
    for text in heard.splitlines():
        witness.hear(text)


def _be_the_child(orders: Orders, mouth: int) -> NoReturn:
    def tell(said: str, **facts: Any) -> None:
        os.write(mouth, line(said, **facts))

    async def live() -> None:
        council = Pondering()
        with orders.settings.imposed():
            keeper = await Keeper.open(sqlite_url(orders.file), lambda _: council, FixedClock())
            client = Client(keeper, tell, Random(orders.seed), orders.name)
            await client.begin(orders.unanswered, orders.again)
            await client.play(FOR_EVER)

    try:
        if orders.plant is not None:
            PLANTED[orders.plant](orders.file)
        asyncio.run(live())
    except BaseException:
        tell("broken", error=traceback.format_exc()[-2_000:])
    finally:
        os._exit(1)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.crash.kill", description="Kill the Keeper at random moments."
    )
    parser.add_argument("--cycles", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plant", choices=sorted(PLANTED), help="plant a fault, to see that it is found")
    asked = parser.parse_args()
    tally = run(asked.cycles, asked.seed, asked.plant)
    print(json.dumps(tally))  # noqa: T201
    return 1 if tally["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
