"""Seasons as a server meets them: planned, played, ended, crowned and followed by the next."""

from datetime import UTC, datetime
from typing import Any

import discord
import pytest
import sqlalchemy as sa

from bot.history import find_post
from bot.ui.posts import marks_of
from engine import schema as t
from engine.contests.season import SeasonPlan
from engine.records import PostKind
from engine.staging import hall
from tests.bot.stage import Stage, text_of

MINUTE = 60


async def look(stage: Stage) -> None:
    """Let the clock look once, and wait until all it began is over and posted."""
    await stage.env.bot.turn_clock.look()
    await stage.env.bot.turn_clock.settle()


async def begin(stage: Stage, **options: Any) -> Any:
    """Begin a season by command, and let the clock plant it."""
    shown = await stage.boss.slash(stage.channel, "season begin", **{"chapters": 1, "cadence": MINUTE, **options})
    await look(stage)
    return shown


async def play(stage: Stage, turns: int = 8) -> None:
    """Let the clock take so many turns."""
    for _ in range(turns):
        stage.clock.forward(seconds=MINUTE)
        await look(stage)


def texts(stage: Stage) -> list[str]:
    return [text_of(message) for message in stage.channel.history()]


async def seasons(stage: Stage) -> list[Any]:
    return await stage.keeper.store.run(lambda c: hall.seasons_of(c, stage.guild.id))


async def test_a_season_begins_is_played_and_ends_by_itself(stage: Stage) -> None:
    shown = await begin(stage)
    assert shown.ephemeral
    assert "Season 1 begins in a few seconds" in text_of(shown)
    assert "1 chapter of 8 turns, a turn every 1 minute" in text_of(shown)
    (wood,) = stage.keeper.of_guild(stage.guild.id)
    assert (wood.last_turn, wood.cadence_seconds, wood.channel_id) == (8, MINUTE, stage.channel.id)
    assert "A new wood" in texts(stage)[-1]
    await stage.ada.slash(stage.channel, "join")
    await stage.ben.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "short", good="honey", quantity=5)
    await play(stage, 9)
    assert stage.keeper.of_guild(stage.guild.id) == []
    ended = texts(stage)[-1]
    assert "Season 1 is over" in ended
    assert f"<@{stage.ada.id}>" in ended
    assert f"<@{stage.ben.id}>" in ended
    (season,) = await seasons(stage)
    assert season.crowned
    card = stage.cards()[-1]
    assert {each.filename for each in card.attachments} == {"season.png", "season-prices.png", "season-worths.png"}


async def test_who_is_named_in_the_podium_is_not_called(stage: Stage) -> None:
    await begin(stage)
    await stage.ada.slash(stage.channel, "join")
    await play(stage, 9)
    assert "Season 1 is over" in text_of(stage.cards()[-1])
    # Discord draws the mention and notifies nobody.
    bodies = [entry.json for entry in stage.env.http_requests if "is over" in str(entry.json)]
    assert [body["allowed_mentions"] for body in bodies if body] == [{"parse": []}]


async def test_the_wood_that_grew_in_the_channel_ends_as_the_season_begins(stage: Stage) -> None:
    await stage.plant()
    shown = await begin(stage)
    assert "The wood that grows there now ends then" in text_of(shown)
    assert "This wood has come to its end" in texts(stage)[-2]
    assert "A new wood" in texts(stage)[-1], "below the card of the end"
    (wood,) = stage.keeper.of_guild(stage.guild.id)
    assert wood.world_id == f"season-{stage.guild.id}-1"


async def test_a_season_is_begun_when_it_was_planned_for(stage: Stage) -> None:
    shown = await stage.boss.slash(stage.channel, "season begin", begins="2026-03-01 14:00", zone="Europe/Berlin")
    assert "Season 1 begins <t:1772370000:f>" in text_of(shown)
    assert "Season 1 begins" in texts(stage)[-1], "everybody is told"
    await look(stage)
    assert stage.keeper.of_guild(stage.guild.id) == []
    stage.clock.forward(hours=1)
    await look(stage)
    assert len(stage.keeper.of_guild(stage.guild.id)) == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"begins": "2025-12-01 18:00"}, "cannot begin in the past"),
        ({"begins": "soon"}, "Write when as a date and a time, like 2026-12-01 18:00"),
        ({"begins": "2026-13-41 18:00"}, "Write when as a date and a time"),
        ({"begins": "2026-12-01 18:00", "zone": "Europe/Woodland"}, "There is no such time zone"),
        ({"chapters": 0}, "from 1 to 12 chapters"),
        ({"chapters": 13}, "from 1 to 12 chapters"),
        ({"quiet": "nights"}, "Write quiet hours as two times of day"),
        ({"begins": "9999999 minutes"}, "Write when as a date and a time"),
    ],
)
async def test_a_season_that_cannot_be_is_refused_in_a_sentence(stage: Stage, options: dict, sentence: str) -> None:
    shown = await stage.boss.slash(stage.channel, "season begin", **options)
    assert shown.ephemeral
    assert sentence in text_of(shown)
    assert await seasons(stage) == []


async def test_a_channel_has_one_season_at_a_time(stage: Stage) -> None:
    await stage.boss.slash(stage.channel, "season begin", begins="60")
    again = await stage.boss.slash(stage.channel, "season begin")
    assert "Season 1 is planned in" in text_of(again)
    stage.clock.forward(hours=1)
    await look(stage)
    again = await stage.boss.slash(stage.channel, "season begin")
    assert "Season 1 runs in" in text_of(again)
    assert len(await seasons(stage)) == 1
    other = stage.guild.create_text_channel("another-wood")
    await stage.boss.slash(stage.channel, "season begin", channel=other)
    assert len(await seasons(stage)) == 2


async def test_a_channel_that_cannot_be_posted_in_is_refused(stage: Stage) -> None:
    deny = discord.PermissionOverwrite(send_messages=False)
    shut = stage.guild.create_text_channel("shut", overwrites={stage.guild.default_role: deny})
    shown = await stage.boss.slash(stage.channel, "season begin", channel=shut)
    assert "I cannot post there" in text_of(shown)
    assert await seasons(stage) == []


async def test_a_tournaments_table_makes_no_room(stage: Stage) -> None:
    await stage.plant(invited=True)
    shown = await stage.boss.slash(stage.channel, "season begin")
    assert "A table of a tournament is played there" in text_of(shown)


async def test_a_season_is_taken_back_before_it_begins(stage: Stage) -> None:
    await stage.boss.slash(stage.channel, "season begin", begins="60")
    await stage.boss.slash(stage.channel, "season cancel")
    assert "was taken back" in texts(stage)[-1]
    stage.clock.forward(hours=2)
    await look(stage)
    assert stage.keeper.of_guild(stage.guild.id) == []
    again = await stage.boss.slash(stage.channel, "season cancel")
    assert "No season is planned or under way here" in text_of(again)


async def test_a_repeated_season_is_followed_until_that_is_taken_back(stage: Stage) -> None:
    await begin(stage, repeats=True)
    await play(stage, 9)
    await look(stage)
    assert "The next season begins here in a moment" in "\n".join(texts(stage))
    (wood,) = stage.keeper.of_guild(stage.guild.id)
    assert wood.world_id == f"season-{stage.guild.id}-2"
    await stage.boss.slash(stage.channel, "season cancel")
    assert "no other follows it" in texts(stage)[-1]
    await play(stage, 10)
    assert stage.keeper.of_guild(stage.guild.id) == []
    assert len(await seasons(stage)) == 2


async def test_a_keeper_ends_a_season_at_once_and_everybody_reads_who_did(stage: Stage) -> None:
    await begin(stage, chapters=6)
    await stage.ada.slash(stage.channel, "join")
    await play(stage, 2)
    shown = await stage.boss.slash(stage.channel, "season end")
    assert "The wood ends in a few seconds" in text_of(shown)
    await look(stage)
    assert "A keeper of this server ends this wood" in texts(stage)[-2]
    assert "Season 1 is over" in texts(stage)[-1]
    assert stage.keeper.of_guild(stage.guild.id) == []


async def test_who_ends_a_repeated_season_reads_that_another_follows(stage: Stage) -> None:
    await begin(stage, repeats=True)
    shown = await stage.boss.slash(stage.channel, "season end")
    assert "The next season follows it" in text_of(shown)
    await look(stage)
    await look(stage)
    (wood,) = stage.keeper.of_guild(stage.guild.id)
    assert wood.world_id == f"season-{stage.guild.id}-2"


async def test_a_season_that_ends_before_its_first_turn_says_so_little(stage: Stage) -> None:
    await begin(stage)
    await stage.boss.slash(stage.channel, "season end")
    await look(stage)
    assert "Nobody wore a mask at the end" in texts(stage)[-1]
    assert [each.filename for each in stage.cards()[-1].attachments] == ["season.png"]


async def test_a_season_is_made_longer(stage: Stage) -> None:
    await begin(stage)
    shown = await stage.boss.slash(stage.channel, "season extend", chapters=1)
    assert "ends after turn 16" in text_of(shown)
    assert "made the season 1 chapter longer. Its last turn is now turn 16" in "\n".join(texts(stage))
    await stage.ada.slash(stage.channel, "join")
    await play(stage, 8)
    standings = texts(stage)[-1]
    assert "Standings after chapter 1" in standings
    assert "8 turns to go" in standings
    await play(stage, 9)
    assert "Season 1 is over" in texts(stage)[-1]


@pytest.mark.parametrize("chapters", [0, -1, 12])
async def test_a_season_has_twelve_chapters_at_most(stage: Stage, chapters: int) -> None:
    await begin(stage)
    shown = await stage.boss.slash(stage.channel, "season extend", chapters=chapters)
    assert "has 12 of them in all at most" in text_of(shown)


async def test_a_wood_without_an_end_is_not_made_longer(stage: Stage) -> None:
    await stage.plant()
    shown = await stage.boss.slash(stage.channel, "season extend", chapters=1)
    assert "it has no last turn" in text_of(shown)


async def test_the_history_lists_every_season_and_tells_of_each(stage: Stage) -> None:
    nothing = await stage.ada.slash(stage.channel, "season history")
    assert "There was no season in this server yet" in text_of(nothing)
    await begin(stage, repeats=True)
    await stage.ada.slash(stage.channel, "join")
    await play(stage, 9)
    await look(stage)
    listed = text_of(await stage.ben.slash(stage.channel, "season history"))
    assert listed.index("Season 2") < listed.index("Season 1")
    assert "under way" in listed
    assert f"<@{stage.ada.id}>" in listed
    told = await stage.ben.slash(stage.channel, "season history", number=1)
    assert "Season 1 is over" in text_of(told)
    assert len(told.response.attachments) == 3
    early = await stage.ben.slash(stage.channel, "season history", number=2)
    assert "is not over yet" in text_of(early)
    none = await stage.ben.slash(stage.channel, "season history", number=9)
    assert "no season of that number" in text_of(none)
    far = await stage.ben.slash(stage.channel, "season history", page=2)
    assert "ends with page 1" in text_of(far)


async def test_the_buttons_of_the_cards_work_also_once_the_wood_is_gone(stage: Stage) -> None:
    await begin(stage)
    await stage.ada.slash(stage.channel, "join")
    await play(stage, 9)
    clicked = await stage.ben.click(stage.cards()[-1], label="All seasons")
    assert clicked.ephemeral
    assert "Every season of this server" in text_of(clicked)
    stale = await stage.ben.click(stage.cards()[-2], label="Prices")
    assert "That wood has come to its end" in text_of(stale)


async def test_fifty_seasons_fit_their_pages(stage: Stage) -> None:
    def fill(connection: Any) -> None:
        for number in range(50):
            hall.plan_season(connection, stage.guild.id, 10**18 + number, 1772370000, SeasonPlan())

    await stage.keeper.store.run(fill)
    shown = await stage.ada.slash(stage.channel, "season history", page=7)
    assert "page 7 of 7" in text_of(shown)
    assert "Season 1*" in text_of(shown)


async def test_each_kind_of_card_is_found_again_in_its_channel(stage: Stage) -> None:
    """As after a crash between Discord's answer and the note of it, once Discord has forgotten the nonces."""
    await begin(stage)
    await stage.boss.slash(stage.channel, "season extend", chapters=1)
    await stage.ada.slash(stage.channel, "join")
    await play(stage, 17)
    world_id = (await seasons(stage))[0].world_id
    stood = {message.id: text_of(message) for message in stage.channel.history()}
    lost = sa.update(t.outbox).where(t.outbox.c.world_id == world_id).values(message_id=None)
    await stage.keeper.store.run(lambda c: c.execute(lost))
    posts = await stage.keeper.outbox.pending(world_id)
    assert {post.kind for post in posts} == set(PostKind)
    channel = stage.env.bot.get_partial_messageable(stage.channel.id, guild_id=stage.guild.id)
    for post in posts:
        found = await find_post(channel, stage.env.bot.user.id, marks_of(post), datetime(2020, 1, 1, tzinfo=UTC))
        assert found is not None
        assert TITLES[post.kind].format(turn=post.turn) in stood[found]


TITLES = {
    PostKind.TURN: "## Turn {turn}",
    PostKind.STANDINGS: "Standings after chapter 1",
    PostKind.NOTICE: "made the season 1 chapter longer",
    PostKind.ENDED: "Season 1 is over",
}


async def test_who_joins_late_reads_what_they_are_lent_and_why(stage: Stage) -> None:
    await begin(stage)
    first = await stage.ada.slash(stage.channel, "join")
    assert "You join late" not in text_of(first)
    await play(stage, 1)
    late = await stage.ben.slash(stage.channel, "join")
    assert "You join late, so you are lent what the Patron in the middle of the last ranking is worth" in text_of(late)
    assert "no less than 50 and no more than 200 pebbles" in text_of(late)


async def test_the_news_say_when_the_season_ends(stage: Stage) -> None:
    await begin(stage)
    shown = await stage.ada.slash(stage.channel, "wood news")
    assert "This wood ends after turn 8." in text_of(shown)
