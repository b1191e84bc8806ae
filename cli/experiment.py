"""`wood experiment` and `wood firewall`."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli import experiment_order
from cli.console import emit, errors, fail, out, progress
from cli.experiment_order import Body, CouncilOption, Order, ReplayOption, SeedsOption, TurnsOption

app = typer.Typer(help="Re-run the game's claims on real minds.", no_args_is_help=True)

CASTS: Final = ("embedded", "one-mind", "own-mind", "standin")
"""The councils of the field report; the last is a machine and shown apart."""

_BY_CAST: Final = ("sandbox", "reliability", "gambit", "edge", "heat", "ruin", "firewall", "tournament")
_TOURNAMENT_SEEDS: Final = "1-2"
_TURNS: Final = 15
_BODIES: Final[dict[str, Body]] = {}

_experiment = partial(experiment_order.command, app, bodies=_BODIES)


@_experiment("sandbox")
def sandbox(order: Order, turns: TurnsOption = _TURNS) -> None:
    """Play the wood of the first field note: a drought, a rumour of winter, and nobody but the creatures."""
    from experiments.sandbox import run as experiment

    for row in order.also(turns=turns).run(partial(experiment, turns=turns), turns):
        out.print(
            f"{row['council']:>12}: valid JSON {_share(row['valid_json'])}, {_mean(row['trades_per_turn'])} trades a "
            f"turn, honey {_mean(row['honey']['first'])} to {_mean(row['honey']['last'])}, firewood at most "
            f"{_mean(row['firewood']['highest_after_rumour'])} after the rumour, Gini {_mean(row['gini']['first'])} to "
            f"{_mean(row['gini']['last'])}; richest {_counts(row['richest'])}; broke {_counts(row['broke'])}"
        )


@_experiment("council")
def council_(order: Order, turns: TurnsOption = _TURNS) -> None:
    """Ask and play several councils alike: do different minds make a different market?"""
    from experiments.council import run as experiment

    for row in order.also(turns=turns).run(partial(experiment, turns=turns), turns):
        if "claim" in row:
            out.print(
                f"{row['council']}: {row['claim']}: held on {row['held']} of {row['of']} seeds "
                f"({_mean(row['alike_with_each_other'])} against {_mean(row['alike_with_itself'])}); "
                f"prices lie {_mean(row['price_distance_on_one_seed'])} apart"
            )
        else:
            out.print(
                f"{row['council']:>12}: {_mean(row['trades_per_turn'])} trades a turn, alike with itself "
                f"{_mean(row['alike_with_itself'])}, prices {_mean(row['price_distance_between_seeds'])} apart by seed"
            )


@_experiment("reliability")
def reliability(order: Order, turns: TurnsOption = _TURNS) -> None:
    """Count over played woods how often each mind answers as asked, and offers what it can keep."""
    from experiments.reliability import run as experiment

    for row in order.also(turns=turns).run(partial(experiment, turns=turns), turns):
        out.print(
            f"{row['council']:>12} {row['mind']:>8}: valid JSON {_share(row['valid_json'])}, valid offers "
            f"{_share(row['valid_offers'])}, self-buys {_share(row['self_buys'])}, acting {_share(row['acting'])}"
        )


@_experiment("gambit")
def gambit(order: Order) -> None:
    """Play the gambit under settlement, rumour and glut; only under the first does it not wait for the creatures."""
    from engine.vocabulary import LegendMode
    from experiments.gambit import run as experiment

    for row in order.run(experiment, len(LegendMode)):
        out.print(
            f"{row['council']:>12} {row['mechanism']:>10}: honey {row['honey_before']} to {row['honey_after']}, "
            f"won {_mean(row['pnl'])}, at least {row['pnl']['min']} and at most {row['pnl']['max']}, "
            f"{row['wins']} of {len(row['seeds'])} in profit"
        )


@_experiment("edge")
def edge(order: Order) -> None:
    """Settle a true and a planted tip: only the true one may pay."""
    from experiments.edge import run as experiment

    _show_claims(order.run(experiment))


@_experiment("heat")
def heat(order: Order) -> None:
    """Win twice on a forecast: the magistrate must open an inquiry, and before that none."""
    from experiments.heat import run as experiment

    _show_claims(order.run(experiment))


@_experiment("ruin")
def ruin(
    order: Order,
    borrower: Annotated[list[str] | None, typer.Option(help="Oona or Bracken; both if left out.")] = None,
) -> None:
    """Lend, spring the legend that halves the pledge, and see the borrower banished until the next chapter."""
    from experiments.ruin import BORROWERS
    from experiments.ruin import run as experiment

    chosen = borrower or list(BORROWERS)
    if not set(chosen) <= set(BORROWERS):
        fail(f"The borrowers are {' and '.join(BORROWERS)}. Name one of them, or leave it out.")
    for each in borrower or ():
        order = order.also(borrower=each)
    _show_claims(order.run(partial(experiment, borrowers=chosen), len(chosen)))


@_experiment("tournament", seeds=_TOURNAMENT_SEEDS)
def tournament(
    order: Order,
    players: Annotated[int, typer.Option(help="Players who enter.")] = 8,
    table: Annotated[int, typer.Option(help="Seats of a table.")] = 4,
    rounds: Annotated[int, typer.Option(help="Rounds, the final among them.")] = 2,
    turns: Annotated[int, typer.Option(help="Turns of a round.")] = 4,
) -> None:
    """Play a tournament whose process is killed on the way, and compare what its tables were dealt."""
    from engine.actions import Refusal
    from engine.contests.plan import check_field, check_terms
    from experiments.contest import CADENCE
    from experiments.tournament import ContestError
    from experiments.tournament import run as experiment

    terms = {"players": players, "table": table, "rounds": rounds, "turns": turns}
    try:
        check_field(players)
        check_terms(table, rounds, turns, CADENCE)
        _show_claims(order.also(**terms).run(partial(experiment, **terms, recording=order.recording_or_fail())))
    except (Refusal, ContestError) as error:
        fail(str(error))


@_experiment("firewall")
def firewall_claims(
    order: Order,
    worlds: Annotated[int, typer.Option(min=1, help="Pairs of woods to compare.")] = 100,
) -> None:
    """Scan what a council is sent while a Patron plays on secrets, and run the firewall's proof beside it."""
    from experiments.firewall.claims import run as experiment

    _show_claims(order.also(worlds=worlds).run(partial(experiment, pairs=worlds), more_steps=worlds))


@app.command("all")
def everything(
    to: Annotated[Path, typer.Option("--out", help="A folder for the results and the recorded answers.")],
    council: CouncilOption = None,
    seeds: SeedsOption = "1-8",
    replay: ReplayOption = None,
) -> None:
    """Run every experiment on several casts, for the field report; one that was stopped goes on where it was.

    A result that is there already, of the same command, minds and versions, is left as it is: after a change of the
    code, take an empty folder, and the old answers.jsonl if what is asked is the same. The casts, if none are named,
    are three of real minds and the stand-in; a tournament is played on two seeds. Answers are kept beside the
    results, or all taken from a file that such a run has kept: then the results are the same to the byte.
    """
    casts = council or list(CASTS)

    def order(name: str, councils: list[str], folder: Path) -> Order:
        own = _TOURNAMENT_SEEDS if name == "tournament" else seeds
        answers = to / "answers.jsonl" if replay is None else None
        return Order(name, councils, own, answers, replay, folder, as_json=False, keeps=True)

    folders = {cast: to / Path(cast).stem for cast in casts}  # a cast may be the path of a TOML file
    if len(set(folders.values())) < len(folders):
        fail("Two of the councils have one name, and their results would lie in one folder. Rename one of the files.")
    orders = [order(name, [cast], folders[cast]) for cast in folders for name in _BY_CAST]
    orders.append(order("council", casts, to))
    for place, each in enumerate(orders, 1):
        errors.print(f"{place} of {len(orders)}: {each.name} on {', '.join(each.names)}", highlight=False)
        _BODIES[each.name](each)


@app.command("report")
def report(
    results: Annotated[Path, typer.Option("--from", help="A folder of results, as --out writes them.")],
    to: Annotated[Path, typer.Option(help="The document to write; its plots go into images/ beside it.")],
) -> None:
    """Make the field report's tables and plots out of results."""
    from experiments.report.results import ReportError, read
    from experiments.report.write import TEMPLATE, write

    try:
        written = write(read(results), to, TEMPLATE.read_text(encoding="utf-8"))
    except ReportError as error:
        fail(str(error))
    out.print(f"{len(written) - 1} plots and {to} are written", highlight=False, soft_wrap=True)


@app.command("compare")
def compare(
    first: Annotated[Path, typer.Argument(help="A folder of results, as --out writes them.")],
    again: Annotated[Path, typer.Argument(help="The folder of a second run of some of them.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Say whether the figures of a second run lie within the intervals of the first."""
    from experiments.report.compare import compare as run_comparison
    from experiments.report.results import ReportError, read

    try:
        figures = run_comparison(read(first), read(again))
    except ReportError as error:
        fail(str(error))
    within, apart = sum(each.within for each in figures), sum(each.apart for each in figures)
    if as_json:
        listed = [each.plain() for each in figures]
        emit({"figures": len(figures), "within": within, "apart": apart, "listed": listed})
        return
    for each in figures:
        if not each.within:
            values = f"{_between(*each.first)} and {_between(*each.again)}"
            told = f"{each.experiment}, {', '.join(each.row)}, {' '.join(each.path)}: {values}"
            out.print(told, highlight=False, soft_wrap=True)
    out_of = f"{within} of {len(figures)} figures lie within the first run's intervals"
    out.print(f"{out_of}; {apart} have intervals that do not meet", highlight=False, soft_wrap=True)


def _show_claims(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        out.print(f"{row['council']:>12}: {row['claim']}: held in {row['held']} of {row['of']}")


def _mean(figure: dict[str, Any]) -> str:
    """Return a mean with its interval, as a person reads it."""
    if figure["low"] is None:
        return "nothing" if figure["mean"] is None else f"{figure['mean']:.4g}"
    return _between(figure["mean"], figure["low"], figure["high"])


def _between(value: float, low: float, high: float) -> str:
    return f"{value:.4g} ({low:.4g} to {high:.4g})"


def _share(figure: dict[str, Any]) -> str:
    """Return a share with its interval, as a person reads it."""
    if figure["share"] is None:
        return "none asked"
    return f"{figure['share']:.1%} of {figure['of']} ({figure['low']:.1%} to {figure['high']:.1%})"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nobody"


def firewall(
    worlds: Annotated[int, typer.Option(min=1, help="Pairs of woods to compare.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Prove the firewall: scans, noninterference pairs and planted leaks."""
    from experiments.firewall.report import run as run_firewall

    with progress("pairs and planted leaks", worlds) as step:
        report = run_firewall(worlds, step)
    result = report.as_json()
    if as_json:
        emit(result)
    else:
        out.print(
            f"{result['prompts']} prompts, {result['leaks']} leaks; {result['pairs']} pairs, "
            f"{result['divergent']} divergent; {result['caught']} of {result['mutants']} planted leaks caught"
        )
    for fault in report.faults:
        errors.print(fault, style="bold red", highlight=False, markup=False, soft_wrap=True)
    if report.faults:
        raise typer.Exit(1)
    if not report.telling:
        fail("No pair could have told a secret, so nothing is proved. Compare more with --worlds.")
