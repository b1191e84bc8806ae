"""The published sample of the open traces: it passes the check, and is what its card says."""

import hashlib
import json
import re
from pathlib import Path

from inference.disclosure import check
from inference.traces import COLUMNS

DATA = Path(__file__).parents[1] / "data"
SAMPLE, CARD = DATA / "sample.jsonl", (DATA / "sample.md").read_text()
ROWS = [json.loads(line) for line in SAMPLE.read_text().splitlines()]


def _stated(name: str) -> str:
    found = re.search(rf"^\| {name} \| `?([^|`]+)`? \|$", CARD, re.MULTILINE)
    assert found, name
    return found[1].strip()


def test_it_passes_the_check_that_wood_traces_makes() -> None:
    check(ROWS)


def test_it_is_what_its_card_says() -> None:
    assert SAMPLE.stat().st_size < 300_000
    assert _stated("sha256") == hashlib.sha256(SAMPLE.read_bytes()).hexdigest()
    assert int(_stated("rows")) == len(ROWS)
    assert int(_stated("turns")) == len({row["wood.turn"] for row in ROWS})
    assert int(_stated("woods")) == len({row["wood.world"] for row in ROWS})


def test_real_minds_answered_and_every_column_is_there() -> None:
    assert {row["wood.kind"] for row in ROWS} == {"embedded"}
    assert all(list(row) == list(COLUMNS) for row in ROWS)
    assert any(len(row["wood.orders"]) > 1 for row in ROWS)
