"""`wood finetune`: our own small mind (training needs the group `training`, everything else nothing more)."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.console import emit, errors, fail, out, parse_seeds, progress, run

app = typer.Typer(help="Make our own small mind, and compare it with the others.", no_args_is_help=True)

RUNS: Final = Path("runs/finetune")

_Lessons = Annotated[Path, typer.Option("--data", help="What `wood finetune data` wrote.")]
_Council = Annotated[str, typer.Option(help="The council whose minds are asked: a name, or the path of a TOML file.")]
_Mind = Annotated[
    list[str] | None, typer.Option(help="A mind of the council; give it again for more, leave it out for all.")
]


@app.command("candidates")
def candidates(
    to: Annotated[Path, typer.Option(help="The JSONL file to write.")] = RUNS / "candidates.jsonl",
    asks: Annotated[int, typer.Option(min=1, help="Asks to every mind.")] = 200,
    council: _Council = "embedded",
    mind: _Mind = None,
    first_seed: Annotated[int, typer.Option(min=0, help="The first season, as of the lessons to be made.")] = 0,
) -> None:
    """Put asks of the lessons' seasons to real minds, whose orders then compete to be the answers to learn."""
    from inference.mind import MindError
    from training.candidates import gather

    minds = _minds(council, mind)
    try:
        with progress("answers", asks * len(minds)) as step:
            counts = run(gather(to, asks, minds, first_seed, on_answer=step))
    except MindError as error:
        fail(str(error))
    out.print(f"{', '.join(f'{count} of {name}' for name, count in counts.items())} written to {to}", highlight=False)


@app.command("rehearse")
def rehearse(
    seeds: Annotated[
        str, typer.Option(help="Seeds like 1-120: woods in which the teacher meets recorded answers.")
    ] = "1-120",
    every_seat: Annotated[
        bool, typer.Option("--seatings", help="Instead, count the trades in every way to seat three tuned minds.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Play the teacher against what untuned minds once answered: what its tempers earn, before a mind learns them."""
    from engine.cast import NAMES
    from inference.config import read_council
    from training.play import earnings, in_words
    from training.rehearse import TEACHER, recorded_answers, seatings, taught_seats
    from training.rehearse import rehearse as run_rehearsal

    answers, chosen = recorded_answers(), parse_seeds(seeds)
    if every_seat:
        found = [{"seats": each, **earnings(run_rehearsal(answers, chosen, seats=each))} for each in seatings(answers)]
        found.sort(key=lambda each: -each["trades_a_turn"]["mean"])
        if as_json:
            emit({"seatings": found})
            return
        for each in found:
            seats = ", ".join(f"{who} {mind}" for who, mind in each["seats"].items())
            out.print(f"{each['trades_a_turn']['mean']:.2f} trades a turn: {seats}", highlight=False, soft_wrap=True)
        return
    embedded = taught_seats(read_council("embedded").seats, answers)
    result = {
        "against": earnings(run_rehearsal(answers, chosen)),
        "embedded": earnings(run_rehearsal(answers, chosen, seats=embedded)),
        "alone": earnings(run_rehearsal(answers, chosen, seats=dict.fromkeys(NAMES, TEACHER))),
    }
    if as_json:
        emit(result)
        return
    for line in in_words(result["against"]):
        out.print(line, highlight=False)
    trades = {where: part["trades_a_turn"]["mean"] for where, part in result.items()}
    out.print(
        f"trades a turn: {trades['against']:.2f} among them, {trades['embedded']:.2f} in the seats of the embedded "
        f"council, {trades['alone']:.2f} among teachers alone",
        highlight=False,
    )


@app.command("data")
def data(
    to: Annotated[Path, typer.Option(help="The JSONL file to write.")] = RUNS / "lessons.jsonl",
    examples: Annotated[int, typer.Option(min=50, help="How many asks with their targets.")] = 3_600,
    answers: Annotated[
        Path | None, typer.Option(help="What `wood finetune candidates` wrote; orders of minds that may be targets.")
    ] = None,
    first_seed: Annotated[int, typer.Option(min=0, help="The first season; another one gives other lessons.")] = 0,
) -> None:
    """Play seasons and write their asks, each with the answer to learn: the best of many legal ones."""
    from training.candidates import read
    from training.data import DataError, generate

    if answers is not None and not answers.is_file():
        fail(f"{answers} holds no answers. Run wood finetune candidates first, or leave --answers out.")
    try:
        with progress("lessons", examples) as step:
            card = generate(to, examples, first_seed, answered=read(answers) if answers else None, on_lesson=step)
    except DataError as error:
        fail(str(error))
    out.print(f"{card.examples} examples of {card.seasons} seasons in {to}, SHA-256 {card.sha256}")
    if answers is not None:
        out.print(f"For {card.answered} of them the orders in {answers} competed.", highlight=False)


@app.command("train")
def train(
    lessons: _Lessons = RUNS / "lessons.jsonl",
    folder: Annotated[Path, typer.Option(help="Where checkpoints and the adapter go.")] = RUNS / "adapter",
    to: Annotated[Path, typer.Option(help="The GGUF adapter to write.")] = RUNS / "wood-smollm2-135m.gguf",
    steps: Annotated[int, typer.Option(min=1, help="Steps of training.")] = 374,
    minutes: Annotated[float, typer.Option(min=1, help="The longest training may take.")] = 110.0,
    rate: Annotated[float, typer.Option(min=1e-9, max=1e-2, help="The peak learning rate.")] = 8e-4,
    start: Annotated[
        Path | None, typer.Option("--from", help="A GGUF adapter to go on from, such as the one that is seated now.")
    ] = None,
) -> None:
    """Train a LoRA adapter for SmolLM2-135M and export it for the embedded council; an interrupted one goes on."""
    from training.export import ExportError, to_gguf
    from training.train import Recipe, TrainError
    from training.train import train as run_training

    if not lessons.is_file():
        fail(f"{lessons} holds no lessons. Run wood finetune data first.")
    if start is not None and not start.is_file():
        fail(f"{start} is no adapter. Name a GGUF file that wood finetune train wrote.")
    recipe = Recipe(steps=steps, max_minutes=minutes, learning_rate=rate)
    try:
        with progress("steps", steps) as step:
            trained = run_training(lessons, folder, recipe, report=errors.print, on_step=step, start=start)
        digest = to_gguf(folder, to)
    except ModuleNotFoundError as error:
        fail(f"Training needs {error.name}. Run uv sync --group training.")
    except (ExportError, FileNotFoundError, TrainError) as error:
        fail(str(error))
    out.print(
        f"{trained.steps} steps in {trained.minutes:.0f} minutes; {to}, SHA-256 {digest}; the loss by step is drawn in "
        f"{folder / 'loss.png'}"
    )


@app.command("evaluate")
def evaluate(
    asks: Annotated[int, typer.Option(min=0, help="Unseen asks for every mind in each mode.")] = 200,
    council: _Council = "embedded",
    mind: _Mind = None,
    mode: Annotated[list[str] | None, typer.Option(help="constrained or free; left out, both.")] = None,
    adapter: Annotated[
        Path | None, typer.Option(help="A GGUF adapter to try in the place of that of every adapted mind.")
    ] = None,
    listen: Annotated[
        int, typer.Option(min=0, help="Quiet asks of every creature to repeat with one piece of news each.")
    ] = 0,
    play: Annotated[str, typer.Option(help="Seeds like 1-21: woods in which the minds play against each other.")] = "",
    pace: Annotated[
        int, typer.Option(min=0, help="Asks by which to time every adapted mind beside its base without the adapter.")
    ] = 0,
    copies: Annotated[
        int | None, typer.Option(min=1, max=16, help="Copies of an embedded mind that answer side by side.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Put the same unseen asks to every mind, and judge its answers, how it listens and what it earns in the engine."""
    from inference.mind import MindError
    from training.asking import MODES

    modes = list(dict.fromkeys(mode or MODES))
    if not set(modes) <= set(MODES):
        fail(f"A mode is {' or '.join(MODES)}. Leave it out for both.")
    minds = _minds(council, mind)
    if adapter is not None:
        if not adapter.is_file():
            fail(f"{adapter} is no adapter. Name one that wood finetune train wrote.")
        place = str(adapter.resolve())
        minds = {
            name: each.model_copy(update={"adapter": place}) if each.adapter else each for name, each in minds.items()
        }
    if copies is not None:
        minds = {name: each.model_copy(update={"workers": copies}) for name, each in minds.items()}
    try:
        result = _evaluated(minds, modes, asks, listen, parse_seeds(play) if play else [], pace)
    except MindError as error:
        fail(str(error))
    if as_json:
        emit(result)


def _evaluated(
    minds: dict[str, Any], modes: list[str], asks: int, listen: int, seeds: list[int], timed: int
) -> dict[str, Any]:
    """Run the parts of the evaluation that were asked for, each told on stderr as it is done."""
    from training.evaluate import evaluate as run_evaluation
    from training.listening import in_words as heard_in_words
    from training.listening import listening, questions_of
    from training.pace import adapted, pace
    from training.pace import in_words as paced_in_words
    from training.play import TURNS, earnings, told_of
    from training.play import in_words as earned_in_words
    from training.play import play as run_play

    result: dict[str, Any] = {"minds": {}}
    if asks:
        with progress("answers", asks * len(minds) * len(modes)) as step:
            result |= run(run_evaluation(asks, minds, modes, report=errors.print, on_answer=step))
    if listen:
        with progress("news", questions_of(listen) * len(minds)) as step:
            result["listening"] = run(listening(minds, listen, on_answer=step))
        for line in heard_in_words(result["listening"]):
            errors.print(line, highlight=False)
    if seeds:
        with progress("turns", len(seeds) * TURNS) as step:
            games = run(run_play(minds, seeds, on_turn=step, on_game=lambda game: errors.print(told_of(game))))
        result["play"] = earnings(games)
        for line in earned_in_words(result["play"]):
            errors.print(line, highlight=False)
    if timed:
        with progress("timed answers", 2 * timed * len(adapted(minds))) as step:
            result["pace"] = run(pace(minds, timed, on_answer=step))
        for line in paced_in_words(result["pace"]):
            errors.print(line, highlight=False)
    return result


def _minds(council: str, names: list[str] | None) -> dict[str, Any]:
    """Return the chosen minds of a council, or fail with a sentence."""
    from inference.config import CouncilConfigError
    from training.asking import minds_of

    try:
        seated = minds_of(council)
    except CouncilConfigError as error:
        fail(str(error))
    unknown = [name for name in names or () if name not in seated]
    if unknown:
        fail(f"No mind {unknown[0]!r} sits in the council {council}. Name one of {', '.join(seated)}.")
    return {name: config for name, config in seated.items() if not names or name in names}
