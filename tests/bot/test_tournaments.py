"""Tournaments on Discord: announced, joined, played in threads, shown on one board, and never stopped by a thread."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import discord
import pytest

from engine.actions import OpenContract
from engine.contests.plan import commitment
from engine.contests.seating import Career
from engine.contests.tournament import finished
from engine.ports import TurnRequest
from engine.replay import replay_wood
from engine.staging import archive
from engine.staging.archive import Tournament
from engine.vocabulary import Good, Stance
from tests.bot.stage import Stage, text_of

CADENCE = 60


async def look(stage: Stage, seconds: float = 0) -> None:
    """Let so much time pass and the bot do all that is due, down to the board."""
    stage.clock.forward(seconds=seconds)
    for _ in range(2):  # the second one shows what the first one did
        await stage.bot.turn_clock.look()
        await stage.bot.turn_clock.settle()
    await stage.env.settle()


async def announce(stage: Stage, **options: Any) -> Any:
    options = {"name": "Spring Cup", "rounds": 1, "turns": 2, "cadence": CADENCE, "starts": "10", **options}
    shown = await stage.boss.slash(stage.channel, "tournament create", **options)
    await stage.bot.boards.settle()
    return shown


def crowd(stage: Stage, count: int) -> list[Any]:
    return [stage.guild.add_member(stage.env.create_user(f"player{number}")) for number in range(1, count + 1)]


async def tournament(stage: Stage) -> Tournament:
    known = await stage.keeper.store.run(lambda c: archive.tournaments_of(c, stage.guild.id))
    return await stage.bot.director.read(known[-1].tournament_id)


def board(stage: Stage) -> discord.Message:
    (found,) = [each for each in stage.channel.history() if "🏟️ Tournament" in text_of(each)]
    return found


async def begin(stage: Stage, players: Sequence[Any], **options: Any) -> None:
    await announce(stage, **options)
    for player in players:
        await stage.keeper.store.run(lambda c, p=player: archive.join(c, stage.guild.id, str(p.id)))
    await look(stage, 600)


async def act_all(stage: Stage, players: Sequence[Any], stamp: str) -> None:
    """Let everybody who sits somewhere open a contract, each another one."""
    for number, player in enumerate(players):
        for wood in stage.keeper.of_guild(stage.guild.id):
            if wood.invited and stage.keeper.mask(wood.world_id, str(player.id)):
                stance = Stance.SHORT if number % 2 else Stance.LONG
                deed = OpenContract(stance=stance, good=list(Good)[number % 5], quantity=1 + number % 4)
                await stage.keeper.act(wood.world_id, str(player.id), deed, f"{stamp}:{player.id}")


async def play_on(stage: Stage, players: Sequence[Any], turns: int) -> None:
    for turn in range(turns):
        await act_all(stage, players, f"{stage.clock.now().isoformat()}:{turn}")
        await look(stage, CADENCE)


def threads(stage: Stage) -> list[Any]:
    return sorted(stage.channel.threads, key=lambda thread: thread.name)


async def test_it_is_announced_on_a_board_that_people_join_and_leave_at(stage: Stage) -> None:
    shown = await announce(stage)
    assert shown.ephemeral
    text = text_of(board(stage))
    assert "Spring Cup" in text
    assert "Nobody has joined yet" in text
    assert commitment((await tournament(stage)).state.plan.seed) in text
    assert (await tournament(stage)).state.plan.seed not in text

    joined = await stage.ada.click(board(stage), label="Join")
    assert joined.ephemeral
    assert "You are in “Spring Cup”" in text_of(joined)
    assert "already" in text_of(await stage.ada.click(board(stage), label="Join"))
    assert "You are in" in text_of(await stage.ben.slash(stage.channel, "tournament join"))
    await stage.bot.boards.settle()
    assert "**2 players** have joined" in text_of(board(stage))

    assert "You have left" in text_of(await stage.ada.click(board(stage), label="Leave"))
    assert "nothing to leave" in text_of(await stage.ada.slash(stage.channel, "tournament leave"))
    await stage.bot.boards.settle()
    assert "**1 player** has joined" in text_of(board(stage))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "***"}, "needs a name"),
        ({"name": "x" * 41}, "at most 40 characters"),
        ({"table_size": 2}, "A table has from 3 to 8 seats"),
        ({"rounds": 6}, "A tournament has from 1 to 5 rounds"),
        ({"turns": 1}, "A round has from 2 to 48 turns"),
        ({"starts": "2026-02-28 18:00"}, "cannot begin in the past"),
        ({"starts": "2026-13-01 18:00"}, "Write when as a date and a time"),
        ({"starts": "tomorrow"}, "Write when as a date and a time"),
        ({"starts": "2026-12-01 18:00", "zone": "Mars/Olympus"}, "no such time zone"),
    ],
)
async def test_what_cannot_be_is_refused_in_a_sentence(stage: Stage, options: dict[str, Any], words: str) -> None:
    assert words in text_of(await announce(stage, **options))
    assert await stage.keeper.store.run(lambda c: archive.tournaments_of(c, stage.guild.id)) == []
    assert stage.channel.history() == []


async def test_a_second_one_is_refused_while_one_is_open(stage: Stage) -> None:
    await announce(stage)
    assert "A tournament is open or under way" in text_of(await announce(stage, name="Another"))
    assert len(await stage.keeper.store.run(lambda c: archive.tournaments_of(c, stage.guild.id))) == 1


async def test_a_channel_in_which_no_threads_may_be_opened_is_refused(stage: Stage) -> None:
    me = stage.bot.get_guild(stage.guild.id).me  # type: ignore[union-attr]
    deny = {me: discord.PermissionOverwrite(create_private_threads=False)}
    bare = stage.guild.create_text_channel("bare", overwrites=deny)
    shown = await stage.boss.slash(bare, "tournament create", name="Cup")
    assert "I cannot hold a tournament here" in text_of(shown)


async def test_with_too_few_players_it_is_called_off_and_the_keepers_are_told(stage: Stage) -> None:
    await begin(stage, [stage.ada, stage.ben])
    assert "**Called off.** A tournament takes at least 4 players, and there are 2." in text_of(board(stage))
    assert (await tournament(stage)).state.over
    assert stage.keeper.of_guild(stage.guild.id) == []
    assert "No tournament is open" in text_of(await stage.ada.slash(stage.channel, "tournament join"))
    assert "No round of this tournament" in text_of(await stage.ada.click(board(stage), label="Standings"))


async def test_tables_are_private_threads_in_which_the_seated_play(stage: Stage) -> None:
    players = crowd(stage, 8)
    await begin(stage, players)
    first, second = threads(stage)
    assert first.name == "Spring Cup · round 1 · table 1"
    assert first._channel.type == discord.ChannelType.private_thread.value
    seated = [set(thread._channel.thread_members) - {stage.bot.user.id} for thread in (first, second)]  # type: ignore[union-attr]
    assert seated[0] | seated[1] == {player.id for player in players}
    assert seated[0] & seated[1] == set()
    assert f"<#{first.id}>" in text_of(board(stage))
    assert any("A new wood" in text_of(message) for message in first.history())

    player = next(each for each in players if each.id in seated[0])
    assert "Contract #1" in text_of(await player.slash(first, "short", good="honey", quantity=2))
    wood = stage.keeper.of_channel(first.id)
    assert wood is not None
    assert wood.invited

    stage.env.backend.add_thread_member(first.id, stage.boss.id)
    card = next(message for message in first.history() if message.flags.components_v2)
    assert "seats of this table are given" in text_of(await stage.boss.click(card, label="Join the wood"))
    alone = {
        "poke": {"poke": "drought"},
        "setup": {"paused": True},
        "advance": {},
        "void": {},
        "postpone": {"minutes": 5},
    }
    for command, options in alone.items():
        before = stage.keeper.record(wood.world_id), stage.keeper.wood(wood.world_id).state_hash()
        assert "table" in text_of(await stage.boss.slash(first, command, **options))
        assert (stage.keeper.record(wood.world_id), stage.keeper.wood(wood.world_id).state_hash()) == before


async def test_it_is_played_to_its_podium_and_the_seed_is_shown(stage: Stage) -> None:
    players = crowd(stage, 8)
    await begin(stage, players, rounds=2)
    await play_on(stage, players, 2)
    middle = board(stage)
    assert "After round 1" in text_of(middle)
    assert "The final" in text_of(middle)
    assert [each.filename for each in middle.attachments] == ["standings.png"]
    assert "🥇" in text_of(await players[0].slash(stage.channel, "tournament standings"))

    await play_on(stage, players, 2)
    now = await tournament(stage)
    ended = finished(now.state)
    assert ended is not None
    assert now.state.over
    users = await stage.keeper.store.run(lambda c: archive.users(c, now.tournament_id))
    text = text_of(board(stage))
    assert f"🥇 <@{users[ended.podium[0]]}>" in text
    assert now.state.plan.seed in text
    assert "wood replay --db" in text
    assert board(stage).id == middle.id, "the board is one message"
    lines = [each.content for each in stage.channel.history() if middle.jump_url in each.content]
    assert [line.split(":")[0] for line in lines] == [
        "🏟️ Round 1 of “Spring Cup” is scored", "🏟️ Round 2 of “Spring Cup” is scored",
        "🏆 “Spring Cup” is over. The podium",
    ]  # fmt: skip
    assert now.shown == "over"
    assert all(thread._channel.thread_metadata.archived for thread in threads(stage))
    assert all("Turn 2" in "".join(map(text_of, thread.history())) for thread in threads(stage))
    for wood in await stage.keeper.store.woods():
        assert (await replay_wood(stage.keeper.store, wood["world_id"])).identical
    shown = await stage.ada.slash(stage.channel, "tournament history")
    assert f"won by <@{users[ended.podium[0]]}>" in text_of(shown)

    winner = next(each for each in players if str(each.id) == users[ended.podium[0]])
    career = await stage.keeper.store.run(lambda c: archive.career_of(c, stage.guild.id, str(winner.id)))
    assert career.titles == 1
    assert await stage.keeper.store.run(lambda c: archive.titles_of(c, stage.guild.id, str(winner.id))) == [
        "Spring Cup"
    ]
    assert career.points > 0
    profile = text_of(await stage.ada.slash(stage.channel, "patron profile", member=winner))
    assert "No season finished yet." in profile
    assert "**Tournaments won** · Spring Cup" in profile
    stranger = await stage.keeper.store.run(lambda c: archive.career_of(c, stage.guild.id, str(stage.ada.id)))
    assert stranger == Career()


async def test_another_table_is_watched_by_those_alone_who_play_in_no_table(stage: Stage) -> None:
    players = crowd(stage, 4)
    assert "No tournament is open" in text_of(await stage.ada.slash(stage.channel, "tournament watch", table=1))
    await begin(stage, players)
    assert "A new wood" in text_of(await stage.ada.slash(stage.channel, "tournament watch", table=2))
    assert "tables 1 to 2" in text_of(await stage.ada.slash(stage.channel, "tournament watch", table=3))
    for table in (1, 2):
        refused = await players[0].slash(stage.channel, "tournament watch", table=table)
        assert "another one could show what comes" in text_of(refused)
    await players[0].slash(stage.channel, "tournament leave")
    refused = await players[0].slash(stage.channel, "tournament watch", table=1)
    assert "another one could show what comes" in text_of(refused), "leaving opens no other table in this round"


async def test_who_leaves_in_the_middle_keeps_the_seat_and_sits_in_no_later_round(stage: Stage) -> None:
    players = crowd(stage, 8)
    await begin(stage, players, rounds=2)
    shown = await players[0].slash(stage.channel, "tournament leave")
    assert "Your seat of this round stays yours" in text_of(shown)
    assert "has begun" in text_of(await stage.ada.slash(stage.channel, "tournament join"))
    await play_on(stage, players, 2)
    now = await tournament(stage)
    users = await stage.keeper.store.run(lambda c: archive.users(c, now.tournament_id))
    assert now.state.round == 2
    assert str(players[0].id) in {users[seat.player] for seat in now.state.seated(1)}
    assert str(players[0].id) not in {users[seat.player] for seat in now.state.seated(2)}


async def test_a_restart_between_any_two_steps_neither_doubles_nor_loses_anything(stage: Stage) -> None:
    players = crowd(stage, 8)
    await begin(stage, players, rounds=2)
    names = [thread.name for thread in threads(stage)]
    for _ in range(4):
        await stage.bot.close()
        stage.bot = stage.new_bot()
        await stage.env.restart_bot(stage.bot)
        await play_on(stage, players, 1)
    assert (await tournament(stage)).state.over
    assert [thread.name for thread in threads(stage)] == [*names, "Spring Cup · round 2 · table 1"]
    assert "🥇" in text_of(board(stage))


async def test_a_kill_in_the_middle_of_a_turn_leaves_no_table_behind(stage: Stage) -> None:
    players = crowd(stage, 4)
    await begin(stage, players)
    slow, never = "", asyncio.Event()

    async def think_on(request: TurnRequest) -> None:
        if request.world_id == slow:
            await never.wait()

    (slow, quick) = (stage.keeper.of_channel(thread.id).world_id for thread in threads(stage))  # type: ignore[union-attr]
    stage.council.before = think_on
    stage.clock.forward(seconds=CADENCE)
    await stage.bot.turn_clock.look()
    async with asyncio.timeout(20):
        while stage.keeper.public(quick).turn < 1 or stage.keeper.public(quick).thinking:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await stage.bot.close()
    assert stage.keeper.unfinished() == [slow]

    stage.council.before = None
    stage.bot = stage.new_bot()
    await stage.env.restart_bot(stage.bot)
    await look(stage)
    assert [stage.keeper.public(world_id).turn for world_id in (slow, quick)] == [1, 1]
    assert stage.council.asked.count((quick, 1)) == 1
    await play_on(stage, players, 1)
    assert (await tournament(stage)).state.over


async def test_a_turn_that_goes_on_already_is_waited_for(stage: Stage) -> None:
    players = crowd(stage, 4)
    await begin(stage, players)
    world_id, go_on = stage.keeper.of_channel(threads(stage)[0].id).world_id, asyncio.Event()  # type: ignore[union-attr]

    async def think_on(_: TurnRequest) -> None:
        await go_on.wait()

    stage.council.before = think_on
    first = asyncio.create_task(stage.bot.turns.advance(world_id))
    await asyncio.sleep(0)
    second = asyncio.create_task(stage.bot.venue.take_turn(world_id))
    await asyncio.sleep(0.05)
    assert not second.done()
    go_on.set()
    await second
    assert (await first).turn == stage.keeper.public(world_id).turn == 1


async def test_a_thread_opened_before_a_kill_is_found_again(stage: Stage) -> None:
    players = crowd(stage, 4)
    await begin(stage, players)
    now = await tournament(stage)
    table = (await stage.keeper.store.run(lambda c: archive.tables(c, now.tournament_id, 1)))[0]
    assert await stage.bot.venue.open_table(now, table, []) == table.channel_id
    await stage.bot.get_channel(table.channel_id).edit(archived=True)  # type: ignore[union-attr,arg-type]
    await stage.env.settle()
    assert await stage.bot.venue.open_table(now, table, []) == table.channel_id
    assert len(threads(stage)) == 2


async def test_a_thread_that_is_deleted_is_opened_anew_and_the_table_goes_on(stage: Stage) -> None:
    players = crowd(stage, 4)
    await begin(stage, players)
    gone = threads(stage)[0]
    world_id = stage.keeper.of_channel(gone.id).world_id  # type: ignore[union-attr]
    stage.env.backend.delete_channel(gone.id)
    await stage.env.settle()
    await play_on(stage, players, 1)
    record = stage.keeper.record(world_id)
    assert not record.paused
    anew = threads(stage)[0]
    assert (anew.name, record.channel_id) == (gone.name, anew.id)
    assert anew.id != gone.id
    assert "Turn 1" in text_of(anew.history()[-1])
    assert f"<#{anew.id}>" in text_of(board(stage))
    await play_on(stage, players, 1)
    assert (await tournament(stage)).state.over


async def test_without_threads_the_tables_share_the_channel_and_everybody_finds_their_own(stage: Stage) -> None:
    players = crowd(stage, 4)
    await announce(stage)
    stage.env.inject_error("POST", f"/channels/{stage.channel.id}/threads", status=403, code=50013, times=None)
    for player in players:
        await player.click(board(stage), label="Join")
    await look(stage, 600)
    assert threads(stage) == []
    told = [each for each in stage.channel.history() if "I cannot open private threads here" in each.content]
    assert len(told) == 1
    for player in players:
        assert "Contract #1" in text_of(await player.slash(stage.channel, "short", good="honey", quantity=1))
    await play_on(stage, players, 2)
    now = await tournament(stage)
    assert now.state.over
    assert all(seat.played for seat in now.state.seats)


async def test_a_table_in_a_woods_channel_takes_that_channel_from_nobody(stage: Stage) -> None:
    await stage.plant()
    players = crowd(stage, 4)
    await announce(stage)
    stage.env.inject_error("POST", f"/channels/{stage.channel.id}/threads", status=403, code=50013, times=None)
    for player in players:
        await player.click(board(stage), label="Join")
    await look(stage, 600)
    assert stage.keeper.of_channel(stage.channel.id) == stage.keeper.record(stage.world_id)
    assert "Your stake is 100" in text_of(await stage.ada.slash(stage.channel, "join"))
    await play_on(stage, players, 2)
    assert (await tournament(stage)).state.over
    assert stage.keeper.of_channel(stage.channel.id) == stage.keeper.record(stage.world_id)


async def test_a_channel_that_takes_no_card_pauses_no_table(stage: Stage) -> None:
    players = crowd(stage, 4)
    await begin(stage, players)
    for thread in threads(stage):
        stage.env.inject_error("POST", f"/channels/{thread.id}/messages", status=403, code=50013, times=None)
    stage.env.inject_error("POST", f"/channels/{stage.channel.id}/messages", status=403, code=50013, times=None)
    await play_on(stage, players, 2)
    assert (await tournament(stage)).state.over
    assert await stage.keeper.outbox.pending() == []


async def test_a_board_that_was_deleted_is_sent_anew(stage: Stage) -> None:
    await announce(stage)
    first = board(stage)
    await stage.bot.get_partial_messageable(stage.channel.id).get_partial_message(first.id).delete()
    await stage.ada.slash(stage.channel, "tournament join")
    await stage.bot.boards.settle()
    assert board(stage).id != first.id
    assert "**1 player** has joined" in text_of(board(stage))


async def test_a_board_sent_right_before_a_kill_is_found_again(stage: Stage) -> None:
    await announce(stage)
    first = board(stage)
    tid = (await tournament(stage)).tournament_id
    await stage.keeper.store.run(lambda c: archive.set_tournament(c, tid, message_id=None, shown=None))
    stage.clock.time = first.created_at + timedelta(minutes=5)
    stage.bot.boards.wake(tid)
    await stage.bot.boards.settle()
    assert board(stage).id == first.id


async def test_a_keeper_pauses_it_and_lets_it_go_on_a_whole_beat_later(stage: Stage) -> None:
    players = crowd(stage, 4)
    await begin(stage, players)
    assert "not paused" in text_of(await stage.boss.slash(stage.channel, "tournament resume"))
    await stage.boss.slash(stage.channel, "tournament pause")
    assert "paused already" in text_of(await stage.boss.slash(stage.channel, "tournament pause"))
    assert "⏸️ The tournament is paused" in stage.channel.last_message.content
    await look(stage, 3600)
    assert "Paused by a keeper" in text_of(board(stage))
    assert {table.turn for table in (await tournament(stage)).state.tables} == {0}

    await stage.boss.slash(stage.channel, "tournament resume")
    await look(stage, CADENCE - 1)
    assert {table.turn for table in (await tournament(stage)).state.tables} == {0}
    await look(stage, 1)
    assert {table.turn for table in (await tournament(stage)).state.tables} == {1}


async def test_a_keeper_calls_it_off_and_its_woods_end(stage: Stage) -> None:
    players = crowd(stage, 4)
    await begin(stage, players)
    await stage.boss.slash(stage.channel, "tournament cancel")
    await look(stage)
    assert stage.keeper.of_guild(stage.guild.id) == []
    assert "**Called off.** A keeper of this server ended it." in text_of(board(stage))
    assert "called off" in text_of(await stage.ada.slash(stage.channel, "tournament history"))
    assert "is announced" in text_of(await announce(stage, name="The next one"))


@pytest.mark.slow
async def test_64_players_reach_the_podium_in_three_rounds(stage: Stage) -> None:
    players = crowd(stage, 64)
    await announce(stage, rounds=3, turns=2)
    for player in players:
        await player.click(board(stage), label="Join")
    await stage.bot.boards.settle()
    assert "**64 players** have joined" in text_of(board(stage))
    await look(stage, 600)
    sizes = []
    for _ in range(3):
        seats = (await tournament(stage)).state
        seated = [seat.player for seat in seats.seated(seats.round)]
        assert len(seated) == len(set(seated)), "nobody sits at two tables"
        sizes.append(len(seated))
        await play_on(stage, players, 2)
    assert sizes == [64, 32, 4]
    now = await tournament(stage)
    assert now.state.over
    assert len(threads(stage)) == 16 + 8 + 1
    assert "🥇" in text_of(board(stage))
