"""A tournament whose process is killed on the way: does every table replay, and was everybody dealt the same?"""

import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from engine.audit import audit
from engine.contests.plan import round_seed
from engine.contests.tournament import Finish, TournamentState, next_step
from engine.keeper import Keeper
from engine.ledger import Posting
from engine.ports import NARRATOR, AskRecord
from engine.replay import Replay, replay_wood
from engine.rules import DEFAULT_RULES
from engine.staging import archive, hall
from engine.staging.archive import StoredTable, Tournament
from engine.store import Store, sqlite_url
from experiments.contest import CADENCE, GUILD, START, Jumping, Terms, act
from experiments.table import Claim, Councils, Done
from inference.council import MindCouncil, build_mind
from inference.traces import write_jsonl

KILLS: Final = 3
"""Processes of a tournament that are killed, unless it is over before."""

FIRST: Final = "first.db"
REMATCH: Final = "rematch.db"
TWIN: Final = "twin"
"""The wood beside the rematch that is dealt alike."""


class ContestError(Exception):
    """The process that plays a tournament failed by itself; what it said of it stands on stderr."""


@dataclass(frozen=True)
class Books:
    """All that a wood moved, how it ended for everybody, and its state after every turn."""

    postings: tuple[Posting, ...]
    results: tuple[tuple[str, str, int, int, int], ...]
    hashes: tuple[str, ...]

    def same_as(self, other: "Books") -> bool:
        """Say whether two woods moved and ended alike; their hashes hold their names too."""
        return bool(self.postings and self.results) and (self.postings, self.results) == (other.postings, other.results)


async def run(
    councils: Councils,
    seeds: list[int],
    done: Done = lambda: None,
    *,
    players: int = 8,
    table: int = 4,
    rounds: int = 2,
    turns: int = 4,
    recording: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Play a tournament on every council and seed; return the JSON of `wood experiment tournament`.

    `recording` is what the process that plays is told of where its answers are kept or come from.
    """
    rows: list[dict[str, Any]] = []
    for name, council in councils:
        replays = Claim(name, "every table replays")
        alike = Claim(name, "tables dealt alike have identical first-turn prompts")
        books = Claim(name, "identical scripts on recorded minds end with identical books")
        podium = Claim(name, "a podium is named")
        for seed in seeds:
            terms = Terms(players=players, table=table, rounds=rounds, turns=turns, seed=seed)
            async with _played(name, council, terms, recording) as played:
                replays.add(seed, **await played.replays())
                alike.add(seed, **await played.dealt_alike())
                books.add(seed, **await played.rematch())
                podium.add(seed, **played.podium())
            done()
        rows += [claim.row() for claim in (replays, alike, books, podium)]
    return {"rows": rows}


@dataclass
class _Played:
    """A tournament that was played to its end, and the store it lies in."""

    folder: Path
    council: MindCouncil
    terms: Terms
    kills: int
    store: Store
    tournament: Tournament

    @property
    def state(self) -> TournamentState:
        return self.tournament.state

    async def tables(self, number: int) -> list[StoredTable]:
        """Return the tables of a round."""
        return await self.store.run(lambda c: archive.tables(c, self.tournament.tournament_id, number))

    async def replays(self) -> dict[str, Any]:
        """Replay every table, and audit the store."""
        woods = [table.world_id for number in self._rounds() for table in await self.tables(number)]
        reports = [await replay_wood(self.store, world_id) for world_id in woods]
        asks = [AskRecord.model_validate_json(ask["record"]) for ask in await self.store.asks()]
        faults = [f"{fault.check} of {fault.world_id}: {fault.text}" for fault in audit(self.folder / FIRST).faults]
        whole = all(not report.differing and report.turns == self.terms.turns for report in reports)
        return {
            "held": bool(reports) and whole and not faults,
            "tables": len(reports),
            "turns": sum(report.turns for report in reports),
            "killed": self.kills > 0,
            "asks": len(asks),
            "unanswered": sum(bool(ask.error) for ask in asks),
            "faults": faults,
        }

    async def dealt_alike(self) -> dict[str, Any]:
        """Compare all that the minds of a round's tables were sent in their first turn, byte for byte."""
        compared = {number: [await self._first_asks(table) for table in await self.tables(number)]
                    for number in self._rounds()}  # fmt: skip
        several = {number: tables for number, tables in compared.items() if len(tables) > 1}
        return {
            "held": bool(several) and all(tables[0] and len(set(tables)) == 1 for tables in several.values()),
            "rounds": list(several),
            "tables": [len(tables) for tables in several.values()],
            "prompts": sum(len(asks) for tables in several.values() for asks in tables),
        }

    async def rematch(self) -> dict[str, Any]:
        """Play the first table again in two woods, by the same script, with what its minds answered."""
        first = (await self.tables(1))[0]
        traces = self.folder / "traces.jsonl"
        asks = write_jsonl(traces, await self.store.asks(first.world_id))
        users = await self.store.run(lambda c: archive.users(c, self.tournament.tournament_id))
        taken = await self.store.run(lambda c: archive.seats(c, self.tournament.tournament_id, first))
        seated = [users[seat.entrant] or "" for seat in taken]
        async with aclosing(_recorded(self.council, traces)) as recorded:
            table, twin = await self._replayed_with(recorded, first.world_id, seated)
        original = await _books(self.store, first.world_id)
        return {
            "held": table.same_as(twin) and original.same_as(twin) and original.hashes == table.hashes,
            "answers": asks,
            "postings": len(twin.postings),
            "net_worths": [worth for *_, worth, _ in twin.results],
        }

    def podium(self) -> dict[str, Any]:
        """Name the podium, out of what is stored alone."""
        step = next_step(self.state.model_copy(update={"over": False}), START)
        named = step.podium if isinstance(step, Finish) else ()
        return {"held": self.state.over and len(set(named)) == 3, "podium": list(named)}

    def _rounds(self) -> range:
        return range(1, self.state.round + 1)

    async def _first_asks(self, table: StoredTable) -> tuple[str, ...]:
        """Return what the minds of a table were asked in its first turn: every message, and the request around it."""
        records = (AskRecord.model_validate_json(ask["record"]) for ask in await self.store.asks(table.world_id)
                   if ask["turn"] == 1 and ask["creature"] != NARRATOR and ask["attempt"] == 0)  # fmt: skip
        sent = {"creature", "mind", "model", "sampling", "seed", "messages"}
        return tuple(record.model_dump_json(include=sent) for record in records)

    async def _replayed_with(self, council: MindCouncil, name: str, seated: list[str]) -> list[Books]:
        """Play a table by the script again, under the name it had and under another, and return the books of both."""
        keeper = await Keeper.open(sqlite_url(self.folder / REMATCH), lambda _: council, Jumping())
        try:
            for channel, world_id in enumerate((name, TWIN)):
                await keeper.found(
                    world_id,
                    GUILD,
                    channel,
                    cadence_seconds=CADENCE,
                    seed=round_seed(self.state.plan.seed, 1),
                    rules=DEFAULT_RULES,
                    on_clock=False,
                    last_turn=self.terms.turns,
                    invited=True,
                )
                for user in seated:
                    await keeper.seat(world_id, user, f"seat:{user}")
                for _ in range(self.terms.turns):
                    for user in seated:
                        await act(keeper, world_id, user)
                    await keeper.advance(world_id)
                await keeper.end(world_id)
            return [await _books(keeper.store, world_id) for world_id in (name, TWIN)]
        finally:
            await keeper.close()


@asynccontextmanager
async def _played(
    name: str, council: MindCouncil, terms: Terms, recording: tuple[str, ...]
) -> AsyncGenerator[_Played, None]:
    """Play a tournament in a folder of its own and open what it left; both are gone at the end."""
    with tempfile.TemporaryDirectory(prefix="contest-") as made:
        folder = Path(made)
        kills = await _killed_on_the_way(folder / FIRST, name, terms, recording)
        store = await Store.open(sqlite_url(folder / FIRST))
        try:
            (tournament,) = await store.run(lambda c: archive.tournaments_of(c, GUILD))
            yield _Played(folder, council, terms, kills, store, tournament)
        finally:
            await store.close()


async def _killed_on_the_way(file: Path, council: str, terms: Terms, recording: tuple[str, ...]) -> int:
    """Play a tournament in processes of its own, of which the first are killed, and return how many were."""
    rng, longest = Random(terms.seed), max(1, terms.turns * terms.rounds // (KILLS + 1))
    for kills in range(KILLS):
        if await _process(file, council, terms, recording, turns=rng.randint(1, longest), later=rng.random()):
            return kills
    await _process(file, council, terms, recording)
    return KILLS


async def _process(
    file: Path, council: str, terms: Terms, recording: tuple[str, ...], turns: int = 0, later: float = 0
) -> bool:
    """Let a process play on, and say whether it got to the end.

    Args:
        file: Where it plays.
        council: Who thinks.
        terms: What is played.
        recording: Where its answers are kept or come from: `record` or `replay`, and the file; or nothing.
        turns: Turns after which it is killed; 0 for never.
        later: The share of the time since the turn before that it is let live on, so that it is killed in mid-thought.

    Raises:
        ContestError: If it failed by itself.
    """
    command = [sys.executable, "-m", "experiments.contest", str(file), council, terms.model_dump_json(), *recording]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        heard: list[float] = []
        async for line in process.stdout:
            if line.startswith(b"turn"):
                heard.append(asyncio.get_running_loop().time())
            if turns and len(heard) == turns:
                await asyncio.sleep(later * (heard[-1] - heard[-2]) if turns > 1 else 0)
                break
        else:
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode not in {0, -signal.SIGKILL}:
        raise ContestError(f"The process that played the tournament of seed {terms.seed} ended by itself.")
    return process.returncode == 0


def _recorded(council: MindCouncil, traces: Path) -> MindCouncil:
    """Return a council that asks as another does and is answered from traces."""
    said = {"kind": "recorded", "traces": str(traces)}
    minds = {name: mind.model_copy(update=said) for name, mind in council.config.minds.items()}
    config = council.config.model_copy(update={"minds": minds})
    return MindCouncil(config, {name: build_mind(mind) for name, mind in minds.items()})


async def _books(store: Store, world_id: str) -> Books:
    results = await store.run(lambda c: hall.results(c, world_id))
    return Books(
        postings=tuple(_moved(await store.journal_since(world_id, 0))),
        results=tuple((r.player, r.mask, r.place, r.net_worth, r.deeds) for r in results),
        hashes=tuple((await store.turn_hashes(world_id)).values()),
    )


def _moved(rows: list[Any]) -> Iterator[Posting]:
    played = Replay()
    for row in rows:
        yield from played.play(row).ledger.drain()
