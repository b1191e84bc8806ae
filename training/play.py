"""Minds played against each other in the engine: who ends rich, with the seats rotated.

In every wood the minds sit in turns around the cast, one place further with every seed, so that over as many seeds as
there are minds each of them sits once in every seat. What a seat is worth by itself (the woodcutter in winter, say) is
taken off: a creature's wealth counts against the mean of its seat over all seeds.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from statistics import fmean
from typing import Any, Final

from engine.asking import turn_request
from engine.cast import NAMES
from engine.ports import Decision
from engine.turn import close_turn, found, open_turn
from engine.world import Wood
from experiments.intervals import mean as mean_of
from experiments.intervals import share
from experiments.measures import purses, wealth, wealth_at_last_trade
from inference.config import CouncilConfig, MindConfig
from inference.council import MindCouncil, build_mind

TURNS: Final = 15
WOODS_AT_ONCE: Final = 3
"""Woods that are played side by side, so that a mind's slots are kept busy."""

_PATIENCE_SECONDS: Final = 900.0


class Mark(StrEnum):
    """What counts as a creature's wealth: its purse and store at reference prices or at those of the last trades, or
    its purse alone.
    """

    REFERENCE = "at_reference"
    LAST_TRADE = "at_last_trade"
    PURSE = "in_purse"


_MARKED: Final[Mapping[Mark, Callable[[Wood], dict[str, int]]]] = {
    Mark.REFERENCE: wealth,
    Mark.LAST_TRADE: wealth_at_last_trade,
    Mark.PURSE: purses,
}


@dataclass(frozen=True)
class Game:
    """A wood that was played: who sat where, and what each creature owned at the end in pebbles, by every mark.

    `trades` is the mean of a turn, `failures` the answers that did not come.
    """

    seed: int
    seats: dict[str, str]
    wealth: dict[Mark, dict[str, int]]
    trades: float
    failures: int

    @classmethod
    def of(cls, seed: int, seats: dict[str, str], wood: Wood, trades: Sequence[int], failures: int = 0) -> "Game":
        """Return the game whose last turn has closed in `wood`, with the number of trades of each turn."""
        return cls(seed, seats, {mark: worth(wood) for mark, worth in _MARKED.items()}, fmean(trades), failures)


def seating(minds: Sequence[str], seed: int) -> dict[str, str]:
    """Return the mind of every creature in the wood of a seed."""
    return {creature: minds[(place + seed) % len(minds)] for place, creature in enumerate(NAMES)}


async def play(
    minds: Mapping[str, MindConfig],
    seeds: Sequence[int],
    turns: int = TURNS,
    on_turn: Callable[[], None] = lambda: None,
    on_game: Callable[[Game], None] = lambda _: None,
) -> list[Game]:
    """Play a wood of `turns` turns for every seed, by the game's own rules and without Patrons.

    `on_turn` is called after every turn, `on_game` with every game that is played to its end.

    Raises:
        MindError: If a mind cannot be loaded.
    """
    built = {name: build_mind(config) for name, config in minds.items()}
    gate = asyncio.Semaphore(WOODS_AT_ONCE)

    async def one(seed: int) -> Game:
        seats = seating(list(minds), seed)
        config = CouncilConfig(minds=dict(minds), seats=seats, deadline_seconds=_PATIENCE_SECONDS)
        async with gate:
            game = await _game(MindCouncil(config, built), seed, seats, turns, on_turn)
        on_game(game)
        return game

    try:
        for mind in built.values():
            await mind.warm()
        return list(await asyncio.gather(*map(one, seeds)))
    finally:
        for mind in built.values():
            await mind.aclose()


async def _game(
    council: MindCouncil, seed: int, seats: dict[str, str], turns: int, on_turn: Callable[[], None]
) -> Game:
    wood, failures, trades = found(f"game-{seed}", f"game/{seed}"), 0, list[int]()
    for _ in range(turns):
        wood = open_turn(wood).wood
        said = await council.deliberate(turn_request(wood, opened_hash=""))
        decisions: dict[str, Decision] = dict(said.decisions)
        failures += sum(bool(decision.failure) for decision in decisions.values())
        closed = close_turn(wood, decisions)
        wood = closed.wood
        trades.append(len(closed.effects.trades))
        on_turn()
    return Game.of(seed, seats, wood, trades, failures)


def advantages(games: Sequence[Game], mark: Mark = Mark.REFERENCE) -> dict[str, list[float]]:
    """Return for every mind, game by game, by how many pebbles its creatures ended above the mean of their seats."""
    usual = {creature: fmean(game.wealth[mark][creature] for game in games) for creature in NAMES}
    minds = dict.fromkeys(mind for game in games for mind in game.seats.values())
    return {
        mind: [fmean(above) for game in games if (above := list(_above(game, mark, mind, usual)))] for mind in minds
    }


def _above(game: Game, mark: Mark, mind: str, usual: Mapping[str, float]) -> Iterator[float]:
    for creature, seated in game.seats.items():
        if seated == mind:
            yield game.wealth[mark][creature] - usual[creature]


def earnings(games: Sequence[Game]) -> dict[str, Any]:
    """Return what the minds earned by every mark, with 95% intervals over the games.

    `advantage` is by how many pebbles a mind's creatures ended above the mean of their seats; `over` is, game by
    game, how much more that was than another mind's; `wins` counts the games in which a creature of this mind ended
    richest.
    """
    by_mark = {mark: _earned(games, mark) for mark in Mark}
    return {
        "seeds": [game.seed for game in games],
        "minds": {mind: {mark: by_mark[mark][mind] for mark in Mark} for mind in by_mark[Mark.REFERENCE]},
        "trades_a_turn": mean_of([game.trades for game in games]),
        "failures": sum(game.failures for game in games),
        "games": [asdict(game) for game in games],
    }


def _earned(games: Sequence[Game], mark: Mark) -> dict[str, Any]:
    above = advantages(games, mark)
    richest = Counter(game.seats[max(NAMES, key=game.wealth[mark].__getitem__)] for game in games)
    return {
        mind: {
            "advantage": mean_of(values),
            "over": {
                other: mean_of([one - two for one, two in zip(values, theirs, strict=True)])
                for other, theirs in above.items()
                if other != mind
            },
            "wins": share(richest[mind], len(games)),
        }
        for mind, values in above.items()
    }


def told_of(game: Game) -> str:
    """Return one line about a game."""
    worth = game.wealth[Mark.REFERENCE]
    ended = ", ".join(f"{mind} {fmean(worth[who] for who in NAMES if game.seats[who] == mind):.0f}"
                      for mind in dict.fromkeys(game.seats.values()))  # fmt: skip
    return f"seed {game.seed}: {ended} pebbles at reference prices, {game.trades:.1f} trades a turn"


def in_words(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield one line for every mind of what `earnings` gives."""
    for mind, figures in result["minds"].items():
        yield f"{mind}: pebbles above its seats " + "; ".join(_marked(mark, figures[mark]) for mark in Mark)


def _marked(mark: Mark, figures: Mapping[str, Any]) -> str:
    above, wins = figures["advantage"], figures["wins"]
    # One game alone has no interval.
    interval = "" if above["low"] is None else f" ({above['low']:.1f} to {above['high']:.1f})"
    return f"{mark.replace('_', ' ')} {above['mean']:.1f}{interval}, richest in {wins['part']} of {wins['of']}"
