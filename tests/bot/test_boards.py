"""Boards and standings of any size stay within what Discord takes, and show what they should."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.ui.pictures import standings
from bot.ui.placings import COLUMN, players_shown
from bot.ui.studio import Studio
from bot.ui.tournaments import board, cadence_words
from engine.contests.plan import NAME_LENGTH, TournamentPlan, commitment
from engine.contests.tournament import Beat, Entrant, Seat, Table, TournamentState
from engine.staging.archive import StoredTable, Tournament
from tests.bot.stage import text_of

START = datetime(2026, 11, 21, 18, tzinfo=UTC)
CHANNEL = 2**63


def held(
    players: int, *, rounds: int = 5, scored: int = 1, over: bool = False, reason: str | None = None
) -> Tournament:
    """Return a tournament whose first round is played, at tables of four."""
    plan = TournamentPlan(
        name="W" * NAME_LENGTH, table_size=4, rounds=rounds, turns=48, cadence_seconds=600, council="embedded",
        starts_at=START, seed="5eed" * 16,
    )  # fmt: skip
    seats = tuple(
        Seat(round=1, table=1 + n // 4, seat=1 + n % 4, player=f"entrant-{n + 1}", net_worth=n, played=n > 0)
        for n in range(players)
    )
    state = TournamentState(
        plan=plan,
        entrants=tuple(Entrant(player=f"entrant-{n + 1}") for n in range(players)),
        seats=seats,
        tables=tuple(Table(round=1, table=n + 1, turn=48) for n in range(players // 4)),
        beat=Beat(round=1, turn=48, due=START),
        scored=scored,
        over=over,
    )
    return Tournament(
        tournament_id="1-1", guild_id=1, number=1, channel_id=CHANNEL, state=state, reason=reason or None,
        message_id=None, shown=None,
    )  # fmt: skip


def tables_of(tournament: Tournament) -> list[StoredTable]:
    return [
        StoredTable(round=1, number=n, world_id=f"t{n}", channel_id=CHANNEL + n, founded=True)
        for n in range(1, len(tournament.state.tables) + 1)
    ]


def users_of(tournament: Tournament) -> dict[str, str | None]:
    return {entrant.player: str(CHANNEL + n) for n, entrant in enumerate(tournament.state.entrants)}


class Drawn:
    """A layout in the shape in which `text_of` reads messages."""

    def __init__(self, view: Any) -> None:
        self.content = ""
        self.components = view.to_components()


def drawn(tournament: Tournament) -> str:
    return text_of(Drawn(board(tournament, tables_of(tournament), users_of(tournament))))


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("rounds", [1, 5])
def test_the_largest_board_is_within_discords_limits(rounds: int, over: bool) -> None:
    tournament = held(512, rounds=rounds, over=over)
    assert len(drawn(tournament)) <= 4000
    components = json.dumps(board(tournament, tables_of(tournament), users_of(tournament)).to_components())
    assert components.count('"type":') <= 40


def test_the_seed_is_shown_when_it_is_over_and_never_before() -> None:
    seed = "5eed" * 16
    for going in (held(8, scored=0), held(8)):
        assert seed not in drawn(going)
        assert commitment(seed) in drawn(going)
    for over in (held(8, rounds=1, over=True), held(8, over=True, reason="A keeper of this server ended it.")):
        assert seed in drawn(over)
        assert commitment(seed) in drawn(over)


def test_the_best_are_told_in_words_and_the_forgotten_have_no_name() -> None:
    tournament = held(8, rounds=1, over=True)
    users = users_of(tournament) | {"entrant-7": None}
    text = text_of(Drawn(board(tournament, tables_of(tournament), users)))
    assert f"### 🥇 <@{users['entrant-8']}>\n🥈 a player who is forgotten\n" in text


@pytest.mark.parametrize(("players", "shown", "width"), [(8, 8, 1080), (32, 32, 1080), (64, 64, 2160), (65, 32, 1080)])
async def test_a_picture_has_a_second_column_and_is_cut_beyond_it(players: int, shown: int, width: int) -> None:
    state = held(players).state
    assert len(players_shown(state)) == shown
    names = {"entrant-2": "$x$ 🌲 田中 " + "W" * 60, "entrant-3": "_"}
    header = (await Studio().file(standings(state, names), "")).fp.read(24)
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(header[16:20], "big") == width
    rows = min(shown, COLUMN)
    assert int.from_bytes(header[20:24], "big") == pytest.approx(2 * (112 + 44 * rows + 50), abs=2)


def test_a_cadence_is_told_in_its_largest_unit() -> None:
    assert [cadence_words(seconds) for seconds in (20, 60, 90, 300, 3600, 86_400, 172_800)] == [
        "a turn every 20 seconds", "a turn every minute", "a turn every 90 seconds", "a turn every 5 minutes",
        "a turn every hour", "a turn every day", "a turn every 2 days",
    ]  # fmt: skip
