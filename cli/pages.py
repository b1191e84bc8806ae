"""`python -m cli.pages` writes what the code knows into the pages under docs/; `--check` only says which are stale.

`commands.md` is written whole. In `rules.md` every number has its name behind it in a comment, such as
`100<!--patron.stake-->`, and is written anew. In `privacy.md` the table of what is stored stands between two comments,
and in `hosting.md` the address at which the bot is invited names its permissions.
"""

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from bot.invite import PERMISSIONS
from cli.reference import commands_page
from engine.cast import CAST
from engine.legends import DECK
from engine.ports import MAX_ORDERS
from engine.privacy import HELD
from engine.rules import DEFAULT_RULES
from engine.vocabulary import GOODS, Direction

_ROOT: Final = Path(__file__).resolve().parents[1]
DOCS: Final = _ROOT / "docs"

NUMBER: Final = re.compile(r"(?P<number>\d[\d,]*)<!--(?P<name>[\w.]+)-->")
"""A number of the game as `rules.md` holds it."""

_HELD: Final = re.compile(r"(?<=<!--begin: held-->\n).*?(?=<!--end: held-->)", re.DOTALL)
_PERMISSIONS: Final = re.compile(r"(?<=&permissions=)\d+")


def _becomes(direction: Direction) -> int:
    """Return the percentage of a price that a legend of this direction leaves."""
    return next(legend.factor_percent for legend in DECK if legend.direction is direction)


_COUNTED: Final[Mapping[str, int]] = {
    "creatures": len(CAST),
    "goods": len(GOODS),
    "orders": MAX_ORDERS,
    "crash": _becomes(Direction.FALL),
    "mania": _becomes(Direction.RISE),
}
"""The numbers of the game that stand elsewhere than in `engine/rules.py`."""


def number_of(name: str) -> int:
    """Return a number of the game by its name in `rules.md`, the path in `engine/rules.py`, such as `legends.gap.0`.

    Raises:
        LookupError: If there is none of that name.
    """
    if name in _COUNTED:
        return _COUNTED[name]
    value: Any = DEFAULT_RULES
    for key in name.split("."):
        if isinstance(value, BaseModel):
            value = dict(value)[key]
        else:
            value = value[int(key)] if isinstance(value, tuple) else value[key]
    return value


def files() -> dict[Path, str]:
    """Return every page that the code writes in, as it should be."""
    rules, privacy, hosting = (DOCS / f"{name}.md" for name in ("rules", "privacy", "hosting"))
    return {
        DOCS / "commands.md": commands_page(),
        rules: NUMBER.sub(_number, rules.read_text(encoding="utf-8")),
        privacy: _HELD.sub(lambda _: _held(), privacy.read_text(encoding="utf-8")),
        hosting: _PERMISSIONS.sub(str(PERMISSIONS.value), hosting.read_text(encoding="utf-8")),
    }


def _number(found: re.Match[str]) -> str:
    return f"{number_of(found['name']):,}<!--{found['name']}-->"


def _held() -> str:
    rows = "".join(f"| `{table}` | {held} |\n" for table, held in HELD.items() if held)
    return f"| table | what it holds of you |\n|---|---|\n{rows}"


def main() -> int:
    """Write the pages, or with `--check` say which are not as they would be written, and exit with 1."""
    parser = argparse.ArgumentParser(description="Write what the code knows into the pages under docs/.")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    check = parser.parse_args().check
    stale = {path: text for path, text in files().items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        if not check:
            path.write_text(text, encoding="utf-8")
        print(f"{'stale' if check else 'written'}: {path.relative_to(_ROOT)}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
