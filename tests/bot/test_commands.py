"""Every command through a pretend Discord: what it does, and the one sentence bad input gets."""

from types import SimpleNamespace

import discord
import pytest

from bot.checks import guild_of
from engine.actions.base import Refusal
from engine.store import StoreUnavailableError
from inference.config import CouncilConfigError
from tests.bot.stage import Stage, text_of

ALL = {
    "setup", "advance", "poke", "join", "ledger", "short", "long", "close", "insider", "whisper", "spring",
    "bribe", "ally", "lend",
    "wood look", "wood prices", "wood chart", "wood creature", "wood news", "wood help", "wood objective",
    "wood scoreboard", "wood minds", "privacy export", "privacy delete",
    "postpone", "void", "patron profile",
    "season begin", "season cancel", "season end", "season extend", "season history",
    "tournament create", "tournament join", "tournament leave", "tournament watch", "tournament standings",
    "tournament history", "tournament pause", "tournament resume", "tournament cancel",
}  # fmt: skip


KEEPING = {"setup", "advance", "poke", "postpone", "void"}
"""Hidden from who may not manage the server; groups are hidden whole or not at all."""


async def test_every_command_is_offered_to_those_who_may_use_it(stage: Stage) -> None:
    assert set(stage.boss.available_commands(stage.channel)) == ALL
    assert set(stage.ada.available_commands(stage.channel)) == ALL - KEEPING
    assert stage.ada.user.available_commands() == ()


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("join", {}), ("ledger", {}), ("short", {"good": "honey", "quantity": 3}), ("close", {"number": 1}),
        ("insider", {}), ("spring", {}), ("wood look", {}), ("wood prices", {}), ("wood chart", {}), ("wood news", {}),
        ("wood creature", {"name": "Oona"}), ("wood objective", {}), ("wood scoreboard", {}),
        ("bribe", {"whom": "the magistrate", "pebbles": 5}),
        ("ally", {"one": "Oona", "other": "Sable"}),
        ("advance", {}), ("poke", {"poke": "frost"}),
        ("whisper", {"creature": "Oona", "good": "honey", "direction": "fall"}),
    ],
)  # fmt: skip
async def test_a_server_without_a_wood_is_told_how_to_plant_one(stage: Stage, command: str, options: dict) -> None:
    result = await stage.boss.slash(stage.channel, command, **options)
    assert result.ephemeral
    assert "No wood grows in this server yet" in text_of(result)
    assert "/setup" in text_of(result)


async def test_setup_plants_a_wood_and_shows_its_first_card(stage: Stage) -> None:
    other = stage.guild.create_text_channel("quiet")
    result = await stage.boss.slash(stage.channel, "setup", channel=other, cadence=300, council="standin")
    assert result.ephemeral
    assert "planted" in text_of(result)
    (wood,) = stage.keeper.of_guild(stage.guild.id)
    assert (wood.world_id, wood.channel_id, wood.cadence_seconds, wood.council) == (
        stage.world_id,
        other.id,
        300,
        "standin",
    )
    assert "A new wood" in text_of(other.last_message)


async def test_setup_again_changes_only_what_is_named(stage: Stage) -> None:
    await stage.plant(cadence_seconds=3600)
    await stage.boss.slash(stage.channel, "setup", cadence=60)
    result = await stage.boss.slash(stage.channel, "setup", paused=True)
    (wood,) = stage.keeper.of_guild(stage.guild.id)
    assert (wood.channel_id, wood.cadence_seconds, wood.paused) == (stage.channel.id, 60, True)
    assert "paused" in text_of(result)


@pytest.mark.parametrize(("command", "options"), [("setup", {}), ("advance", {}), ("poke", {"poke": "frost"})])
async def test_a_keepers_command_checks_the_permission_itself(stage: Stage, command: str, options: dict) -> None:
    await stage.plant()
    synced = await stage.bot.tree.fetch_commands()
    stage.guild.set_command_permissions(next(c for c in synced if c.name == command), {stage.ada: True})
    before = stage.keeper.wood(stage.world_id).state_hash()
    result = await stage.ada.slash(stage.channel, command, **options)
    assert result.ephemeral
    assert "may manage this server" in text_of(result)
    assert stage.keeper.wood(stage.world_id).state_hash() == before


async def test_setup_refuses_a_channel_it_cannot_post_in(stage: Stage) -> None:
    deny = discord.PermissionOverwrite(send_messages=False)
    shut = stage.guild.create_text_channel("shut", overwrites={stage.guild.default_role: deny})
    result = await stage.boss.slash(stage.channel, "setup", channel=shut)
    assert "I cannot post there" in text_of(result)
    assert stage.keeper.of_guild(stage.guild.id) == []


async def test_a_council_that_is_not_ready_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def councils(_: str) -> None:
        raise CouncilConfigError("councils/standin.toml: minds.plain: it has a mistake")

    monkeypatch.setattr(stage.keeper, "_councils", councils)
    result = await stage.boss.slash(stage.channel, "setup", council="standin")
    assert "That council is not ready on this bot" in text_of(result)
    assert stage.keeper.of_guild(stage.guild.id) == []


async def test_the_gambit_end_to_end(stage: Stage) -> None:
    await stage.plant()
    joined = await stage.ada.slash(stage.channel, "join")
    assert joined.ephemeral
    assert "Your stake is 100" in text_of(joined)
    opened = await stage.ada.slash(stage.channel, "short", good="honey", quantity=10)
    assert "Contract #1: short 10 honey at 9" in text_of(opened)
    tip = await stage.ada.slash(stage.channel, "insider")
    assert tip.ephemeral
    assert "Honey will fall" in text_of(tip)
    assert "direct message too" in text_of(tip)
    assert "Honey will fall" in stage.ada.user.dm_channel.last_message.content
    whispered = await stage.ada.slash(stage.channel, "whisper", creature="Sable", good="honey", direction="fall")
    assert "Sable hears next turn" in text_of(whispered)
    sprung = await stage.ada.slash(stage.channel, "spring")
    assert "falls when turn 1 settles" in text_of(sprung)

    advanced = await stage.boss.slash(stage.channel, "advance")
    assert "Turn 1 is over" in text_of(advanced)
    card = text_of(stage.cards()[-1])
    assert "The Run on Oona's Hoard" in card
    assert "October 1929" in card
    assert "**Honey fell by 5**: every unit short won 5 pebbles" in card

    offered = await stage.ada.autocomplete(stage.channel, "close", "number", "")
    assert offered == [{"name": "#1 short 10 honey: +50 pebbles now", "value": 1}]
    closed = await stage.ada.slash(stage.channel, "close", number=1)
    assert closed.ephemeral
    assert "won 50 pebbles" in text_of(closed)
    ledger = await stage.ada.slash(stage.channel, "ledger")
    assert ledger.ephemeral
    assert "net worth **129** (+29 on your stake of 100)" in text_of(ledger)
    assert "insider forecast" in text_of(ledger)

    public = "\n".join(text_of(message) for message in stage.channel.history(viewer=stage.ben))
    assert "Honey will fall" not in public
    assert "ada" not in public.lower()


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        ("short", {"good": "honey", "quantity": 0}, "A contract is for 1 to 50 units."),
        ("long", {"good": "honey", "quantity": 1_000_000}, "A contract is for 1 to 50 units."),
        ("short", {"good": "honey", "quantity": -5}, "A contract is for 1 to 50 units."),
        ("long", {"good": "honey", "quantity": 50}, "takes 225 pebbles and your purse holds 100"),
        ("bribe", {"whom": "the magistrate", "pebbles": 0}, "The magistrate takes 1 to 50 pebbles"),
        ("bribe", {"whom": "the magistrate", "pebbles": 51}, "The magistrate takes 1 to 50 pebbles"),
        ("bribe", {"whom": "the magistrate", "pebbles": 5, "favour": "hoard"}, "does no favours but one"),
        ("bribe", {"whom": "Oona", "pebbles": 9}, "wants to know what for"),
        ("bribe", {"whom": "Oona", "pebbles": 0, "favour": "hoard"}, "Oona takes 5 to 50 pebbles"),
        ("bribe", {"whom": "Oona", "pebbles": 9, "favour": "snub"}, "Choose whom it shall snub"),
        ("bribe", {"whom": "Oona", "pebbles": 9, "favour": "snub", "snub": "Oona"}, "Choose whom it shall snub"),
        ("ally", {"one": "Oona", "other": "Oona"}, "A pact takes two"),
        ("lend", {"creature": "Oona", "principal": 0, "interest": 0, "term": 2}, "A loan is of 1 to 60 pebbles"),
        ("lend", {"creature": "Oona", "principal": 20, "interest": 11, "term": 2}, "Oona pays you 0 to 1 of interest"),
        ("lend", {"creature": "Oona", "principal": 20, "interest": 1, "term": 99}, "runs for 1 to 8 turns"),
        (
            "lend",
            {"creature": "Oona", "principal": 20, "interest": 1, "term": 2, "secured_on": "firewood"},
            "Oona has not 7 firewood to pledge",
        ),
        ("wood scoreboard", {"page": 1}, "Nobody is ranked yet"),
        ("close", {"number": 1}, "You hold no contract #1"),
        ("close", {"number": -9}, "You hold no contract #-9"),
        ("join", {}, "You are in this wood already"),
        ("wood look", {"turn": 99}, "No turn of that number has closed"),
        ("wood look", {"turn": 2**53 - 1}, "No turn of that number has closed"),
    ],
)
async def test_bad_input_gets_one_private_sentence_and_changes_nothing(
    stage: Stage, command: str, options: dict, sentence: str
) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    before = stage.keeper.wood(stage.world_id).state_hash()
    result = await stage.ada.slash(stage.channel, command, **options)
    assert result.ephemeral
    assert sentence in text_of(result)
    assert stage.keeper.wood(stage.world_id).state_hash() == before


@pytest.mark.parametrize("command", ["ledger", "insider", "spring", "wood objective"])
async def test_acting_before_joining_is_refused(stage: Stage, command: str) -> None:
    await stage.plant()
    result = await stage.ada.slash(stage.channel, command)
    assert result.ephemeral
    assert "You are no Patron of this wood yet. Use /join first." in text_of(result)
    assert await stage.ada.autocomplete(stage.channel, "close", "number", "") == []


def test_a_direct_message_is_no_place_for_a_wood() -> None:
    with pytest.raises(Refusal, match="in a server's channel"):
        guild_of(SimpleNamespace(guild_id=None))


async def test_a_contract_closed_again_is_refused(stage: Stage) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "long", good="acorns", quantity=2)
    await stage.ada.slash(stage.channel, "close", number=1)
    result = await stage.ada.slash(stage.channel, "close", number=1)
    assert "closed already" in text_of(result)


async def test_an_unknown_word_is_answered_with_the_choices(stage: Stage) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    short = stage.env.backend.find_command("short", stage.guild.id)
    next(option for option in short["options"] if option["name"] == "good").pop("choices")
    result = await stage.ada.slash(stage.channel, "short", good="beeswax", quantity=1)
    assert text_of(result) == (
        "There is no such good in this wood. Choose one of: 🌰 acorns, 🫐 berries, 🍄 mushrooms, 🍯 honey, 🪵 firewood."
    )


async def test_closed_direct_messages_lose_nothing(stage: Stage) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    stage.env.inject_error("POST", f"/channels/{stage.ada.user.dm_channel.id}/messages", status=403, code=50007)
    result = await stage.ada.slash(stage.channel, "insider")
    assert "Honey will fall" in text_of(result)
    assert "direct messages are closed" in text_of(result)
    ledger = await stage.ada.slash(stage.channel, "ledger")
    assert "Honey will fall" in text_of(ledger)


async def test_a_bribe_is_private_and_costs(stage: Stage) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    posted = len(stage.cards())
    result = await stage.ada.slash(stage.channel, "bribe", whom="the magistrate", pebbles=10)
    assert result.ephemeral
    assert "Your purse holds 90." in text_of(result)
    assert "The magistrate now" in text_of(result)
    assert len(stage.cards()) == posted
    again = await stage.ada.slash(stage.channel, "bribe", whom="the magistrate", pebbles=10)
    assert "has had your gift for this turn" in text_of(again)


async def test_a_favour_and_a_pact_are_asked_for_in_private_and_the_pact_is_news(stage: Stage) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    favour = await stage.ada.slash(stage.channel, "bribe", whom="Oona", pebbles=8, favour="snub", snub="Sable")
    assert favour.ephemeral
    assert "8 pebbles put aside for Oona: it is asked to snub Sable next turn" in text_of(favour)
    pact = await stage.ada.slash(stage.channel, "ally", one="Sable", other="Bracken")
    assert pact.ephemeral
    assert "Bracken and Sable shake paws" in text_of(pact)
    again = await stage.ada.slash(stage.channel, "ally", one="Sable", other="Oona")
    assert "Sable has a pact with Bracken" in text_of(again)
    await stage.boss.slash(stage.channel, "advance")
    assert "Bracken and Sable shake paws" in text_of(await stage.ben.slash(stage.channel, "wood news"))
    ledger = await stage.ada.slash(stage.channel, "ledger")
    assert "offered to Oona" in text_of(ledger)
    assert "pact of Sable and Bracken" in text_of(ledger)


async def test_objective_and_scoreboard_show_ones_own_place(stage: Stage) -> None:
    await stage.plant()
    for member in (stage.ada, stage.ben):
        await member.slash(stage.channel, "join")
    await stage.ada.slash(stage.channel, "bribe", whom="the magistrate", pebbles=30)
    await stage.boss.slash(stage.channel, "advance")
    objective = await stage.ada.slash(stage.channel, "wood objective")
    assert objective.ephemeral
    assert "70 of 200" in text_of(objective)
    assert "Place **2** of 2" in text_of(objective)
    board = await stage.ada.slash(stage.channel, "wood scoreboard")
    own = [line for line in text_of(board).splitlines() if "← you" in line]
    assert len(own) == 1
    assert "🥈" in own[0]
    assert "**70**" in own[0]
    stranger = await stage.boss.slash(stage.channel, "wood scoreboard")
    assert "← you" not in text_of(stranger)
    assert "/join" in text_of(stranger)
    refused = await stage.ada.slash(stage.channel, "wood scoreboard", page=2)
    assert "The scoreboard has 1 page" in text_of(refused)


async def test_a_poke_is_public_and_a_windfall_needs_a_good(stage: Stage) -> None:
    await stage.plant()
    refused = await stage.boss.slash(stage.channel, "poke", poke="windfall")
    assert "Choose which" in text_of(refused)
    done = await stage.boss.slash(stage.channel, "poke", poke="windfall", good="honey")
    assert "6 honey tumble into Oona's store" in text_of(done)
    assert "6 honey tumble into Oona's store" in stage.channel.last_message.content


async def test_everything_public_can_be_looked_at(stage: Stage) -> None:
    stage.council.silent["Nettle"] = "its mind gave no answer"
    await stage.plant()
    for _ in range(2):
        await stage.boss.slash(stage.channel, "advance")
    for command, options, words in (
        ("wood look", {}, "Turn 2"),
        ("wood look", {"turn": 1}, "Turn 1"),
        ("wood prices", {}, "Prices after turn 2"),
        ("wood creature", {"name": "Nettle"}, "Did nothing last turn: its mind gave no answer."),
        ("wood creature", {"name": "Oona"}, "Oona says the winter will be long"),
        ("wood news", {}, "The next turn comes"),
        ("wood help", {}, "Your first trade: the gambit"),
    ):
        result = await stage.ada.slash(stage.channel, command, **options)
        assert result.ephemeral
        assert words in text_of(result)
    chart = await stage.ada.slash(stage.channel, "wood chart", good="honey")
    picture = chart.response.attachments[0]
    assert picture.filename == "prices.png"
    assert picture.description is not None
    assert "up to turn 2" in picture.description


async def test_what_nobody_foresaw_is_apologised_for_and_logged(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.plant()

    async def broken(*_: object) -> None:
        raise ZeroDivisionError("beneath the roots")

    monkeypatch.setattr(stage.keeper, "act", broken)
    stage.expected.append(ZeroDivisionError)
    result = await stage.ada.slash(stage.channel, "join")
    assert result.ephemeral
    assert "Something went wrong" in text_of(result)
    assert "roots" not in text_of(result)
    assert "beneath the roots" in caplog.text


async def test_a_full_disk_is_one_clear_sentence_and_a_line_in_the_log(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.plant()

    async def full(*_: object) -> None:
        raise StoreUnavailableError from OSError("no space left")

    stage.expected.append(StoreUnavailableError)
    with monkeypatch.context() as patch:
        patch.setattr(stage.keeper, "act", full)
        result = await stage.ada.slash(stage.channel, "join")
    assert result.ephemeral
    assert text_of(result) == str(StoreUnavailableError())
    assert "An interaction failed: /join" in caplog.text
    assert "no space left" in caplog.text
    assert "You are now" in text_of(await stage.ada.slash(stage.channel, "join"))


async def test_a_loan_is_offered_answered_and_stands_in_the_ledger(stage: Stage) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    terms = {"creature": "Oona", "principal": 20, "interest": 1, "term": 3}
    offered = await stage.ada.slash(stage.channel, "lend", **terms)
    assert offered.ephemeral
    assert "21 back in 3 turns, on a pledge of 4 honey" in text_of(offered)
    assert "Oona is asked: 20 for 21 after 3 turns" in text_of(await stage.ada.slash(stage.channel, "ledger"))
    stage.council.takes_loans = True
    await stage.boss.slash(stage.channel, "advance")
    ledger = text_of(await stage.ada.slash(stage.channel, "ledger"))
    assert "Oona owes **21** for 20, due in turn 4, on 4 honey" in ledger
    assert "net worth **100**" in ledger
    assert "Oona takes your 20 pebbles" in ledger


async def test_a_banished_creature_is_shown_as_away_and_cannot_be_reached(stage: Stage) -> None:
    await stage.plant()
    await stage.ada.slash(stage.channel, "join")
    stage.keeper.wood(stage.world_id).world.banished["Oona"] = 9
    await stage.boss.slash(stage.channel, "advance")
    assert "**Oona** is banished, and returns in turn 9." in text_of(stage.cards()[-1])
    assert "returns in turn 9" in text_of(await stage.ada.slash(stage.channel, "wood creature", name="Oona"))
    refused = await stage.ada.slash(stage.channel, "lend", creature="Oona", principal=9, interest=0, term=2)
    assert "Oona is banished until turn 9. Choose another creature." in text_of(refused)


@pytest.mark.parametrize(
    ("command", "option", "filled", "offered"),
    [
        ("short", "quantity", {"good": "honey"}, "10 honey: 45 pebbles of margin of your 100"),
        ("long", "quantity", {"good": "acorns"}, "50 acorns: 100 pebbles of margin of your 100"),
        ("lend", "principal", {"creature": "Oona"}, "20 of your 100 pebbles"),
        ("lend", "interest", {"creature": "Oona", "principal": 20, "term": 8}, "4: 24 back for 20, on 4 honey"),
        ("bribe", "pebbles", {"whom": "Oona"}, "5 of your 100 pebbles; Oona takes 5 to 50"),
        ("bribe", "pebbles", {"whom": "the magistrate"}, "1 of your 100 pebbles; the magistrate takes 1 to 50"),
    ],
)
async def test_what_a_deed_costs_is_shown_while_its_figures_are_chosen(
    stage: Stage, command: str, option: str, filled: dict, offered: str
) -> None:
    await stage.plant()
    assert await stage.ada.autocomplete(stage.channel, command, option, "", **filled) == []
    await stage.ada.slash(stage.channel, "join")
    names = [choice["name"] for choice in await stage.ada.autocomplete(stage.channel, command, option, "", **filled)]
    assert offered in names
    typed = await stage.ada.autocomplete(stage.channel, command, option, "7", **filled)
    assert [choice["value"] for choice in typed] == [7]


async def test_minds_says_who_thinks_with_what(stage: Stage) -> None:
    await stage.plant()
    shown = await stage.ada.slash(stage.channel, "wood minds")
    assert shown.ephemeral
    assert "Who thinks with what" in text_of(shown)
