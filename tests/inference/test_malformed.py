"""One file a malformation: what it is an instance of, and the exact decision that is expected of it."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from inference.parse import parse
from inference.shape import Form
from training.corpus import as_plain

FILES = sorted((Path(__file__).parents[1] / "data" / "malformed").glob("*.toml"))


def read(file: Path) -> dict[str, Any]:
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    # TOML holds no half characters, and an invisible one is better seen.
    content["raw"] = json.loads(content["raw_json"]) if "raw_json" in content else content["raw"]
    return content


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_malformed_answer_is_read_as_decided(file: Path) -> None:
    case = read(file)
    form = Form(case.get("form", Form.ORDERS))
    decision, report = parse(case["raw"], case.get("finish_reason", "stop"), form)
    got, expected = as_plain(decision, report), case["expected"]
    assert {key: got[key] for key in expected} == expected
    assert got["loan"] is expected.get("loan")


def test_every_file_says_what_it_is() -> None:
    assert len(FILES) >= 60
    for file in FILES:
        case = read(file)
        assert case["what"]
        assert case["reading"].startswith(("read", "dropped"))
        assert {"orders", "dropped", "status", "valid_json"} <= set(case["expected"])
