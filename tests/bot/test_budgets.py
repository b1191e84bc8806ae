"""Budgets: so much a player, so much a server, and a sentence that says when to try again."""

from datetime import timedelta

import pytest

from bot import budgets
from bot.budgets import OF_A_GUILD, OF_A_USER, WINDOW, Allowance, Budgets, LeftLately, TooFast
from tests.bot.stage import HandClock, Stage, text_of


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def spend(purse: Budgets, count: int, *, user: int = 1, guild: int = 1, start: int = 0) -> int:
    """Return how many of `count` interactions at once are let through."""
    through = 0
    for number in range(start, start + count):
        try:
            purse.charge(number, user, guild)
        except TooFast:
            continue
        through += 1
    return through


def test_a_player_has_its_budget_and_no_more(clock: HandClock) -> None:
    purse = Budgets(clock)
    assert spend(purse, OF_A_USER * 3) == OF_A_USER
    with pytest.raises(TooFast, match=r"^You are faster than the wood can follow. Try again in 2 seconds\.$"):
        purse.charge(10_000, 1, 1)


def test_it_comes_back_steadily(clock: HandClock) -> None:
    purse = Budgets(clock)
    spend(purse, OF_A_USER)
    clock.time += WINDOW / OF_A_USER
    assert spend(purse, 5, start=1_000) == 1
    clock.time += WINDOW
    assert spend(purse, OF_A_USER * 2, start=2_000) == OF_A_USER


def test_waiting_as_long_as_it_says_is_enough(clock: HandClock) -> None:
    purse = Budgets(clock)
    spend(purse, OF_A_USER)
    clock.forward(seconds=2)
    purse.charge(10_000, 1, 1)


def test_one_players_haste_costs_nobody_else(clock: HandClock) -> None:
    purse = Budgets(clock)
    spend(purse, OF_A_USER * 2, user=1)
    assert spend(purse, OF_A_USER, user=2, start=1_000) == OF_A_USER


def test_a_server_has_its_budget_too(clock: HandClock) -> None:
    purse = Budgets(clock, of_a_guild=50)
    through = sum(spend(purse, 20, user=user, start=user * 100) for user in range(10))
    assert through == 50
    with pytest.raises(TooFast, match=r"^This server is faster than the wood can follow. Try again in 2 seconds\.$"):
        purse.charge(99_999, 77, 1)
    assert spend(purse, 20, user=77, guild=2, start=50_000) == 20, (
        "what the server refused was not charged to the player"
    )


def test_the_same_interaction_is_charged_once_and_never_refused_afterwards(clock: HandClock) -> None:
    purse = Budgets(clock)
    for _ in range(OF_A_USER * 2):
        purse.charge(7, 1, 1)
    assert spend(purse, OF_A_USER, start=100) == OF_A_USER - 1
    purse.charge(7, 1, 1)


def test_what_is_remembered_is_bounded(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERS_KEPT", "GUILDS_KEPT", "INPUTS_KEPT", "LEAVERS_KEPT"):
        monkeypatch.setattr(budgets, name, 100)
    purse = Budgets(clock)
    for number in range(1_000):
        purse.charge(number, number, number)
        purse.note_leaving(number)
    assert [len(kept) for kept in (purse._users, purse._guilds, purse._admitted, purse._left)] == [100] * 4


def test_the_one_longest_silent_is_forgotten_first(clock: HandClock) -> None:
    allowance = Allowance(2, timedelta(minutes=1), keys=2)
    for key in (1, 2, 1, 3):
        allowance.charge(key, clock.now())
    assert allowance.wait(1, clock.now()) > timedelta()
    assert allowance.wait(2, clock.now()) < timedelta()


def test_the_numbers_leave_room_for_a_whole_server(clock: HandClock) -> None:
    assert OF_A_GUILD >= 50 * OF_A_USER


async def test_a_hasty_player_is_refused_before_any_work(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.plant()
    monkeypatch.setattr(stage.bot, "budgets", Budgets(stage.clock, of_a_user=2))
    await stage.ada.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "short", good="honey", quantity=1)
    before = stage.keeper.wood(stage.world_id).state_hash()
    refused = await stage.ada.slash(stage.channel, "short", good="honey", quantity=1)
    assert refused.ephemeral
    assert "Try again in 30 seconds." in text_of(refused)
    assert stage.keeper.wood(stage.world_id).state_hash() == before
    stage.clock.forward(seconds=30)
    assert "Contract #2" in text_of(await stage.ada.slash(stage.channel, "short", good="honey", quantity=1))


async def test_clicks_are_charged_as_well(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "advance")
    monkeypatch.setattr(stage.bot, "budgets", Budgets(stage.clock, of_a_user=1))
    await stage.ada.click(stage.cards()[-1], label="Prices")
    assert "Try again in 60 seconds." in text_of(await stage.ada.click(stage.cards()[-1], label="Join the wood"))
    assert stage.keeper.mask(stage.world_id, str(stage.ada.id)) is None


def test_who_left_waits_a_day(clock: HandClock) -> None:
    purse = Budgets(clock)
    purse.require_return(1)
    purse.note_leaving(1)
    with pytest.raises(LeftLately, match=r"You can join again in 24 hours\.$"):
        purse.require_return(1)
    purse.require_return(2)
    clock.forward(days=1)
    purse.require_return(1)
