"""What every `wood experiment` shares: the options that are typed, the run, and the result that is kept."""

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, Final, Self

import typer

from cli.console import emit, errors, fail, parse_seeds, progress, run

Experiment = Callable[..., Coroutine[Any, Any, dict[str, Any]]]
"""What runs on councils, seeds and a function that is called after every step, and returns its rows."""

CouncilOption = Annotated[list[str] | None, typer.Option("--council", help="A council; give it again for more.")]
SeedsOption = Annotated[str, typer.Option(help="Seeds, like 1-8.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="A folder for the result.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
RecordOption = Annotated[
    Path | None,
    typer.Option(help="Keep every answer in this file; a run that was stopped goes on from it, another adds to it."),
]
ReplayOption = Annotated[Path | None, typer.Option(help="Take every answer from a file that --record wrote.")]
TurnsOption = Annotated[int, typer.Option(min=1, max=200, help="Turns of each wood.")]


@dataclass(frozen=True)
class Order:
    """What was typed: which experiment is run, on whom, where answers come from and the result goes to.

    One that `keeps` runs nothing if its result is there already, made of the same minds by the same versions.
    """

    name: str
    council: list[str] | None
    seeds: str
    record: Path | None
    replay: Path | None
    out_dir: Path | None
    as_json: bool
    more: tuple[str, ...] = ()
    keeps: bool = False

    def also(self, **options: object) -> Self:
        """Return the order with more options of its experiment, which stand in its command."""
        return replace(self, more=(*self.more, *(f"--{name} {value}" for name, value in options.items())))

    @property
    def names(self) -> list[str]:
        """The councils, each once."""
        return list(dict.fromkeys(self.council or ["embedded"]))

    @property
    def command(self) -> str:
        """The command of which the result is made, without where answers were kept and the result went."""
        councils = (f"--council {name}" for name in self.names)
        return " ".join(("wood experiment", self.name, *councils, "--seeds", self.seeds, *self.more))

    def recording_or_fail(self) -> tuple[str, ...]:
        """Return where answers are kept or come from, as `experiments.source` takes it.

        It ends the process with a sentence if both were typed, or the file to take them from is not there.
        """
        if self.record and self.replay:
            fail("Answers are either kept with --record or taken with --replay. Leave one of them out.")
        if self.replay and not self.replay.is_file():
            fail(f"{self.replay} is not there. Name a file that --record wrote.")
        told = ("record", self.record) if self.record else ("replay", self.replay)
        return tuple(map(str, told)) if told[1] else ()

    @property
    def file(self) -> Path | None:
        """Where the result is kept."""
        return None if self.out_dir is None else self.out_dir / f"{self.name}.json"

    def run(self, experiment: Experiment, steps_a_seed: int = 1, more_steps: int = 0) -> list[dict[str, Any]]:
        """Run an experiment on every council and seed, keep and emit its JSON, and return the rows still to be shown.

        Args:
            experiment: What is run.
            steps_a_seed: How often it calls back for each council and seed.
            more_steps: How often it does beside that.
        """
        from experiments.source import Source
        from inference.config import CouncilConfigError
        from inference.mind import MindError
        from inference.recording import RecordingError

        numbers = parse_seeds(self.seeds)
        steps = len(self.names) * len(numbers) * steps_a_seed + more_steps
        try:
            kept = self._kept() if self.keeps else None
            if kept is not None:
                return kept["rows"]
            with Source.of(self.recording_or_fail()) as source:
                result = run(self._result(source, experiment, numbers, steps))
        except (CouncilConfigError, MindError, RecordingError) as error:
            fail(str(error))
        if self.file is not None:
            _write(self.file, json.dumps(result, indent=1) + "\n")
        if self.as_json:
            emit(result)
            return []
        if not all(row["evidence"] for row in result["rows"]):
            errors.print("A stand-in has seats in some of these: what they show is no evidence about minds.")
        return result["rows"]

    def _kept(self) -> dict[str, Any] | None:
        """Return the result of this order that is there already, or None."""
        from experiments.provenance import made_of, versions
        from inference.config import read_council

        if self.file is None or not self.file.is_file():
            return None
        try:
            result = json.loads(self.file.read_text(encoding="utf-8"))
        except ValueError:
            return None  # it is made anew, and written over
        made = {name: made_of(read_council(name)) for name in self.names}
        wanted = {"command": self.command, "versions": versions(), "councils": made}
        return result if wanted.items() <= result.items() else None

    async def _result(self, source: Any, experiment: Experiment, seeds: list[int], steps: int) -> dict[str, Any]:
        from experiments.provenance import versions

        seated = [(name, source.council(name)) for name in self.names]
        try:
            for _, minds in seated:
                await minds.warm()
            with progress(self.name, steps) as step:
                rows = (await experiment(seated, seeds, step))["rows"]
        finally:
            for _, minds in seated:
                await minds.aclose()
        source.check()
        return {
            "experiment": self.name,
            "command": self.command,
            "versions": versions(),
            "councils": source.made(),
            "rows": [{**row, "evidence": source.is_evidence(row["council"])} for row in rows],
        }


Body = Callable[..., None]
"""A command's own part: it takes an order and the options that are its own."""

_BEFORE: Final = (("council", CouncilOption, None), ("seeds", SeedsOption, "1-8"))
_AFTER: Final = (
    ("record", RecordOption, None),
    ("replay", ReplayOption, None),
    ("out_dir", OutOption, None),
    ("as_json", JsonOption, False),
)


def command(app: typer.Typer, name: str, bodies: dict[str, Body], seeds: str = "1-8") -> Callable[[Body], Body]:
    """Make a function that takes an `Order` the command `name` of `app`, with the options of all beside its own.

    Args:
        app: The application.
        name: The command.
        bodies: Where the function is noted under that name.
        seeds: The seeds if none are typed.
    """

    def register(body: Body) -> Body:
        own = list(signature(body).parameters.values())[1:]

        def typed(**given: Any) -> None:
            mine = {option.name: given.pop(option.name) for option in own}
            body(Order(name, **given), **mine)

        common = [[_option(*each) for each in options] for options in (_BEFORE, _AFTER)]
        common[0][1] = common[0][1].replace(default=seeds)
        options = [*common[0], *own, *common[1]]
        typed.__name__, typed.__doc__ = body.__name__, body.__doc__
        typed.__annotations__ = {option.name: option.annotation for option in options}
        vars(typed)["__signature__"] = Signature([o.replace(kind=Parameter.KEYWORD_ONLY) for o in options])
        app.command(name)(typed)
        bodies[name] = body
        return body

    return register


def _write(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(".half")
    half.write_text(text, encoding="utf-8")
    half.replace(file)


def _option(name: str, annotation: Any, default: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
