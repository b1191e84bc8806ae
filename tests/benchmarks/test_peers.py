"""The peers' benchmark: our own part really plays, runs are round about, and what fails says why.

The peers themselves are too big for a test (0.6 GB): `wood bench peers` runs them.
"""

import json
import sys
from pathlib import Path

import pytest

from benchmarks.peers import run as peers
from benchmarks.peers import wood_market
from benchmarks.peers.peak import peak_kib
from benchmarks.peers.run import Peer, PeersError

OURS = ("-m", "benchmarks.peers.wood_market")
STUBBED = ("-m", "tests.benchmarks.stubbed_peers")
FIGURES = {"version": "1", "decisions": 10, "calls": 20, "chars": 500, "trades": 4, "memory_kib": 2048}


@pytest.fixture
def rival(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One peer whose environment is ours; what it does is written into the file."""
    script = tmp_path / "rival.py"
    script.write_text(f"print({json.dumps({**FIGURES, 'seconds': 1.0, 'imported_kib': 1024})!r})")
    (tmp_path / "rival.txt").write_text("rival==1\n")
    room = tmp_path / "rooms" / "rival"
    (room / "bin").mkdir(parents=True)
    (room / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(peers, "_HERE", tmp_path)
    monkeypatch.setattr(peers, "PEERS", (Peer("rival", "rival.txt", "rival.py", ("hard",)),))
    return script


async def test_the_wood_does_the_work_that_it_says() -> None:
    for play in (wood_market.played, wood_market.unwritten, wood_market.kept):
        told = await play(3)
        assert told["decisions"] == 15
        assert 15 < told["calls"] <= 15 + 3, "the narrator is asked in every turn that has news"
        assert told["trades"] > 0
        assert told["seconds"] > 0
        assert told["chars"] / told["calls"] > 1_000


async def test_the_wood_that_writes_nothing_down_plays_the_same_turns() -> None:
    counted = [await play(4) for play in (wood_market.played, wood_market.unwritten)]
    assert counted[0]["trades"] == counted[1]["trades"]
    assert counted[0]["chars"] == counted[1]["chars"]


@pytest.mark.parametrize(
    ("script", "trades"), [(("mesa_llm_market.py", "3", "bare"), 6), (("concordia_market.py", "3"), 6)]
)
async def test_trades_of_the_untimed_turns_are_not_counted(script: tuple[str, ...], trades: int) -> None:
    told = await peers._played(sys.executable, *STUBBED, *script)
    assert told["trades"] == trades


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells")
@pytest.mark.parametrize(
    "script",
    [(*OURS, "1"), (*STUBBED, "mesa_llm_market.py", "1", "bare"), (*STUBBED, "concordia_market.py", "1")],
)
async def test_memory_is_the_programs_own_and_not_that_of_who_started_it(script: tuple[str, ...]) -> None:
    ballast = b"x" * (256 << 20)
    told = await peers._played(sys.executable, *script)
    assert 0 < told["imported_kib"] <= told["memory_kib"] < len(ballast) // 1024


def test_where_the_system_does_not_tell_of_memory_it_is_unknown(tmp_path: Path) -> None:
    assert peak_kib(tmp_path / "absent") is None
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmRSS:\t 100 kB\n")
    assert peak_kib(status) is None
    status.write_text("Name:\tpython\nVmHWM:\t 4096 kB\nVmRSS:\t 100 kB\n")
    assert peak_kib(status) == 4096


async def test_rates_are_told_where_memory_is_unknown(rival: Path, tmp_path: Path) -> None:
    told = json.dumps({**FIGURES, "seconds": 1.0, "memory_kib": None, "imported_kib": None})
    _write(rival, f"print({told!r})")
    found = (await peers.run(tmp_path / "rooms", rounds=1, repeats=1))["peers"]["rival"]
    assert (found["memory_mib"], found["imported_mib"], found["decisions_per_s"]) == (None, None, 10.0)


async def test_an_instant_mind_is_read_like_any_other() -> None:
    council = wood_market.council_of(wood_market.Instant())
    assert {seat["kind"] for seat in council.seating().values()} == {"standin"}
    report = await council.check()
    assert [(check.valid_json, check.problem) for check in report] == [(True, "")]


async def test_a_peer_is_compared_with_ours_of_the_same_run(rival: Path, tmp_path: Path) -> None:
    steps: list[int] = []
    figures = await peers.run(tmp_path / "rooms", rounds=2, repeats=2, done=lambda: steps.append(1))
    found, wood = figures["peers"]["rival"], figures["wood"]
    assert len(steps) == 2
    assert (found["decisions_per_s"], found["calls_per_decision"], found["prompt_chars_per_decision"]) == (
        10.0,
        2.0,
        50,
    )
    assert found["ours"] == wood["decisions_per_s"]
    assert found["ratio"] == pytest.approx(wood["decisions_per_s"] / 10.0, abs=0.1)
    assert (found["memory_mib"], found["ours_memory_mib"]) == (2.0, wood["memory_mib"])
    assert wood["kept_decisions_per_s"] > 0
    assert found["ratio_unwritten"] == pytest.approx(wood["unwritten_decisions_per_s"] / 10.0, abs=0.1)
    assert found["slowest"] <= found["decisions_per_s"] <= found["fastest"]


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("raise SystemExit('no module named rival')", "failed: no module named rival"),
        ("print('done')", "rival.py told nothing of its run"),
        ("", "rival.py told nothing of its run"),
    ],
)
async def test_a_peer_that_fails_says_why(script: str, says: str, rival: Path, tmp_path: Path) -> None:
    _write(rival, script)
    with pytest.raises(PeersError, match=says):
        await peers.run(tmp_path / "rooms", rounds=1, repeats=1)


def _write(file: Path, text: str) -> None:
    file.write_text(text)


async def test_only_what_is_missing_is_installed_and_other_pins_are_installed_anew(
    rival: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[tuple[str, ...]] = []

    async def ran(*command: str) -> str:
        commands.append(command)
        return ""

    monkeypatch.setattr(peers, "_run", ran)
    rooms = tmp_path / "rooms"
    assert not peers.installed(rooms)
    await peers.install(rooms, "3.12")
    assert peers.installed(rooms)
    await peers.install(rooms, "3.12")
    assert [command[1] for command in commands] == ["venv", "pip"]
    _write(tmp_path / "rival.txt", "rival==2\n")
    assert not peers.installed(rooms)


def test_the_pins_are_whole_and_name_no_host() -> None:
    for peer in peers.PEERS:
        pins = (Path(peers.__file__).parent / peer.pins).read_text().splitlines()
        assert len(pins) > 20
        assert all("==" in pin and "//" not in pin for pin in pins)


async def test_a_python_that_is_not_here_is_told_with_what_to_do(rival: Path, tmp_path: Path) -> None:
    with pytest.raises(PeersError, match=r"No environment with Python .*nowhere.*--python"):
        await peers.install(tmp_path / "rooms", str(tmp_path / "nowhere"))
