"""From a trained adapter in PEFT's format to the GGUF file that llama.cpp and xllamacpp load, and back."""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.base import BASE_NAME, base_shape

ADAPTER_NAME: Final = "wood-smollm2-135m"

_GGUF_NAMES: Final = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


class ExportError(Exception):
    """The folder holds no adapter that can be exported; the message says what is wrong."""


def to_gguf(folder: Path, file: Path) -> str:
    """Write the adapter in `folder` as the GGUF file `file`, in 16-bit floats, and return its SHA-256.

    Raises:
        ExportError: If `folder` holds no trained adapter, or one with other layers than a Llama block's.
    """
    if not (folder / "adapter_model.safetensors").exists():
        raise ExportError(f"{folder} holds no trained adapter. Run `wood finetune train` first.")
    import gguf
    from safetensors.numpy import load_file

    alpha = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))["lora_alpha"]
    heads, key_heads = base_shape()
    tensors = gguf_tensors(load_file(folder / "adapter_model.safetensors"), heads, key_heads)
    file.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(str(file), "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("general.name", ADAPTER_NAME)
    writer.add_string("general.license", "apache-2.0")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(alpha))
    for name, values in tensors.items():
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return hashlib.sha256(file.read_bytes()).hexdigest()


def to_peft(file: Path, folder: Path, base: Path | None = None) -> None:
    """Write a GGUF adapter as the folder in PEFT's format that vLLM's `--lora-modules` loads.

    Args:
        file: The adapter.
        folder: Where it goes.
        base: The folder of the base model's GGUF file; the installed wheel's if left out.

    Raises:
        ExportError: If the file is no adapter of a Llama model.
    """
    import gguf
    from safetensors.numpy import save_file

    tensors = from_gguf(file, base)
    [alpha] = gguf.GGUFReader(str(file)).fields["adapter.lora.alpha"].parts[-1].tolist()
    rank = next(values.shape[0] for name, values in tensors.items() if ".lora_A." in name)
    modules = sorted({name.rpartition(".lora_")[0].rpartition(".")[2] for name in tensors})
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": BASE_NAME,
        "r": rank,
        "lora_alpha": int(alpha),
        "target_modules": modules,
        "bias": "none",
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def from_gguf(file: Path, base: Path | None = None) -> dict[str, NDArray[np.float32]]:
    """Return the tensors of an adapter that `to_gguf` wrote, under PEFT's names and in its order of rows.

    Raises:
        ExportError: If the file is no adapter of a Llama model.
    """
    import gguf

    heads, key_heads = base_shape(base)
    modules = {name: module for module, name in _GGUF_NAMES.items()}
    tensors: dict[str, NDArray[np.float32]] = {}
    try:
        stored = gguf.GGUFReader(str(file)).tensors
    except ValueError as error:
        raise ExportError(f"{file} cannot be read as GGUF: {error}.") from error
    for tensor in stored:
        block, _, rest = tensor.name.removeprefix("blk.").partition(".")
        layer, _, which = rest.partition(".weight.lora_")
        if layer not in modules:
            raise ExportError(f"{file} holds {tensor.name}, which is no adapter of a Llama block.")
        rows = tensor.data.astype(np.float32)
        if which == "b" and layer in ("attn_q", "attn_k"):
            rows = separate(rows, heads if layer == "attn_q" else key_heads)
        tensors[f"base_model.model.model.layers.{block}.{modules[layer]}.lora_{which.upper()}.weight"] = rows
    return tensors


def gguf_tensors(tensors: dict[str, NDArray[Any]], heads: int, key_heads: int) -> dict[str, NDArray[np.float16]]:
    """Return PEFT's tensors under llama.cpp's names, query and key rows in llama.cpp's order.

    Args:
        tensors: PEFT's names and values.
        heads: Attention heads of the base model.
        key_heads: Its key and value heads.

    Raises:
        ExportError: If a tensor is not of a linear layer of a Llama block.
    """
    named: dict[str, NDArray[np.float16]] = {}
    for name, values in tensors.items():
        head, _, which = name.removesuffix(".weight").rpartition(".lora_")
        layer, _, module = head.removeprefix("base_model.model.model.layers.").partition(".")
        if module not in _GGUF_NAMES or which not in ("A", "B") or not layer.isdecimal():
            raise ExportError(f"{name} is no adapter of a linear layer of a Llama block, so it cannot be exported.")
        rows = values
        if which == "B" and module == "self_attn.q_proj":
            rows = interleave(values, heads)
        elif which == "B" and module == "self_attn.k_proj":
            rows = interleave(values, key_heads)
        target = f"blk.{layer}.{_GGUF_NAMES[module]}.weight.lora_{which.lower()}"
        named[target] = np.ascontiguousarray(rows, dtype=np.float16)
    return named


def interleave(rows: NDArray[Any], heads: int) -> NDArray[Any]:
    """Return the output rows of a query or key layer as llama.cpp orders them.

    The transformers library keeps the two halves of each head's rotary pairs apart; llama.cpp's Llama
    has them next to each other.
    """
    half = rows.shape[0] // heads // 2
    return rows.reshape(heads, 2, half, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def separate(rows: NDArray[Any], heads: int) -> NDArray[Any]:
    """Return the output rows of a query or key layer as the transformers library orders them; undoes `interleave`."""
    half = rows.shape[0] // heads // 2
    return rows.reshape(heads, half, 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)
