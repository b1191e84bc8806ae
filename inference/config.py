"""Council files: which minds there are and which creature each of them drives, in TOML.

Adding a model is a new `[minds.<name>]` table and a seat, never a change of code.
"""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from engine.vocabulary import CREATURES
from inference.mind import MOST_TOKENS, Sampling
from inference.serving import Serve

Kind = Literal["standin", "embedded", "openai", "recorded"]
PromptForm = Literal["chat", "plain"]


class CouncilConfigError(Exception):
    """A council file cannot be used; the message names the file, the key and what to write."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MindConfig(_Table):
    """One mind of a council.

    `model` is the name the server knows it by, for an embedded mind one of the weights that come with
    the install. `endpoints` are base addresses of OpenAI-compatible servers, the least busy of which is asked, and
    `concurrency` is how many asks each takes at once: near its own limit of sequences. The key is read
    from the environment variable `api_key_env`. `adapter` is a LoRA file, beside the council files'
    parent or absolute. `prompt_form` is `plain` for a base model without a chat template. `workers` is how
    many copies of an embedded mind think side by side, one thread each. `traces` is the file a recorded
    mind answers from. `extra` goes into the request as it is. `serve` is how vLLM serves the model at the port of the
    first endpoint; without it the server is somebody else's, or another mind's.
    """

    kind: Kind
    model: str = ""
    lab: str = ""
    endpoints: tuple[str, ...] = ()
    api_key_env: str = ""
    adapter: str = ""
    sampling: Sampling = Sampling()
    max_tokens: int = Field(default=180, ge=16, lt=MOST_TOKENS)
    constrained: bool = True
    prompt_form: PromptForm = "chat"
    workers: int = Field(default=1, ge=1, le=16)
    concurrency: int = Field(default=32, ge=1, le=4_096)
    stop: tuple[str, ...] = ()
    traces: str = ""
    extra: dict[str, Any] = Field(default_factory=dict)
    serve: Serve | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        needed = {"embedded": ("model",), "openai": ("model", "endpoints"), "recorded": ("traces",), "standin": ()}
        for key in needed[self.kind]:
            if not getattr(self, key):
                raise ValueError(f"{key}|a mind of kind {self.kind!r} needs it; write {_EXAMPLES[key]}")
        if self.serve is not None:
            if self.kind != "openai":
                raise ValueError(f"serve|a mind of kind {self.kind!r} has no server; leave the table out")
            if not _has_port(self.endpoints[0]):
                raise ValueError(f"endpoints|the first names no port to serve at; write {_EXAMPLES['endpoints']}")
        return self


class CouncilConfig(_Table):
    """A whole council file.

    `deadline_seconds` is for all creatures of a turn together, `narrator_seconds` for the headline after it, which
    the mind `narrator` writes; without one, headlines come from the template. `retries` is how often a mind that
    gave no answer is asked again within the deadline, `pause_seconds` the pause after its server failed, doubled each
    time; `substitutes` names for a creature the mind that is asked in its
    stead when its own is away or has used up its share of the deadline.
    """

    deadline_seconds: float = Field(default=60, gt=0, le=3_600, allow_inf_nan=False)
    narrator_seconds: float = Field(default=30, gt=0, le=600, allow_inf_nan=False)
    retries: int = Field(default=0, ge=0, le=3)
    pause_seconds: float = Field(default=0.2, ge=0, le=10, allow_inf_nan=False)
    narrator: str = ""
    minds: dict[str, MindConfig] = Field(min_length=1)
    seats: dict[str, str]
    substitutes: dict[str, str] = Field(default_factory=dict[str, str])

    @model_validator(mode="after")
    def _everybody_seated(self) -> Self:
        for table, creature in [("seats", each) for each in self.seats] + [
            ("substitutes", each) for each in self.substitutes
        ]:
            if creature not in CREATURES:
                raise ValueError(f"{table}.{creature}|there is no such creature; seat {', '.join(CREATURES)}")
        for creature in CREATURES:
            if creature not in self.seats:
                raise ValueError(f'seats.{creature}|is missing; write {creature} = "{next(iter(self.minds))}"')
        return self

    @model_validator(mode="after")
    def _minds_named_are_there(self) -> Self:
        named = {f"seats.{creature}": mind for creature, mind in self.seats.items()}
        named |= {f"substitutes.{creature}": mind for creature, mind in self.substitutes.items()}
        named |= {"narrator": self.narrator} if self.narrator else {}
        for key, mind in named.items():
            if mind not in self.minds:
                raise ValueError(f"{key}|there is no mind {mind!r}; write one of {', '.join(self.minds)}")
        return self

    @model_validator(mode="after")
    def _one_server_a_port(self) -> Self:
        ports: dict[str, str] = {}
        for name, mind in self.minds.items():
            if mind.serve is not None:
                place = urlsplit(mind.endpoints[0]).netloc
                if place in ports:
                    raise ValueError(
                        f"minds.{name}.endpoints|{ports[place]!r} is served at {place} too; give one another port"
                    )
                ports[place] = name
        return self


def _has_port(endpoint: str) -> bool:
    try:
        return urlsplit(endpoint).port is not None
    except ValueError:
        return False


_EXAMPLES: Final = {
    "kind": f"one of {', '.join(get_args(Kind))}",
    "model": 'model = "smollm2-135m"',
    "endpoints": 'endpoints = ["http://localhost:8000/v1"]',
    "weights": 'weights = "Qwen/Qwen2.5-0.5B-Instruct"',
    "weights_gib": "weights_gib = 1.0, what they take once loaded",
    "kv_bytes_per_token": "kv_bytes_per_token = 12_288, for all layers of the model",
    "traces": 'traces = "traces.jsonl"',
    "minds": 'a table [minds.NAME] with kind = "standin"',
    "seats": f"a table [seats] with a mind for each of {', '.join(CREATURES)}",
}

# From the inside out: the first that stands in a mistake's path is the table it is in.
_TABLES: Final = {"sampling": Sampling, "serve": Serve, "minds": MindConfig}


def council_names() -> list[str]:
    """Return the names of the councils that come with the project."""
    return sorted(path.name.removesuffix(".toml") for path in _home().iterdir() if path.name.endswith(".toml"))


def _home() -> Path:
    return Path(str(files("inference"))) / "councils"


def read_council(name_or_path: str | Path) -> CouncilConfig:
    """Read a council by its name in `inference/councils/` or by the path of its file.

    Raises:
        CouncilConfigError: If there is no such council or its file has a mistake.
    """
    path = _find(name_or_path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CouncilConfigError(f"{path}: it cannot be read as TOML: {error}.") from error
    try:
        return CouncilConfig.model_validate(content)
    except ValidationError as error:
        raise CouncilConfigError(f"{path}: {_first_mistake(error)}") from error


def _find(name_or_path: str | Path) -> Path:
    named = _home() / f"{name_or_path}.toml"
    if str(name_or_path) in council_names():
        return named
    path = Path(name_or_path)
    if path.is_file():
        return path
    raise CouncilConfigError(
        f"There is no council {str(name_or_path)!r}: write one of {', '.join(council_names())}, "
        f"or the path of a TOML file."
    )


def _first_mistake(error: ValidationError) -> str:
    first = error.errors()[0]
    path = ".".join(map(str, first["loc"]))
    key = str(first["loc"][-1]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        table = next((model for name, model in _TABLES.items() if name in first["loc"][:-1]), CouncilConfig)
        return f"{path}: there is no such key; write one of {', '.join(table.model_fields)}."
    if first["type"] == "missing":
        return f"{path}: is missing; write {_EXAMPLES.get(key, f'{key} = ...')}."
    if first["type"] == "value_error":
        inner, _, what = str(first["ctx"]["error"]).partition("|") if "ctx" in first else ("", "", first["msg"])
        return f"{'.'.join(part for part in (path, inner) if part)}: {what}."
    return f"{path}: {first['input']!r} will not do. {first['msg']}."
