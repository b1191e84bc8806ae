"""Scripts of play for simulations: a TOML file of `[[step]]` tables, each done before a turn opens.

A step names its `turn`, `who` acts (any word; it becomes a Patron by joining), `what` is done (join, short, long,
close, insider, whisper, spring, lend, bribe, bribe_magistrate, ally or poke), and the action's own fields. The files
in `experiments/scripts/` are examples. `legends`, a list above the steps, puts these on top of the deck, in their
order; `first_legend` puts one; `gap` sets the fewest and most turns between two.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.actions import (
    Action,
    Ally,
    BribeCreature,
    BribeMagistrate,
    BuyForecast,
    CloseContract,
    Join,
    Lend,
    OpenContract,
    PokeWood,
    Spring,
    Whisper,
)
from engine.legends import BY_KEY
from engine.vocabulary import Stance

_ACTIONS: Final[dict[str, tuple[type[Action], dict[str, Any]]]] = {
    "join": (Join, {}),
    "short": (OpenContract, {"stance": Stance.SHORT}),
    "long": (OpenContract, {"stance": Stance.LONG}),
    "close": (CloseContract, {}),
    "insider": (BuyForecast, {}),
    "whisper": (Whisper, {}),
    "spring": (Spring, {}),
    "lend": (Lend, {}),
    "bribe": (BribeCreature, {}),
    "bribe_magistrate": (BribeMagistrate, {}),
    "ally": (Ally, {}),
    "poke": (PokeWood, {}),
}


class ScriptError(Exception):
    """A script that cannot be played; the text names the file, the step and the mistake."""


class Step(BaseModel):
    """One action of a script.

    `refused` says that the rules are expected to refuse it, `may_be_refused` that it depends on what minds did before.
    """

    model_config = ConfigDict(extra="allow")

    turn: int = Field(ge=1)
    who: str = "keeper"
    what: str
    refused: bool = False
    may_be_refused: bool = False

    def action(self) -> Action:
        """Return the action of this step.

        Raises:
            ScriptError: If the action is unknown or its fields do not fit.
        """
        if self.what not in _ACTIONS:
            raise ScriptError(f"unknown action {self.what!r}; write one of {', '.join(_ACTIONS)}")
        kind, given = _ACTIONS[self.what]
        try:
            return kind.model_validate({**given, **(self.model_extra or {})})
        except ValidationError as error:
            raise ScriptError(_first_mistake(error)) from error


@dataclass(frozen=True)
class Script:
    """The steps of a script in the order of their turns, the legends on top of the deck, and the turns between."""

    steps: tuple[Step, ...] = ()
    legends: tuple[str, ...] = ()
    gap: tuple[int, int] | None = None


def load_script(path: Path) -> Script:
    """Return the script in the file `path`.

    Raises:
        ScriptError: If the file cannot be read, or a step is not an action of the game.
    """
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(f"{path} cannot be read. Name a TOML file in UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ScriptError(f"{path}: {error}. Mend the TOML.") from error
    steps: list[Step] = []
    for number, item in enumerate(plain.get("step", []), start=1):
        try:
            step = Step.model_validate(item)
            step.action()
        except ValidationError as error:
            raise ScriptError(f"{path}, step {number}: {_first_mistake(error)}") from error
        except ScriptError as error:
            raise ScriptError(f"{path}, step {number}: {error}") from error
        steps.append(step)
    if not steps:
        raise ScriptError(f"{path}: no [[step]] in it. Write at least one.")
    legends = _legends(plain, path)
    return Script(tuple(sorted(steps, key=lambda step: step.turn)), legends, _gap(plain, path))


def _legends(plain: dict[str, Any], path: Path) -> tuple[str, ...]:
    """Return the legends that a script puts on top of the deck."""
    named = plain.get("legends", [plain["first_legend"]] if "first_legend" in plain else [])
    if not isinstance(named, list):
        raise ScriptError(f"{path}: legends: write a list of keys.")
    for key in named:
        if key not in BY_KEY:
            raise ScriptError(f"{path}: legends: there is no {key!r}; write one of {', '.join(BY_KEY)}.")
    return tuple(named)


def _gap(plain: dict[str, Any], path: Path) -> tuple[int, int] | None:
    """Return the fewest and most turns between two legends that a script asks for, or None."""
    gap = plain.get("gap")
    if gap is None:
        return None
    if not (isinstance(gap, list) and len(gap) == 2 and all(isinstance(n, int) for n in gap) and 1 <= gap[0] <= gap[1]):
        raise ScriptError(f"{path}: gap: write the fewest and the most turns between two legends, like [3, 5].")
    return gap[0], gap[1]


def _first_mistake(error: ValidationError) -> str:
    mistake = error.errors()[0]
    where = ".".join(str(part) for part in mistake["loc"]) or "step"
    return f"{where}: {mistake['msg']}"
