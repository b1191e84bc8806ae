"""Tournaments whose process is killed again and again, and whether each gets to the podium it would have had.

    uv run python -m tests.crash.contests --tournaments 50 --seed 1

A child plays a tournament until it is killed with SIGKILL, a random number of transactions after its start; the next
one goes on with the file. `--plant` lets every child's players do again what was done, to see that it is found.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final, NoReturn

from engine.audit import audit
from engine.store import Store
from engine.streams import derive
from tests.crash.mortal import heard_until_killed
from tests.crash.progress import bar
from tests.engine.staging.stage import Company, finish_of, left_behind, plan

PLAYERS: Final = 7
MOST_WRITTEN: Final = 80
"""Transactions after which a child is killed at the latest."""
SOON: Final = 0.004
"""Seconds that pass at most between the last of them and the kill."""
PATIENCE: Final = 60
"""Seconds after which a child that writes nothing more is killed all the same."""


def run(tournaments: int, seed: int, *, plant: bool = False) -> dict[str, Any]:
    """Play so many tournaments and return the tally, which says what was wrong under `problems`."""
    rng, tally, problems, started = Random(seed), Counter[str](), list[str](), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="contests-") as room, bar("tournaments", tournaments) as step:
        for number in range(tournaments):
            if problems:
                break
            folder = Path(room) / str(number)
            folder.mkdir()
            problems = _tournament(folder, rng, tally, plant=plant)
            tally["tournaments"] += 1
            step()
    return {"seed": seed, **tally, "problems": problems, "seconds": round(time.monotonic() - started, 1)}


def _tournament(folder: Path, rng: Random, tally: Counter[str], *, plant: bool) -> list[str]:
    """Play a tournament undisturbed and again with kills, and return what is wrong with the second."""
    terms = plan(rounds=3, seed=derive(str(rng.random()), "contest"))
    leaver, forgotten = rng.sample(range(PLAYERS), 2)

    def company(name: str, prefix: str = "") -> Company:
        return Company(folder / name, terms, PLAYERS, leaver, forgotten, prefix=prefix)

    expected = asyncio.run(company("undisturbed.db").play())
    over, lives = False, 0
    while not over:
        lives += 1
        over = _life(company("killed.db", f"{lives}/" if plant else ""), rng)
    tally["killed"] += lives - 1
    tournament, _ = asyncio.run(left_behind(folder / "killed.db"))
    problems = [f"{fault.check} of {fault.world_id}: {fault.text}" for fault in audit(folder / "killed.db").faults]
    if finish_of(tournament) != expected:
        problems.append(f"the podium is {finish_of(tournament).podium}, and undisturbed it is {expected.podium}")
    return problems


def _life(company: Company, rng: Random) -> bool:
    """Let one child play until it is killed; return whether it got to the end before."""
    most, soon = rng.randint(1, MOST_WRITTEN), rng.uniform(0, SOON)
    heard = heard_until_killed(partial(_be_the_child, company), b".", most, PATIENCE, soon)
    if b"broken" in heard:
        raise RuntimeError(heard.decode().lstrip("."))
    return heard.endswith(b"over")


def _be_the_child(company: Company, mouth: int) -> NoReturn:
    async def live() -> None:
        keeper = await company.opened()
        _tell_of_each(keeper.store, lambda: os.write(mouth, b"."))
        await company.live(keeper)
        await keeper.close()
        os.write(mouth, b"over")

    try:
        asyncio.run(live())
    except BaseException:
        os.write(mouth, b"broken: " + traceback.format_exc()[-2_000:].encode())
    finally:
        os._exit(1)


def _tell_of_each(store: Store, tell: Callable[[], object]) -> None:
    """Tell before each of a store's transactions that it comes."""

    def told(do: Callable[..., Any]) -> Callable[..., Any]:
        async def done(*given: Any, **named: Any) -> Any:
            tell()
            return await do(*given, **named)

        return done

    for name in ("run", "commit", "add_wood"):
        setattr(store, name, told(getattr(store, name)))


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.crash.contests", description="Kill tournaments at random moments."
    )
    parser.add_argument("--tournaments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plant", action="store_true", help="let everything be done again after a kill")
    asked = parser.parse_args()
    tally = run(asked.tournaments, asked.seed, plant=asked.plant)
    print(json.dumps(tally))  # noqa: T201
    return 1 if tally["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
