"""`wood finetune`: our own small mind (data and evaluation need nothing more; training needs the group `training`)."""

from pathlib import Path
from typing import Annotated

import typer

from cli.console import emit, errors, fail, out, run

app = typer.Typer(help="Make our own small mind, and compare it with the others.", no_args_is_help=True)


@app.command("data")
def data(
    to: Annotated[Path, typer.Option(help="The JSONL file to write.")] = Path("runs/finetune/lessons.jsonl"),
    examples: Annotated[int, typer.Option(min=50, help="How many asks with their targets.")] = 4_500,
) -> None:
    """Play seasons and write their asks, each with the answer to learn."""
    from training.data import DataError, generate

    try:
        card = generate(to, examples)
    except DataError as error:
        fail(str(error))
    out.print(f"{card.examples} examples of {card.seasons} seasons in {to}, SHA-256 {card.sha256}")


@app.command("train")
def train(
    lessons: Annotated[Path, typer.Option("--data", help="What `wood finetune data` wrote.")] = Path(
        "runs/finetune/lessons.jsonl"
    ),
    folder: Annotated[Path, typer.Option(help="Where checkpoints and the adapter go.")] = Path("runs/finetune/adapter"),
    to: Annotated[Path, typer.Option(help="The GGUF adapter to write.")] = Path("runs/finetune/wood-smollm2-135m.gguf"),
    steps: Annotated[int, typer.Option(min=1, help="Steps of training.")] = 374,
    minutes: Annotated[float, typer.Option(min=1, help="The longest training may take.")] = 110.0,
) -> None:
    """Train a LoRA adapter for SmolLM2-135M and export it for the embedded council; an interrupted one goes on."""
    from training.export import ExportError, to_gguf
    from training.train import Recipe, TrainError
    from training.train import train as run_training

    if not lessons.is_file():
        fail(f"{lessons} holds no lessons. Run wood finetune data first.")
    try:
        trained = run_training(lessons, folder, Recipe(steps=steps, max_minutes=minutes), report=errors.print)
        digest = to_gguf(folder, to)
    except ModuleNotFoundError as error:
        fail(f"Training needs {error.name}. Run uv sync --group training.")
    except (ExportError, TrainError) as error:
        fail(str(error))
    out.print(f"{trained.steps} steps in {trained.minutes:.0f} minutes; {to}, SHA-256 {digest}")


@app.command("evaluate")
def evaluate(
    asks: Annotated[int, typer.Option(min=1, help="Unseen asks for every mind, constrained and free.")] = 200,
    mind: Annotated[list[str] | None, typer.Option(help="A mind of the embedded council; left out, all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Put the same unseen asks to every embedded mind and judge the answers in the engine."""
    from inference.config import CouncilConfigError
    from inference.mind import MindError
    from training.evaluate import evaluate as run_evaluation
    from training.evaluate import minds_to_evaluate

    seated = minds_to_evaluate()
    unknown = [name for name in mind or () if name not in seated]
    if unknown:
        fail(f"No mind {unknown[0]!r} sits in the embedded council. Name one of {', '.join(seated)}.")
    chosen = {name: config for name, config in seated.items() if not mind or name in mind}
    try:
        result = run(run_evaluation(asks, chosen, report=errors.print))
    except (CouncilConfigError, MindError) as error:
        fail(str(error))
    if as_json:
        emit(result)
        return
    for name, modes in result["minds"].items():
        for mode, score in modes.items():
            out.print(
                f"{name:>8} {mode:>11}: valid JSON {score['valid_json']:.1%}, valid offers {score['valid_offers']:.1%} "
                f"of {score['offers']}, self-buys {score['self_buys']}, acting {score['acting']:.1%}, "
                f"{score['seconds_per_ask']:.2f} s an ask"
            )
