"""`deploy/serve` starts servers one after another and ends them together. The servers here are not vLLM."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from inference.config import CREATURES

ROOT = Path(__file__).parents[2]
SECONDS = 60

FAKE_VLLM = """#!{python}
import http.server, os, sys
port = int(sys.argv[sys.argv.index("--port") + 1])
with open({log!r}, "a") as log:
    print(port, os.getpid(), os.environ["CUDA_VISIBLE_DEVICES"], file=log)
if {broken!r} == str(port):
    sys.exit(3)
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", port), Health).serve_forever()
"""

pytestmark = pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="needs bash and curl")


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def _start(tmp_path: Path, *, broken: str = "") -> tuple[subprocess.Popen[str], tuple[int, int]]:
    """Start the script for a council with a large and a small server; return it and their two ports."""
    large, small = _free_ports()
    minds = "".join(
        f'[minds.m{port}]\nkind = "openai"\nmodel = "m"\nendpoints = ["http://localhost:{port}/v1"]\n'
        f'[minds.m{port}.serve]\nweights = "x/y"\nweights_gib = {gib}\nkv_bytes_per_token = 1\n'
        for port, gib in ((small, 1), (large, 5))
    )
    council = tmp_path / "council.toml"
    council.write_text(minds + "[seats]\n" + "".join(f'{creature} = "m{small}"\n' for creature in CREATURES))
    programs = tmp_path / "bin"
    programs.mkdir()
    fake = FAKE_VLLM.format(python=sys.executable, log=str(tmp_path / "log"), broken=str(large) if broken else "")
    for name, text in (("vllm", fake), ("wood", f'#!/bin/sh\nexec "{sys.executable}" -m cli.main "$@"\n')):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    script = subprocess.Popen(
        [str(ROOT / "deploy" / "serve"), str(council), "24"],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return script, (large, small)


def _wait_for_both(script: subprocess.Popen[str]) -> None:
    assert script.stderr is not None
    answering = 0
    for line in script.stderr:
        answering += "answers." in line
        if answering == 2:
            return
    pytest.fail("the script ended before both servers answered")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _gone(port: int) -> bool:
    deadline = time.monotonic() + 10
    while _answers(port) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not _answers(port)


def test_servers_start_largest_first_and_end_together(tmp_path: Path) -> None:
    script, (large, small) = _start(tmp_path)
    try:
        _wait_for_both(script)
        started = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
        assert [int(port) for port, _, _ in started] == [large, small]
        assert {card for _, _, card in started} == {"0"}
        assert _answers(large)
        assert _answers(small)
        os.kill(int(started[1][1]), signal.SIGTERM)
        assert script.wait(SECONDS) == 1
        assert _gone(large)
    finally:
        script.terminate()
        script.wait(SECONDS)


def test_stopping_the_script_stops_the_servers(tmp_path: Path) -> None:
    script, (large, small) = _start(tmp_path)
    _wait_for_both(script)
    script.terminate()
    assert script.wait(SECONDS) == 143
    assert _gone(large)
    assert _gone(small)


def test_a_server_that_cannot_start_ends_the_script(tmp_path: Path) -> None:
    script, (large, small) = _start(tmp_path, broken="large")
    _, said = script.communicate(timeout=SECONDS)
    assert script.returncode == 1
    assert f"The server on port {large} ended before it answered" in said
    assert str(small) not in (tmp_path / "log").read_text()
