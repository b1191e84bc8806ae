"""Low-rank training of the base model on the asks: completion tokens only, on a GPU where torch finds one.

The asks of a batch open alike: the rules, and as batches are of one creature, who it is. The keys and
values of this prefix are computed once a batch and expanded to its rows; gradients flow back
through them.
"""

import hashlib
import json
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from training.base import BASE_NAME, completion_ids, completion_weights, open_model, open_tokenizer
from training.data import Example, read_examples
from training.export import from_gguf
from training.fused import fuse

SAME_LOSS: Final = 1e-3
"""Nats a token by which the loss with our shortcuts may differ from the plain one, both in 32-bit floats."""

ROUNDED_LOSS: Final = 0.05
"""The share by which the loss may differ when the products are taken in fewer bits."""

LINEAR: Final = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""The linear layers of a Llama block, all of which get an adapter."""

_STATE: Final = "state.pt"
"""The checkpoint in a training's folder."""


class TrainError(Exception):
    """The training would not be what it says; the message says what to do."""


@dataclass(frozen=True)
class Recipe:
    """How an adapter is trained.

    `steps` and `max_minutes` both end the training, whichever comes first, and the learning rate has
    come down to a twentieth by then: it follows the share of whichever is further on.
    """

    rank: int = 16
    alpha: int = 32
    steps: int = 374
    batch: int = 6
    learning_rate: float = 8e-4
    warmup: float = 0.05
    clip: float = 1.0
    seed: int = 0
    max_minutes: float = 110.0
    checkpoint_every: int = 40

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
    weights: list[float]


@dataclass
class _Progress:
    """How far a training has come: steps, seconds, and the loss of every step."""

    step: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list[float])

    def share(self, recipe: Recipe) -> float:
        """Return the share, 0 to 1 and beyond, of the steps or the minutes that are done."""
        return max(self.step / recipe.steps, self.seconds / 60 / recipe.max_minutes)

    def mean(self, last: int) -> float:
        """Return the mean loss of the `last` steps, nats a token."""
        return sum(self.losses[-last:]) / max(1, len(self.losses[-last:]))


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
    recipe: Recipe = Recipe(),
    report: Callable[[str], None] = print,
    on_step: Callable[[], None] = lambda: None,
    start: Path | None = None,
) -> Trained:
    """Train an adapter on the examples of `data` and leave it, in PEFT's format, in `folder`.

    A training that was interrupted goes on from the last checkpoint in `folder`, and one that had ended does, if it is
    now to take more steps or minutes.

    Args:
        data: A JSONL file of examples, as `training.data.generate` writes it.
        folder: Where checkpoints, the log and the adapter go.
        recipe: The numbers of the training.
        report: Told one line every ten steps.
        on_step: Called after each step; of a training that goes on, also for those done before.
        start: A GGUF adapter of the same rank to begin with; left out, training begins with the base model alone.

    Raises:
        FileNotFoundError: If `data` or the base model is missing.
        ExportError: If `start` is no adapter of the base model.
        TrainError: If `start` has another shape than the recipe's, `folder` holds a training of something else, or the
            shortcuts of this module change the loss with the installed libraries.
    """
    import torch
    from peft import LoraConfig, get_peft_model

    of = _what_is_trained(data, start, recipe)
    kept = _checkpoint(folder, of)
    torch.manual_seed(recipe.seed)
    tokenizer = open_tokenizer()
    rows = [_row(tokenizer, example) for example in read_examples(data)]
    config = LoraConfig(r=recipe.rank, lora_alpha=recipe.alpha, target_modules=list(LINEAR), task_type="CAUSAL_LM")
    model = get_peft_model(open_model(), config).to("cuda" if torch.cuda.is_available() else "cpu")
    _fuse_checked(model, rows[:2])
    model.train()
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=recipe.learning_rate, weight_decay=0.0)
    folder.mkdir(parents=True, exist_ok=True)
    done = _resume(kept, model, optimizer)
    if start is not None and not done.step:
        _begin_with(start, model)
    report(f"{len(rows)} examples, from step {done.step}")
    for _ in range(done.step):
        on_step()
    started = time.monotonic() - done.seconds
    batches = _batches(rows, recipe, skip=done.step)
    while done.share(recipe) < 1:
        rate = recipe.rate(done.share(recipe))
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = batch_loss(model, next(batches))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, recipe.clip)
        optimizer.step()
        optimizer.zero_grad()
        done = _Progress(done.step + 1, time.monotonic() - started, [*done.losses, loss.item()])
        on_step()
        if done.step % 10 == 0:
            report(f"step {done.step} loss {done.mean(10):.4f} rate {rate:.2e} minutes {done.seconds / 60:.1f}")
        if done.step % recipe.checkpoint_every == 0 or done.share(recipe) >= 1:
            _save(folder, model, optimizer, done, of)
    _write_adapter(folder, model, done, recipe)
    draw_losses(done.losses, folder / "loss.png")
    return Trained(folder, done.step, done.seconds / 60, done.mean(20))


def draw_losses(losses: Sequence[float], file: Path) -> None:
    """Draw the loss of every step, nats a token, and the mean of the twenty up to it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    steps = range(1, len(losses) + 1)
    axes.plot(steps, losses, color="#b8c4bb", linewidth=0.8, label="one step")
    means = [sum(losses[max(0, at - 20) : at]) / min(20, at) for at in steps]
    axes.plot(steps, means, color="#2f5d50", label="the last twenty")
    axes.set(xlabel="step", ylabel="loss, nats a token", yscale="log")
    axes.legend(frameon=False)
    figure.savefig(file, dpi=120)


def common_prefix(asks: Sequence[Sequence[int]]) -> list[int]:
    """Return the token ids with which every one of `asks` begins."""
    first, last = min(map(list, asks)), max(map(list, asks))
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:length]


def batch_loss(model: Any, rows: Sequence[Row], share: bool = True) -> Any:
    """Return the cross-entropy (nats a token) of the answers of `rows`, the mean by the tokens' weights.

    With `share`, what all asks begin with is computed once; the loss and its gradients are the same without.

    Rows are padded on the right: under the causal mask no real token sees the padding.
    """
    import torch
    from transformers import DynamicCache

    llama = model.get_base_model() if hasattr(model, "get_base_model") else model
    on = llama.device
    cache = DynamicCache()
    prefix = common_prefix([row.ask for row in rows])[:-1] if share else []
    if prefix:
        llama.model(input_ids=torch.tensor([list(prefix)], device=on), past_key_values=cache, use_cache=True)
        cache.batch_repeat_interleave(len(rows))
    rest = [row.ask[len(prefix) :] + row.answer for row in rows]
    width = max(map(len, rest))
    ids = torch.tensor([tokens + [0] * (width - len(tokens)) for tokens in rest], device=on)
    hidden = llama.model(input_ids=ids, past_key_values=cache, use_cache=True).last_hidden_state
    ends = [(row, len(tokens), len(rows[row].answer)) for row, tokens in enumerate(rest)]
    learned = torch.cat([hidden[row, end - count - 1 : end - 1] for row, end, count in ends])
    wanted = torch.cat([ids[row, end - count : end] for row, end, count in ends])
    losses = torch.nn.functional.cross_entropy(llama.lm_head(learned), wanted, reduction="none")
    weights = torch.tensor([weight for row in rows for weight in row.weights], device=on)
    return (losses * weights).sum() / weights.sum()


def _row(tokenizer: Any, example: Example) -> Row:
    ask, answer = completion_ids(tokenizer, example.messages, example.target)
    return Row(example.creature, ask, answer, completion_weights(tokenizer, example.target))


def _fuse_checked(model: Any, rows: list[Row]) -> None:
    """Fuse the adapted layers, and make sure that neither this nor sharing the prefix changes the loss.

    The up-projections start at nothing, so they are set to noise for the comparison.
    """
    import torch

    ups = [weight for name, weight in model.named_parameters() if "lora_B" in name]
    with torch.no_grad():
        for weight in ups:
            weight.normal_(std=0.02)
        plain = batch_loss(model, rows, share=False).item()
        fuse(model, torch.float32)
        quick = batch_loss(model, rows).item()
        fuse(model)
        rounded = batch_loss(model, rows).item()
        for weight in ups:
            weight.zero_()
    if abs(plain - quick) > SAME_LOSS or abs(plain - rounded) > ROUNDED_LOSS * plain:
        raise TrainError(
            f"The shared loss is {quick:.4f}, in fewer bits {rounded:.4f}, and the plain one {plain:.4f}: these "
            "versions of transformers and peft do not fit this module. Install those of the `training` group in "
            "pyproject.toml."
        )


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


def _what_is_trained(data: Path, start: Path | None, recipe: Recipe) -> dict[str, Any]:
    """Return what makes a training another one: its lessons, what it begins with, and all its numbers but its length.

    What it begins with is left out where it is not named: a training that goes on knows it.
    """
    numbers = asdict(recipe)
    for length in ("steps", "max_minutes", "checkpoint_every"):
        del numbers[length]
    files = {"lessons": data} if start is None else {"lessons": data, "start": start}
    digests = {what: hashlib.sha256(file.read_bytes()).hexdigest() for what, file in files.items()}
    return {**digests, **numbers}


def _checkpoint(folder: Path, of: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the last checkpoint in a folder, if there is one.

    A folder in which something else was trained is refused: its adapter would come out as the new one.
    """
    import torch

    if not (folder / _STATE).exists():
        return None
    state = torch.load(folder / _STATE, weights_only=True, map_location="cpu")
    held = state.get("of", {})
    others = [what.replace("_", " ") for what, value in of.items() if held.get(what) != value]
    if others:
        differs = f"{folder} holds a training of another kind ({', '.join(others)} differ)."
        raise TrainError(f"{differs} Name another --folder, or empty it.")
    return state


def _save(folder: Path, model: Any, optimizer: Any, done: _Progress, of: Mapping[str, Any]) -> None:
    """Write a checkpoint: weights, optimizer and progress in one file, so that a kill leaves the last one whole."""
    import torch
    from peft import get_peft_model_state_dict

    state = {
        **asdict(done),
        "of": dict(of),
        "adapter": get_peft_model_state_dict(model),
        "optimizer": optimizer.state_dict(),
    }
    torch.save(state, folder / "state.partial")
    (folder / "state.partial").replace(folder / _STATE)


def _write_adapter(folder: Path, model: Any, done: _Progress, recipe: Recipe) -> None:
    model.save_pretrained(str(folder))
    card = {"base": BASE_NAME, "recipe": asdict(recipe), "done": asdict(done)}
    (folder / "training.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _begin_with(start: Path, model: Any) -> None:
    import torch
    from peft import set_peft_model_state_dict

    tensors = {name: torch.from_numpy(values) for name, values in from_gguf(start).items()}
    try:
        set_peft_model_state_dict(model, tensors)
    except RuntimeError as error:
        raise TrainError(f"{start} does not fit the recipe: its rank or its layers are others.") from error


def _resume(state: Mapping[str, Any] | None, model: Any, optimizer: Any) -> _Progress:
    from peft import set_peft_model_state_dict

    if state is None:
        return _Progress()
    set_peft_model_state_dict(model, state["adapter"])
    optimizer.load_state_dict(state["optimizer"])
    return _Progress(state["step"], state["seconds"], state["losses"])
