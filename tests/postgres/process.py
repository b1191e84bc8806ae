"""A process that keeps the woods of its shards: it acts and turns as fast as it can, and says what was acknowledged.

`python -m tests.postgres.process URL NAME COUNT IDS`. It plants a wood for each of its shards unless it stands, and
says `open`. Told `go` it begins, told `stop` it ends. Lines: `act WOOD INPUT`, `turn WOOD NUMBER`, `moved WOOD` when it
was told that another process keeps a wood, `overtaken` when it has lost its shards.
"""

import asyncio
import sys
from itertools import count

from engine import postgres
from engine.actions import CloseContract, Join, Refusal
from engine.keeper import Keeper
from engine.shards import Shards
from engine.vocabulary import Good
from tests.engine.helpers import FixedClock, Script, short

CLIENTS = 2


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def guild_of(shard: int) -> int:
    return (1_000_000 + shard) << 22


async def client(keeper: Keeper, world_id: str, user: str, name: str) -> None:
    """Open a contract and close it, over and over, under ids that no other process uses."""
    standing: int | None = None
    for number in count():
        if world_id not in known(keeper):
            return
        input_id = f"{name}-{user}-{number}"
        action = Join() if number == 0 else short(Good.HONEY, 1) if standing is None else CloseContract(number=standing)
        try:
            receipt = await keeper.act(world_id, user, action, input_id)
        except Refusal as refusal:
            standing = None
            if "moved to another process" in str(refusal):
                say("moved", world_id)
        else:
            say("act", world_id, input_id)
            standing = None if isinstance(action, CloseContract) else receipt.figures.get("number")
        await asyncio.sleep(0)


def known(keeper: Keeper) -> set[str]:
    return {record.world_id for record in keeper.woods()}


async def turner(keeper: Keeper, world_id: str) -> None:
    while world_id in known(keeper):
        try:
            report = await keeper.advance(world_id)
        except Refusal:
            say("moved", world_id)
        else:
            say("turn", world_id, report.turn)
        await asyncio.sleep(0.01)


async def main(url: str, name: str, shards: Shards) -> None:
    keeper = await Keeper.open(url, lambda _: Script(), FixedClock(), shards)
    for shard in shards.ids:
        if f"w{shard}" not in known(keeper):
            await keeper.found(f"w{shard}", guild_of(shard), 1, seed="seed")
    say("open")
    told = asyncio.create_task(keeper.overtaken())
    work: list[asyncio.Task[None]] = []
    while True:
        reading = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
        await asyncio.wait({reading, told}, return_when=asyncio.FIRST_COMPLETED)
        if told.done():
            say("overtaken")
            await asyncio.gather(*work)  # each goes on until it is told that its wood has moved
            await reading
            break
        if reading.result().strip() != "go":
            break
        for world_id in sorted(known(keeper)):
            work.append(asyncio.create_task(turner(keeper, world_id)))
            users = [f"user-{number}" for number in range(CLIENTS)]
            work += [asyncio.create_task(client(keeper, world_id, user, name)) for user in users]
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    told.cancel()
    await keeper.close()
    say("bye")


if __name__ == "__main__":
    postgres.LEASE_SECONDS = 2.0
    asyncio.run(main(sys.argv[1], sys.argv[2], Shards.named(int(sys.argv[3]), sys.argv[4])))
