"""Low-rank training of the base model on the asks: completion tokens only, on a CPU.

The asks of a batch open alike: the rules, and as batches are of one creature, who it is. The keys and
values of this prefix are computed once a batch and expanded to its rows; gradients flow back
through them.
"""

import json
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from training.base import BASE_NAME, completion_ids, open_model, open_tokenizer
from training.data import read_examples
from training.fused import fuse

LINEAR: Final = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""The linear layers of a Llama block, all of which get an adapter."""


@dataclass(frozen=True)
class Recipe:
    """How an adapter is trained.

    `steps` and `max_minutes` both end the training, whichever comes first, and the learning rate has
    come down to nothing by then: it follows the share of whichever is further on.
    """

    rank: int = 16
    alpha: int = 32
    steps: int = 400
    batch: int = 8
    learning_rate: float = 8e-4
    warmup: float = 0.05
    clip: float = 1.0
    seed: int = 0
    max_minutes: float = 60.0
    checkpoint_every: int = 50

    def rate(self, progress: float) -> float:
        """Return the learning rate at a `progress` of 0 to 1: a linear warm-up, then a cosine to a twentieth."""
        if progress < self.warmup:
            return self.learning_rate * (progress + 0.002) / (self.warmup + 0.002)
        share = min(1.0, (progress - self.warmup) / (1 - self.warmup))
        return self.learning_rate * (0.05 + 0.95 * (1 + math.cos(math.pi * share)) / 2)


@dataclass(frozen=True)
class Row:
    """One example of `creature` as token ids; `answer` alone is learned."""

    creature: str
    ask: list[int]
    answer: list[int]


@dataclass(frozen=True)
class Trained:
    """What a training came to: `loss` is the mean of its last twenty steps, in nats a token."""

    folder: Path
    steps: int
    minutes: float
    loss: float


def train(
    data: Path,
    folder: Path,
    recipe: Recipe = Recipe(),  # noqa: B008 - frozen
    report: Callable[[str], None] = print,
    on_checkpoint: Callable[[Path, int], None] | None = None,
) -> Trained:
    """Train an adapter on the examples of `data` and leave it, in PEFT's format, in `folder`.

    A training that was interrupted goes on from the last checkpoint in `folder`.

    Args:
        data: A JSONL file of examples, as `training.data.generate` writes it.
        folder: Where checkpoints, the log and the adapter go.
        recipe: The numbers of the training.
        report: Told one line every ten steps.
        on_checkpoint: Called with the folder and the step after each checkpoint.

    Raises:
        FileNotFoundError: If `data` or the base model is missing.
    """
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(recipe.seed)
    tokenizer = open_tokenizer()
    rows = [Row(example.creature, *completion_ids(tokenizer, example.messages, example.target)) for example in read_examples(data)]
    config = LoraConfig(r=recipe.rank, lora_alpha=recipe.alpha, target_modules=list(LINEAR), task_type="CAUSAL_LM")
    model = get_peft_model(open_model(), config)
    fuse(model)
    model.train()
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=recipe.learning_rate, weight_decay=0.0)
    folder.mkdir(parents=True, exist_ok=True)
    step, spent, losses = _resume(folder, model, optimizer)
    report(f"{len(rows)} examples, from step {step}")
    started = time.monotonic() - spent
    batches = _batches(rows, recipe, skip=step)
    progress = 0.0
    while progress < 1:
        progress = max(step / recipe.steps, (time.monotonic() - started) / 60 / recipe.max_minutes)
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate(progress)
        loss = batch_loss(model, next(batches))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, recipe.clip)
        optimizer.step()
        optimizer.zero_grad()
        losses = [*losses, loss.item()][-20:]
        step += 1
        minutes = (time.monotonic() - started) / 60
        if step % 10 == 0:
            mean = sum(losses[-10:]) / len(losses[-10:])
            report(f"step {step} loss {mean:.4f} rate {recipe.rate(progress):.2e} minutes {minutes:.1f}")
        progress = max(step / recipe.steps, minutes / recipe.max_minutes)
        if step % recipe.checkpoint_every == 0 or progress >= 1:
            _save(folder, model, optimizer, step, minutes * 60, losses, recipe)
            if on_checkpoint is not None:
                on_checkpoint(folder, step)
    return Trained(folder, step, (time.monotonic() - started) / 60, sum(losses) / len(losses))


def common_prefix(asks: Sequence[Sequence[int]]) -> list[int]:
    """Return the token ids with which every one of `asks` begins."""
    first, last = min(asks), max(asks)
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return list(first[:length])


def batch_loss(model: Any, rows: Sequence[Row], share: bool = True) -> Any:
    """Return the mean cross-entropy (nats a token) of the answers of `rows`.

    With `share`, what all asks begin with is computed once; the loss and its gradients are the same without.

    Rows are padded on the right: under the causal mask no real token sees the padding.
    """
    import torch
    from transformers import DynamicCache

    llama = model.get_base_model() if hasattr(model, "get_base_model") else model
    cache = DynamicCache()
    prefix = common_prefix([row.ask for row in rows])[:-1] if share else []
    if prefix:
        llama.model(input_ids=torch.tensor([list(prefix)]), past_key_values=cache, use_cache=True)
        cache.batch_repeat_interleave(len(rows))
    rest = [row.ask[len(prefix) :] + row.answer for row in rows]
    width = max(map(len, rest))
    ids = torch.tensor([tokens + [0] * (width - len(tokens)) for tokens in rest])
    hidden = llama.model(input_ids=ids, past_key_values=cache, use_cache=True).last_hidden_state
    ends = [(row, len(tokens), len(rows[row].answer)) for row, tokens in enumerate(rest)]
    learned = torch.cat([hidden[row, end - count - 1 : end - 1] for row, end, count in ends])
    wanted = torch.cat([ids[row, end - count : end] for row, end, count in ends])
    return torch.nn.functional.cross_entropy(llama.lm_head(learned), wanted)


def _batches(rows: list[Row], recipe: Recipe, skip: int) -> Iterator[list[Row]]:
    """Yield batches for ever, each of one creature and of rows of like length, without the first `skip`.

    The creatures take turns, so that no stretch of the training is about one of them.
    """
    served, epoch = 0, 0
    while True:
        order = random.Random(f"{recipe.seed}/{epoch}")
        queues: list[list[list[Row]]] = []
        for creature in sorted({row.creature for row in rows}):
            mine = [row for row in rows if row.creature == creature]
            queues.append(_buckets(order.sample(mine, len(mine)), recipe.batch, order))
        for batches in zip(*queues, strict=False):
            for batch in batches:
                served += 1
                if served > skip:
                    yield batch
        epoch += 1


def _buckets(rows: list[Row], size: int, order: random.Random) -> list[list[Row]]:
    batches: list[list[Row]] = []
    for start in range(0, len(rows), 16 * size):
        bucket = sorted(rows[start : start + 16 * size], key=lambda row: len(row.ask) + len(row.answer))
        near = [bucket[place : place + size] for place in range(0, len(bucket), size)]
        batches += order.sample(near, len(near))
    return batches


def _save(
    folder: Path, model: Any, optimizer: Any, step: int, seconds: float, losses: list[float], recipe: Recipe
) -> None:
    import torch

    model.save_pretrained(str(folder))
    state = {"step": step, "seconds": seconds, "losses": losses, "optimizer": optimizer.state_dict()}
    torch.save(state, folder / "state.partial")
    (folder / "state.partial").replace(folder / "state.pt")
    card = {"base": BASE_NAME, "recipe": asdict(recipe), "step": step, "minutes": seconds / 60, "losses": losses}
    (folder / "training.json").write_text(json.dumps(card, indent=1) + "\n")


def _resume(folder: Path, model: Any, optimizer: Any) -> tuple[int, float, list[float]]:
    import torch
    from peft import set_peft_model_state_dict
    from safetensors.torch import load_file

    if not (folder / "state.pt").exists():
        return 0, 0.0, []
    state = torch.load(folder / "state.pt", weights_only=True)
    set_peft_model_state_dict(model, load_file(folder / "adapter_model.safetensors"))
    optimizer.load_state_dict(state["optimizer"])
    return state["step"], state["seconds"], state["losses"]
