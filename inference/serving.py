"""What a GPU host starts for a council: the `vllm serve` lines, their order, and how they share its cards.

The memory of a server is arithmetic on figures of the council file, in GiB (2^30 bytes):

    needs = weights as loaded + KV cache + work space (activations, CUDA graphs, buffers)
    KV cache = bytes a token x tokens a sequence x sequences, rounded up to whole blocks of 128 MiB

vLLM's share of a card (`--gpu-memory-utilization`) covers what a server needs, but not the CUDA context of its process;
that and a reserve for the driver and a display are left free here. The cache is given in bytes as well, because vLLM
would otherwise fill its whole share with it, and measure the share while a neighbour is loading. The share still
counts: a server does not start unless that much of the card is free.
"""

import math
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from inference.mind import MOST_TOKENS

CONTEXT_GIB: Final = 0.5
"""GiB that the CUDA context of one server takes outside its share of the card."""

RESERVE_GIB: Final = 0.5
"""GiB of a card left to the driver and a display."""

_GIB: Final = 2**30
_KV_STEP: Final = 128 * 2**20
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LARGEST_CARD_GIB: Final = 512

# Flags that follow from other keys, so that no line can contradict the plan.
_OURS: Final = {
    "--port": "endpoints",
    "--host": "endpoints",
    "--served-model-name": "model",
    "--dtype": "dtype",
    "--quantization": "quantization",
    "--max-model-len": "max_model_len",
    "--max-num-seqs": "max_num_seqs",
    "--gpu-memory-utilization": "weights_gib and work_gib",
    "--kv-cache-memory-bytes": "kv_bytes_per_token",
    "--enable-lora": "adapters",
    "--lora-modules": "adapters",
    "--max-lora-rank": "adapter_rank",
}


class Serve(BaseModel):
    """How vLLM serves a mind's model: the table `[minds.<name>.serve]`.

    `weights` is the model's name on the Hugging Face hub, or a folder. `weights_gib` is what the weights take once
    loaded, `work_gib` what activations, CUDA graphs and buffers take beside them, both in GiB. `kv_bytes_per_token` is
    the model's key-value cache, for all layers. `max_model_len` bounds prompt and answer together, in tokens, and
    `max_num_seqs` how many are answered at once. `adapters` are LoRA folders by the names that a mind may ask for,
    of rank `adapter_rank` at most. `flags` are further arguments of `vllm serve`, as they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: str = Field(min_length=1)
    weights_gib: float = Field(gt=0, le=_LARGEST_CARD_GIB, allow_inf_nan=False)
    kv_bytes_per_token: int = Field(gt=0)
    work_gib: float = Field(default=1.0, gt=0, le=64, allow_inf_nan=False)
    max_model_len: int = Field(default=MOST_TOKENS, ge=256, le=MOST_TOKENS)
    max_num_seqs: int = Field(default=2, ge=1, le=256)
    dtype: Literal["auto", "bfloat16", "float16"] = "bfloat16"
    quantization: str = ""
    adapters: dict[str, str] = Field(default_factory=dict)
    adapter_rank: Literal[8, 16, 32, 64] = 16
    flags: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _contradicts_nothing(self) -> Self:
        for flag in self.flags:
            if (key := _OURS.get(flag.partition("=")[0])) is not None:
                raise ValueError(f"flags|{flag.partition('=')[0]} is written from {key}; leave it out here")
        return self

    @property
    def kv_cache_bytes(self) -> int:
        """Bytes of the key-value cache: every sequence at its full length, rounded up to 128 MiB."""
        return math.ceil(self.kv_bytes_per_token * self.max_model_len * self.max_num_seqs / _KV_STEP) * _KV_STEP

    @property
    def needs_gib(self) -> float:
        """GiB of a card for weights, cache and work space."""
        return self.weights_gib + self.kv_cache_bytes / _GIB + self.work_gib


class ServedMind(Protocol):
    """What this module reads of a `MindConfig`."""

    @property
    def model(self) -> str:
        """The name that the server knows the model by."""
        ...

    @property
    def lab(self) -> str:
        """Who made the model."""
        ...

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The addresses of its servers."""
        ...

    @property
    def serve(self) -> Serve | None:
        """How vLLM serves it, if that is ours to say."""
        ...


@dataclass(frozen=True)
class Server:
    """One vLLM server: the mind it is for, under which name and where it answers, and what it serves."""

    mind: str
    lab: str
    model: str
    host: str
    port: int
    serve: Serve

    def share(self, card_gib: float) -> float:
        """Return the share of a card of that many GiB that vLLM is given, rounded up to a hundredth."""
        return math.ceil(round(self.serve.needs_gib / card_gib * 100, 6)) / 100

    def footprint_gib(self, card_gib: float) -> float:
        """Return the GiB that the server takes of a card in all, its CUDA context included."""
        return self.share(card_gib) * card_gib + CONTEXT_GIB

    def arguments(self, card_gib: float) -> list[str]:
        """Return the words of the command that starts the server on a card of that many GiB."""
        serve = self.serve
        words = ["vllm", "serve", serve.weights]
        if self.model not in serve.adapters:
            words += ["--served-model-name", self.model]
        words += ["--host", "127.0.0.1" if self.host in _LOOPBACK else "0.0.0.0", "--port", str(self.port)]  # noqa: S104
        words += ["--dtype", serve.dtype]
        if serve.quantization:
            words += ["--quantization", serve.quantization]
        words += ["--max-model-len", str(serve.max_model_len), "--max-num-seqs", str(serve.max_num_seqs)]
        # vLLM's own default grows with the card, and what the start-up run takes grows with it.
        words += ["--max-num-batched-tokens", "2048"]
        words += ["--gpu-memory-utilization", f"{self.share(card_gib):.2f}"]
        words += ["--kv-cache-memory-bytes", str(serve.kv_cache_bytes)]
        if serve.adapters:
            words += ["--enable-lora", "--max-lora-rank", str(serve.adapter_rank), "--lora-modules"]
            words += [f"{name}={path}" for name, path in serve.adapters.items()]
        return [*words, *serve.flags]


@dataclass(frozen=True)
class Card:
    """One card of the host and its servers, in the order in which to start them."""

    index: int
    gib: float
    servers: tuple[Server, ...]

    @property
    def free_gib(self) -> float:
        """GiB that stay free beside the servers and the reserve."""
        return _room(self.gib) - sum(server.footprint_gib(self.gib) for server in self.servers)

    def command(self, server: Server) -> str:
        """Return the shell line that starts one of the card's servers."""
        return f"CUDA_VISIBLE_DEVICES={self.index} {shlex.join(server.arguments(self.gib))}"


@dataclass(frozen=True)
class Plan:
    """Which server runs on which card of `card_gib` GiB, which fit on none, and what to know of it, in sentences."""

    card_gib: float
    cards: tuple[Card, ...]
    too_large: tuple[Server, ...]
    remarks: tuple[str, ...]

    @property
    def fits_one_card(self) -> bool:
        """Whether one card holds every server."""
        return len(self.cards) == 1 and not self.too_large


def servers_of(minds: Mapping[str, ServedMind]) -> list[Server]:
    """Return the servers that the minds with a `serve` table need, in the order of the council file."""
    servers: list[Server] = []
    for name, mind in minds.items():
        if mind.serve is not None:
            address = urlsplit(mind.endpoints[0])
            servers.append(Server(name, mind.lab, mind.model, address.hostname or "", address.port or 0, mind.serve))
    return servers


def plan(servers: Iterable[Server], card_gib: float) -> Plan:
    """Return which server runs on which of a host's equal cards.

    A card takes the smallest servers first, so that the first card alone seats as many minds as it can; on a card, the
    largest starts first, so that what cannot start shows at once.

    Args:
        servers: What the council needs.
        card_gib: The memory of one card in GiB, as nvidia-smi shows it.
    """
    by_size = sorted(servers, key=lambda server: server.serve.needs_gib)
    too_large = tuple(server for server in by_size if not _fitting([server], card_gib))
    waiting = [server for server in by_size if server not in too_large]
    cards: list[Card] = []
    while waiting:
        taken = _fitting(waiting, card_gib)
        cards.append(Card(len(cards), card_gib, tuple(reversed(taken))))
        waiting = [server for server in waiting if server not in taken]
    return Plan(card_gib, tuple(cards), too_large, tuple(_remarks(by_size, cards, too_large, card_gib)))


def _room(card_gib: float) -> float:
    return card_gib - RESERVE_GIB


def _fitting(servers: Iterable[Server], card_gib: float) -> list[Server]:
    """Return the servers that fit on one card, taken in the order given."""
    taken: list[Server] = []
    room = _room(card_gib)
    for server in servers:
        if (footprint := server.footprint_gib(card_gib)) <= room:
            taken.append(server)
            room -= footprint
    return taken


def _remarks(by_size: list[Server], cards: list[Card], too_large: tuple[Server, ...], card_gib: float) -> list[str]:
    if len(cards) <= 1 and not too_large:
        return []
    remarks: list[str] = []
    if cards:
        kept, others = cards[0].servers, [server for server in by_size if server not in cards[0].servers]
        remarks.append(
            f"One card of {card_gib:g} GiB does not hold all of them: it holds {_names(kept)}, and then "
            f"{cards[0].free_gib:.1f} GiB are left, too little for {_names(others)}."
        )
    for server in (other for card in cards[1:] for other in card.servers):
        taken, beside = server.footprint_gib(card_gib), _beside(server, by_size, card_gib)
        remarks.append(
            f"{server.mind} takes {taken:.1f} GiB with its CUDA context; on the first card it would leave "
            f"{_room(card_gib) - taken:.1f} GiB, room for {_names(beside) if beside else 'no other'}."
        )
    remarks += [
        f"{server.mind} takes {server.footprint_gib(card_gib):.1f} GiB with its CUDA context and fits on no card of "
        f"{card_gib:g} GiB."
        for server in too_large
    ]
    if len(cards) > 1:
        remarks.append(f"{len(cards)} cards of {card_gib:g} GiB hold {'the others' if too_large else 'all of them'}.")
    if whole := _one_card_for_all(by_size):
        remarks.append(f"One card of {whole} GiB holds all of them.")
    return remarks


def _beside(server: Server, by_size: list[Server], card_gib: float) -> list[Server]:
    return _fitting([server, *(other for other in by_size if other is not server)], card_gib)[1:]


def _one_card_for_all(servers: list[Server]) -> int | None:
    """Return the GiB of the smallest card that holds every server."""
    sizes = range(1, _LARGEST_CARD_GIB + 1)
    return next((size for size in sizes if len(_fitting(servers, size)) == len(servers)), None)


def _names(servers: Iterable[Server]) -> str:
    names = [server.mind for server in servers]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
