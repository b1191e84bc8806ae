"""Training as it is typed, for a few steps: it starts, goes on where it was stopped, and what it writes can think.

Run with `-m training`: WOOD_TRAINING_PYTHON names the Python of an environment with the group `training`; .ci/run makes
one.
"""

import os
import subprocess
from pathlib import Path

import pytest

from training.base import base_folder
from training.data import generate

pytestmark = [pytest.mark.training, pytest.mark.timeout(1_500)]

ROOT = Path(__file__).parents[2]
SEATED = ROOT / "inference" / "adapters" / "wood-smollm2-135m.gguf"


def train(*options: str, ends: int = 0) -> str:
    """Run `wood finetune train` in the environment for training until it ends so, and return what it said."""
    python = os.environ.get("WOOD_TRAINING_PYTHON")
    assert python, "set WOOD_TRAINING_PYTHON, as .ci/run does"
    # The module of the base model's wheel alone, and nothing else of this environment.
    environment = {**os.environ, "WOOD_BASE_MODEL": str(base_folder())}
    command = [python, "-m", "cli.main", "finetune", "train", *options]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=1_400, env=environment
    )
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == ends, said[-2_000:]
    return said


def test_steps_that_move_nothing_go_on_after_a_stop_and_leave_the_seated_adapter_as_it_was(tmp_path):
    lessons, folder, file = tmp_path / "lessons.jsonl", tmp_path / "adapter", tmp_path / "wood.gguf"
    generate(lessons, 50)
    given = ["--data", str(lessons), "--folder", str(folder), "--to", str(file)]
    # So small a rate is lost in rounding: what comes out is what went in, through both formats.
    begun = train(*given, "--steps", "1", "--rate", "1e-9", "--from", str(SEATED))
    assert "50 examples, from step 0" in begun
    assert "1 steps in" in begun
    gone_on = train(*given, "--steps", "2", "--rate", "1e-9")
    assert "50 examples, from step 1" in gone_on
    assert "2 steps in" in gone_on
    generate(tmp_path / "other.jsonl", 50, first_seed=90)
    other = train("--data", str(tmp_path / "other.jsonl"), *given[2:], "--rate", "1e-9", ends=2)
    assert "a training of another kind (lessons differ). Name another --folder, or empty it." in other
    assert (folder / "loss.png").read_bytes().startswith(b"\x89PNG")
    written, seated = file.read_bytes(), SEATED.read_bytes()
    assert len(written) == len(seated)
    moved = [place for place, (one, other) in enumerate(zip(written, seated, strict=True)) if one != other]
    # A zero may have lost or won its sign: the upper byte of a 16-bit float whose other bits are nothing.
    assert all(written[place - 1] == 0 and {written[place], seated[place]} == {0, 0x80} for place in moved)


def test_a_step_that_moves_something_leaves_another_adapter(tmp_path):
    lessons, folder, file = tmp_path / "lessons.jsonl", tmp_path / "adapter", tmp_path / "wood.gguf"
    generate(lessons, 50)
    train("--data", str(lessons), "--folder", str(folder), "--to", str(file), "--steps", "1", "--from", str(SEATED))
    assert len(file.read_bytes()) == SEATED.stat().st_size
    assert file.read_bytes() != SEATED.read_bytes()
