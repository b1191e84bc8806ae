"""`wood bench`."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.console import emit, errors, fail, out, progress, run

app = typer.Typer(help="How fast the parts are.", invoke_without_command=True)

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
_Council = Annotated[str, typer.Option(help="A council's name, or the path of a TOML file.")]
_Folder = Annotated[
    Path | None,
    typer.Option("--in", help="An existing folder on the disk to measure; that for temporary files if not given."),
]

COUNCIL: Final = "cpu-vllm"


@app.callback()
def bench(context: typer.Context, as_json: _Json = False) -> None:
    """Measure the engine, the store and, where one answers, a council: all of them unless one is named."""
    if context.invoked_subcommand is None:
        everything(COUNCIL, None, as_json)


@app.command("all")
def everything(council: _Council = COUNCIL, folder: _Folder = None, as_json: _Json = False) -> None:
    """Measure the engine, the store, the council if it answers, and the peers if `wood bench peers` installed them."""
    from benchmarks.peers import run as peers_part

    _check_folder(folder)
    report = {"engine": run(_engine(500)), "store": run(_store(folder))}
    try:
        report["council"] = run(_answering(council))
    except _problems() as problem:
        errors.print(f"The council is left out: {problem}", highlight=False, markup=False)
    if peers_part.installed(peers_part.home()):
        report |= run(_peers(peers_part.home(), peers_part.ROUNDS, peers_part.REPEATS, peers_part.PYTHON))
    else:
        errors.print("The peers are left out: wood bench peers installs them.", highlight=False)
    _show(report, as_json)


@app.command("engine")
def engine(
    turns: Annotated[
        int, typer.Option(min=1, max=10_000, help="Turns of the wood that is played over and over.")
    ] = 500,
    as_json: _Json = False,
) -> None:
    """Play full turns without a store, whose minds answer at once, on one core."""
    _show({"engine": run(_engine(turns))}, as_json)


@app.command("store")
def store(
    folder: _Folder = None,
    woods: Annotated[int, typer.Option(min=1, max=5_000, help="How many woods there are.")] = 64,
    turns: Annotated[int, typer.Option(min=1, max=1_000, help="Turns of each wood.")] = 20,
    actions: Annotated[int, typer.Option(min=1, max=10_000, help="Actions of each client.")] = 50,
    address: Annotated[str | None, typer.Option("--at", help="An empty database on PostgreSQL to measure.")] = None,
    as_json: _Json = False,
) -> None:
    """Run turns and actions of many woods through the Keeper onto a file, with many clients at once."""
    from engine.store import StoreError

    _check_folder(folder)
    try:
        figures = run(_store(folder, woods=woods, turns=turns, actions=actions, address=address))
    except StoreError as error:
        fail(str(error))
    _show({"store": figures}, as_json)


@app.command("clock")
def clock(
    woods: Annotated[int, typer.Option(min=1, max=50_000, help="Woods due in the same second.")] = 5_000,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Turns of each wood, a minute apart.")] = 2,
    folder: _Folder = None,
    as_json: _Json = False,
) -> None:
    """Let the bot's clock move thousands of woods that are due together, and see how late the latest turn is."""
    from benchmarks.clock import ClockError

    _check_folder(folder)
    try:
        figures = run(_clock(woods, rounds, folder))
    except ClockError as error:
        fail(str(error))
    _show({"clock": figures}, as_json)


@app.command("peers")
def peers(
    rounds: Annotated[int, typer.Option(min=1, max=1_000, help="Turns of each run.")] = 40,
    repeats: Annotated[int, typer.Option(min=1, max=20, help="Runs of each system, round about.")] = 3,
    python: Annotated[str, typer.Option(help="The Python of the peers' environments: a version, or a path.")] = "3.12",
    venvs: Annotated[
        Path | None, typer.Option(help="The folder of their environments; one in the user's cache if not given.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Let mesa-llm and Concordia do the Wood's work with an instant mind, in environments of their own (0.6 GB)."""
    from benchmarks.peers import run as part

    try:
        report = run(_peers(venvs or part.home(), rounds, repeats, python))
    except part.PeersError as error:
        fail(str(error))
    _show(report, as_json)


@app.command("council")
def council(
    council: _Council = COUNCIL,
    turns: Annotated[int, typer.Option(min=1, max=100, help="Turns asked about in each way.")] = 4,
    as_json: _Json = False,
) -> None:
    """Ask a council all at once and one after another, and see what its servers' prefix caches spare."""
    try:
        result = run(_asked(council, turns))
    except _problems() as problem:
        fail(str(problem))
    _show({"council": result}, as_json)


async def _engine(turns: int) -> dict[str, Any]:
    from benchmarks import engine as part

    with progress("rounds", 2 * part.ROUNDS) as step:
        return await part.run(turns, step)


async def _clock(woods: int, rounds: int, folder: Path | None) -> dict[str, Any]:
    from benchmarks import clock as part

    with progress("turns", woods * rounds) as step:
        return await part.run(woods, rounds, folder, step)


async def _peers(folder: Path, rounds: int, repeats: int, python: str) -> dict[str, Any]:
    from benchmarks.peers import run as part

    if not part.installed(folder):
        errors.print(f"The peers are installed into {folder}, once.", highlight=False, markup=False)
        await part.install(folder, python)
    with progress("runs of everybody", repeats) as step:
        return await part.run(folder, rounds, repeats, step)


def _store(folder: Path | None, **size: Any) -> Coroutine[Any, Any, dict[str, Any]]:
    from benchmarks import store as part

    return part.run(folder, **size)


async def _asked(council: str, turns: int, *, first: Callable[..., Any] | None = None) -> dict[str, Any]:
    from benchmarks import council as part
    from inference.council import load_council

    minds = load_council(council)
    try:
        await minds.warm()
        if first is not None:
            await first(minds)
        with progress("asks", 2 * turns + 1) as step:
            return await part.run(minds, turns, step)
    finally:
        await minds.aclose()


async def _answering(council: str) -> dict[str, Any]:
    """Measure a council all of whose minds answer.

    Raises:
        MindError: If one of them does not.
    """
    from inference.mind import MindError

    async def check(minds: Any) -> None:
        for mind in await minds.check():
            if mind.problem:
                raise MindError(f"{mind.mind}: {mind.problem}")

    return await _asked(council, 4, first=check)


def _problems() -> tuple[type[Exception], ...]:
    """Return the errors whose sentence says what is wrong with a council."""
    from inference.config import CouncilConfigError
    from inference.mind import MindError

    return CouncilConfigError, MindError


def _check_folder(folder: Path | None) -> None:
    if folder is not None and not folder.is_dir():
        fail(f"{folder} is no folder. Name one on the disk that shall be measured.")


def _show(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        emit(report)
        return
    for part, figures in report.items():
        out.print(_IN_WORDS[part](figures), highlight=False)


def _engine_in_words(figures: dict[str, Any]) -> str:
    crowded = figures["with_patrons"]
    return (
        f"engine: {figures['turns_per_s']} full turns a second of one core "
        f"({figures['slowest']} to {figures['fastest']} in {figures['rounds']} rounds of {figures['turns']}), "
        f"with {crowded['patrons']} Patrons {crowded['turns_per_s']}"
    )


def _store_in_words(figures: dict[str, Any]) -> str:
    turns, actions = figures["turns"], figures["actions"]
    return (
        f"store: {figures['turns_per_s']} durable turns a second, {figures['actions_per_s']} durable actions a second, "
        f"{figures['woods']} woods, {figures['clients']} clients, synchronous={figures['synchronous']}; "
        f"99 of 100 actions acknowledged within {actions['wait_ms_p99']} ms and turns within {turns['wait_ms_p99']}; "
        f"all {'' if figures['all_durable'] else 'NOT '}durable, "
        f"replay {'identical' if figures['identical'] else 'DIFFERS'}"
    )


def _council_in_words(figures: dict[str, Any]) -> str:
    return (
        f"five creatures: {figures['batch_s']} s together, {figures['sequential_s']} s one after another, "
        f"{figures['speedup']} times; {figures['worlds']} worlds at once: {figures['per_turn_speedup']} times a turn "
        f"of creatures one after another, {figures['worlds_speedup']} times world after world; "
        f"{figures['cached_prompt_share']:.0%} of prompt tokens cached; "
        f"{figures['failed']} of {figures['asks']} asks failed"
    )


def _peers_in_words(figures: dict[str, Any]) -> str:
    return "\n".join(
        f"{name} {peer['version']}: {peer['decisions_per_s']} decisions a second, ours {peer['ours']}, {peer['ratio']} "
        f"times, {peer['ratio_unwritten']} times with nothing written down; {_memory_in_words(peer)}; "
        f"{peer['calls_per_decision']} calls and "
        f"{peer['prompt_chars_per_decision']} characters of prompt a decision"
        for name, peer in figures.items()
    )


def _memory_in_words(peer: dict[str, Any]) -> str:
    if peer["memory_mib"] is None:
        return "memory is not told on this system"
    return f"{peer['memory_mib']} MiB, ours {peer['ours_memory_mib']}"


def _wood_in_words(figures: dict[str, Any]) -> str:
    return (
        f"the Wood at the same work: {figures['decisions_per_s']} decisions a second ({figures['slowest']} to "
        f"{figures['fastest']}), {figures['kept_decisions_per_s']} with every turn committed to a file, "
        f"{figures['unwritten_decisions_per_s']} with nothing written down; "
        f"{figures['prompt_chars_per_decision']} characters of prompt a decision"
    )


def _clock_in_words(figures: dict[str, Any]) -> str:
    return (
        f"clock: {figures['woods']} woods due together, {figures['rounds']} times a minute apart: "
        f"the latest turn {figures['latest_s']} s late, half of them {figures['late_s_median']} s or less"
    )


_IN_WORDS: Final = {
    "engine": _engine_in_words,
    "store": _store_in_words,
    "clock": _clock_in_words,
    "peers": _peers_in_words,
    "wood": _wood_in_words,
    "council": _council_in_words,
}
