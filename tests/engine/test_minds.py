"""How well a mind did: what is counted of its asks, and how."""

import json

from bot.ui.minds import minds_card
from engine.keeper import Keeper
from engine.minds import mind_lines
from engine.ports import AskRecord, Decision, ParseReport
from inference.council import load_council
from tests.engine.conftest import KeeperOpener


def row(turn: int, attempt: int = 0, *, valid: bool = True, failure: str = "", refused: str = "") -> dict[str, object]:
    record = AskRecord(
        creature="Oona",
        attempt=attempt,
        mind="wood",
        kind="embedded",
        lab="Lab",
        model="m",
        sampling={},
        seed=1,
        messages=(),
        messages_sha256="",
        raw="",
        reasoning="",
        finish_reason="stop",
        parse=ParseReport(status="ok" if valid else "failed", valid_json=valid),
        decision=Decision(failure=failure),
        prompt_tokens=400,
        completion_tokens=100,
        latency_ms=2_000,
    )
    verdicts = json.dumps([{"refused": refused}] if not failure else [])
    return {
        "turn": turn,
        "creature": "Oona",
        "attempt": attempt,
        "record": record.model_dump_json(),
        "verdicts": verdicts,
    }


def test_shares_are_of_turns_and_means_count_every_attempt():
    asks = [row(1), row(2, valid=False, failure="x"), row(2, 1, refused="unaffordable"), row(3, valid=False), row(4)]
    (line,) = mind_lines(asks)
    assert (line.creature, line.mind, line.turns) == ("Oona", "wood", 4)
    assert (line.tokens, line.seconds) == (625, 2.5)
    assert (line.repaired, line.idle, line.refused) == (0.25, 0.0, 0.25)


async def test_the_keeper_reports_the_last_turns(keeper: Keeper, open_keeper: KeeperOpener):
    council = load_council("standin")
    current = await open_keeper(council)
    assert await current.minds("w", 5) == []
    for _ in range(4):
        await current.advance("w")
    lines = await current.minds("w", 3)
    assert {line.creature: line.turns for line in lines}["Oona"] == 3
    card = minds_card(lines, council.seating())
    assert "**Oona** thinks with **standin**, of none" in card
    assert "orders refused 0%" in card
    assert len(card) < 2_000
