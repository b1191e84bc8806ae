"""The crash tests' short form, each as the command that runs it, and the controls: the harness must be able to see."""

import json
import subprocess
import sys
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def tally(module: str, *options: str) -> dict[str, Any]:
    """Run a harness; its status says whether anything was wrong."""
    command = [sys.executable, "-m", f"tests.crash.{module}", *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert done.returncode == (1 if found["problems"] else 0)
    return found


def test_killed_processes_lose_nothing_and_do_nothing_twice():
    found = tally("kill", "--cycles", "50", "--seed", "1")
    assert found["problems"] == []
    assert found["cycles"] == 50
    assert min(found["acknowledged"], found["turns"], found["sent_again"], found["turns_found_open"]) > 0


@pytest.mark.parametrize("fault", ["early", "apart", "forgetful", "double", "unposted"])
def test_a_planted_fault_is_found(fault: str):
    assert tally("kill", "--cycles", "75", "--seed", "1", "--plant", fault)["problems"]


def test_killed_tournaments_get_to_the_podium_they_would_have_had():
    found = tally("contests", "--tournaments", "3", "--seed", "1")
    assert found["problems"] == []
    assert found["killed"] > 3


def test_a_tournament_in_which_things_are_done_twice_is_found():
    assert tally("contests", "--tournaments", "3", "--seed", "1", "--plant")["problems"]


def test_power_cuts_lose_nothing_and_do_nothing_twice():
    found = tally("power", "--cuts", "40", "--seed", "2")
    assert found["problems"] == []
    assert found["cuts"] == 40
    assert min(found["acknowledged"], found["turns"], found["kept_nothing"], found["kept_sectors"]) > 0


def test_with_synchronous_normal_acknowledged_actions_are_lost_and_nothing_is_corrupt():
    found = tally("power", "--cuts", "40", "--seed", "2", "--synchronous", "NORMAL")
    assert found["lost"] > 0
    assert found["corrupt"] == 0


def test_with_synchronous_off_the_file_is_corrupt_too():
    found = tally("power", "--cuts", "80", "--seed", "2", "--synchronous", "OFF")
    assert found["lost"] > 0
    assert found["corrupt"] > 0


def test_whatever_fails_on_the_disk_is_said_and_can_be_done_again():
    found = tally("failing", "--short")
    assert found["problems"] == []
    for wanted in ("action", "turn"):
        for error in ("EIO", "ENOSPC", "kill"):
            assert found[f"{wanted}_write_{error}"] > 0
            assert found[f"{wanted}_sync_{error}"] > 0
