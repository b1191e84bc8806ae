"""A client as Discord is one: many players at once, and every input without an answer sent again under its old id."""

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Final

from engine.actions import (
    Ally,
    AnyAction,
    BribeCreature,
    BribeMagistrate,
    BuyForecast,
    CloseContract,
    Join,
    Lend,
    OpenContract,
    PokeWood,
    Refusal,
    Spring,
    Whisper,
)
from engine.cast import NAMES
from engine.keeper import Keeper
from engine.ports import Deliberation, TurnRequest
from engine.store import StoreError
from engine.vocabulary import Direction, Good, Poke, Stance, Task
from tests.crash.witness import Sent, Tell, sent_facts
from tests.engine.helpers import Script

WOODS: Final = ("w0", "w1", "w2")
PLAYERS: Final = 8
"""Players of each wood; two of them send at once."""


class Pondering(Script):
    """A council whose thinking takes a moment, in which players act."""

    async def deliberate(self, request: TurnRequest) -> Deliberation:
        """Answer like a script, a few ticks later."""
        await asyncio.sleep(0.002)
        self.requests.clear()
        self.narrations.clear()
        return await super().deliberate(request)


class Client:
    """The players of several woods, whoever takes their turns, and the poster; all at once."""

    def __init__(self, keeper: Keeper, tell: Tell, rng: Random, name: str) -> None:
        """Send inputs whose ids begin with `name`, and tell of each before it is sent and after it is answered."""
        self._keeper = keeper
        self._tell = tell
        self._rng = rng
        self._name = name
        self._count = 0

    async def begin(self, unanswered: Sequence[Sent], answered: Sequence[Sent]) -> None:
        """Say what was found, plant what is missing, and send again what had no answer and some of what had one."""
        hashes = {world_id: self._keeper.wood(world_id).state_hash() for world_id in self._standing()}
        self._tell("opened", hashes=hashes, left_open=self._keeper.unfinished())
        for number, world_id in enumerate(WOODS):
            if world_id not in hashes:
                await self._keeper.found(world_id, number + 1, 2, council="crash", seed=f"{world_id} of {self._name}")
                self._tell("founded", world_id=world_id)
        again = [*unanswered, *answered]
        self._rng.shuffle(again)
        await asyncio.gather(*(self.send(sent) for sent in again))

    async def play(self, rounds: int) -> None:
        """Let everybody act at once, each `rounds` times."""
        everybody = [self._poster(rounds)]
        for world_id in WOODS:
            everybody += [self._turns(world_id, rounds), *(self._player(world_id, half, rounds) for half in (0, 1))]
        await asyncio.gather(*everybody)

    async def send(self, sent: Sent) -> None:
        """Send one input and say how it was answered."""
        self._tell("sent", **sent_facts(sent))
        try:
            receipt = await self._keeper.act(sent.world_id, sent.user, sent.action, sent.input_id)
        except Refusal as refusal:
            self._tell("refused", world_id=sent.world_id, input_id=sent.input_id, sentence=str(refusal))
        except StoreError as error:
            self._tell("failed", sentence=str(error))
        else:
            text = receipt.model_dump_json()
            self._tell("acknowledged", world_id=sent.world_id, input_id=sent.input_id, receipt=text)

    async def turn(self, world_id: str) -> None:
        """Take a turn, or go on with the one that is open."""
        try:
            report = await self._keeper.advance(world_id)
        except StoreError as error:
            self._tell("failed", sentence=str(error))
        else:
            self._tell("turned", world_id=world_id, turn=report.turn, state_hash=report.state_hash)

    async def post(self) -> None:
        """Send what waits in the outbox, and note the messages it became."""
        for post in await self._keeper.outbox.pending():
            message_id = 10**6 + post.post_id
            try:
                await self._keeper.outbox.mark(post.post_id, message_id)
            except StoreError as error:
                self._tell("failed", sentence=str(error))
            else:
                self._tell("posted", post_id=post.post_id, message_id=message_id)

    async def _player(self, world_id: str, half: int, rounds: int) -> None:
        for _ in range(rounds):
            user = f"user-{self._rng.randrange(PLAYERS // 2) * 2 + half}"
            self._count += 1
            await self.send(Sent(world_id, f"{self._name}-{self._count}", user, self._action(world_id, user)))
            await asyncio.sleep(self._rng.choice((0, 0.001)))

    async def _turns(self, world_id: str, rounds: int) -> None:
        for _ in range((rounds + 2) // 3):
            await self.turn(world_id)
            await asyncio.sleep(self._rng.uniform(0, 0.02))

    async def _poster(self, rounds: int) -> None:
        for _ in range((rounds + 2) // 3):
            await self.post()
            await asyncio.sleep(self._rng.uniform(0, 0.02))

    def _standing(self) -> list[str]:
        return [record.world_id for record in self._keeper.woods()]

    def _action(self, world_id: str, user: str) -> AnyAction:
        """Return something a player could want now; what the rules do not allow is tried now and then too."""
        rng = self._rng
        if self._keeper.mask(world_id, user) is None:
            return Join()
        good, creature, direction = rng.choice(list(Good)), rng.choice(NAMES), rng.choice(list(Direction))
        kinds: list[AnyAction] = [
            OpenContract(stance=rng.choice(list(Stance)), good=good, quantity=rng.randint(1, 3)),
            CloseContract(number=rng.randint(1, 4)),
            Whisper(creature=creature, good=good, direction=direction),
            PokeWood(poke=rng.choice(list(Poke)), good=good, direction=direction),
            Lend(creature=creature, principal=rng.randint(5, 20), interest=1, turns=2),
            BribeCreature(creature=creature, task=rng.choice((Task.HOARD, Task.DUMP)), pebbles=5),
            BribeMagistrate(pebbles=rng.randint(1, 5)),
            Ally(one=creature, other=rng.choice(NAMES)),
            BuyForecast(),
            Spring(),
            Join(),
        ]
        return rng.choice(kinds)
