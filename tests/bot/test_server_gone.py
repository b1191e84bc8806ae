"""A whole run with the minds' server gone: every turn completes when it is due, and says why nobody spoke."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from engine.cast import CAST
from engine.replay import replay_wood
from inference.config import read_council
from inference.council import MindCouncil, build_mind
from tests.bot.stage import Stage, text_of
from tests.inference.fake_server import fake_server

TURNS, CADENCE_SECONDS = 8, 60
DEADLINE_SECONDS, NARRATOR_SECONDS = 0.5, 0.2


@asynccontextmanager
async def council_at(url: str) -> AsyncIterator[MindCouncil]:
    config = read_council("cpu-vllm")
    mind = config.minds["smollm2"].model_copy(update={"endpoints": (url,)})
    config = config.model_copy(
        update={
            "minds": {"smollm2": mind},
            "deadline_seconds": DEADLINE_SECONDS,
            "narrator_seconds": NARRATOR_SECONDS,
        }
    )
    council = MindCouncil(config, {"smollm2": build_mind(mind)})
    yield council
    await council.aclose()


@pytest.mark.parametrize("mood", ["gone", "hang", "error", "html", "half"])
async def test_every_turn_is_taken_on_time_and_tells_why_nobody_spoke(stage: Stage, mood: str) -> None:
    async with fake_server() as server:
        server.mood = mood
        # Nobody listens on port 9, where data is thrown away.
        async with council_at("http://127.0.0.1:9/v1" if mood == "gone" else server.url) as council:
            stage.keeper._turns._councils = lambda _: council
            await stage.plant(cadence_seconds=CADENCE_SECONDS)
            planted, reasons = stage.clock.now(), set[str]()
            for turn in range(1, TURNS + 1):
                stage.clock.forward(seconds=CADENCE_SECONDS)
                async with asyncio.timeout(30):
                    await stage.bot.turn_clock.look()
                    await stage.bot.turn_clock.settle()
                (record,) = stage.keeper.woods()
                public = stage.keeper.public(stage.world_id)
                assert public.turn == turn
                assert record.next_turn_at == planted + timedelta(seconds=(turn + 1) * CADENCE_SECONDS)
                assert all(face.silent for face in public.creatures)
                assert public.trades == ()
                reasons.update(face.silent for face in public.creatures)
            cards = [text_of(card) for card in stage.cards()]
            assert len(cards) == TURNS
            assert reasons <= {"Its mind is away.", "Its mind gave no answer.", "It thought for too long."}
            assert all(card.count("did nothing this turn: ") == len(CAST) for card in cards)
            assert sum("No creature's mind gave an answer" in card for card in cards) >= TURNS // 2, "but for legends"
            assert (await replay_wood(stage.keeper.store, stage.world_id)).identical
