"""A page of `docs/` as something to be followed: its blocks of code, and a copy of the project to follow them in."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"

_FENCE: Final = re.compile(
    r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
_COPIED: Final = ("bot", "cli", "engine", "experiments", "inference", "prompts", "docs")
_HEAVY: Final = {"adapters", "images"}
"""Folders that a copy shares with the project."""


@dataclass(frozen=True)
class Block:
    """A block of code: its language, the file it is the whole of, if it names one, and its text."""

    language: str
    file: str
    text: str


def blocks(page: str) -> list[Block]:
    """Return the blocks of code of a page, named from `docs/`, in their order."""
    found: list[Block] = []
    for fence in _FENCE.finditer((DOCS / page).read_text(encoding="utf-8")):
        language, _, file = fence["info"].strip().partition(" ")
        found.append(Block(language, file, textwrap.dedent(fence["text"])))
    return found


def commands(page: str) -> list[str]:
    """Return the lines that a page has its reader type after `uv run`."""
    lines = [line for block in blocks(page) if not block.language for line in block.text.splitlines()]
    return [line.removeprefix("uv run ") for line in lines if line.startswith("uv run ")]


@dataclass(frozen=True)
class Copy:
    """A copy of the project, to be changed as a page says."""

    root: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "Copy":
        """Copy the project's code and pages into a folder; what is heavy is linked."""
        root = folder / "project"
        for name in _COPIED:
            shutil.copytree(ROOT / name, root / name, ignore=lambda _, names: _HEAVY & set(names))
        for name in _HEAVY:
            for path in [path for top in _COPIED for path in (ROOT / top).rglob(name)]:
                (root / path.relative_to(ROOT)).symlink_to(path)
        return cls(root)

    def follow(self, page: str) -> None:
        """Do all that a page's blocks say: change the files of its diffs, and write those that it gives whole."""
        for block in blocks(page):
            if block.language == "diff":
                self._change(block.text)
            elif block.file:
                path = self.root / block.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, encoding="utf-8")

    def _change(self, diff: str) -> None:
        first, _, rest = diff.partition("\n")
        path = self.root / first.removeprefix("--- ")
        text = path.read_text(encoding="utf-8")
        for hunk in rest.split("@@\n"):
            lines = hunk.splitlines()
            before = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
            after = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
            assert f"\n{text}".count(f"\n{before}") == 1, f"{first}: the page must change this once:\n{before}"
            text = f"\n{text}".replace(f"\n{before}", f"\n{after}")[1:]
        path.write_text(text, encoding="utf-8")

    def run(self, *lines: str) -> list[str]:
        """Run what a page has its reader type after `uv run`, and `proved` proofs; return what each printed."""
        run = subprocess.run(
            [sys.executable, "-P", str(ROOT / "tests" / "docs" / "follow.py"), json.dumps(lines)],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert run.returncode == 0, f"{lines}\n{run.stdout}\n{run.stderr}"
        return json.loads(run.stdout)


def proof(name: str, *arguments: str) -> str:
    """Return the line by which `Copy.run` runs one of `tests/docs/proofs/`."""
    return " ".join([str(ROOT / "tests" / "docs" / "proofs" / f"{name}.py"), *arguments])
