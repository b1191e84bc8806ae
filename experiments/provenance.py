"""What made a result: the command, the versions, and hashes of the weights and adapters that answered."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from engine.rules import DEFAULT_RULES
from engine.schema import VERSION
from inference.config import CouncilConfig, MindConfig

PACKAGE = "thousand-token-wood"


def versions() -> dict[str, Any]:
    """Return the versions of the code: the package, the store's schema, and a hash of the rules' numbers."""
    rules = hashlib.sha256(DEFAULT_RULES.model_dump_json().encode()).hexdigest()
    return {"package": version(PACKAGE), "schema": VERSION, "rules_sha256": rules}


def made_of(config: CouncilConfig) -> dict[str, Any]:
    """Return who sits where in a council, and what each mind is made of.

    Weights behind a server are known by the name it serves them under alone.
    """
    return {"seats": config.seats, "minds": {name: _mind(mind) for name, mind in config.minds.items()}}


def is_evidence(config: CouncilConfig) -> bool:
    """Say whether a council tells anything about language models: not where a rule-based stand-in has a seat."""
    return all(config.minds[mind].kind != "standin" for mind in config.seats.values())


def _mind(config: MindConfig) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": config.kind, "model": config.model, "sampling": config.sampling.given()}
    if config.kind == "embedded":
        from inference.embedded import WEIGHTS, adapter_file

        told |= {"weights_sha256": _hash(WEIGHTS[config.model]()), "llama_cpp": f"xllamacpp {version('xllamacpp')}"}
        adapter = adapter_file(config)
        told |= {"adapter_sha256": _hash(adapter)} if adapter else {}
    return told


@cache
def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
