"""Every public message of a wood fits into Discord, over generated worst cases: 100 Patrons, the longest names."""

import re
from typing import Any

import discord
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.ui import pictures
from bot.ui.cards import picture_card, prices_card, turn_card
from bot.ui.pictures import Picture
from bot.ui.scores import PAGE, pages_of, scoreboard
from bot.ui.seasons import ended_card, standings_card
from bot.ui.thinking import thinking
from engine.cast import NAMES
from engine.legends import DECK
from engine.masks import MASKS
from engine.patronage import RankLine
from engine.ports import HEADLINE_LENGTH, SPEECH_LENGTH
from engine.releases import public_view
from engine.turn import found
from engine.views import PublicView
from engine.vocabulary import GOODS
from engine.weather import CHAPTER_NAMES
from tests.bot.test_season_cards import ended, season, story

PATRONS = 100
LONGEST = sorted(MASKS, key=len)[-PATRONS:]
WORLD = "guild-" + "9" * 19 + "-" + "9" * 6
EMPTY = public_view(found(WORLD, "7").world)
MOST = 10**9 - 1

words = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=400),
    st.sampled_from(["W" * 400, "<@1> @everyone", "<#2> https://evil.example/x", "[x](http://e.vil) <t:1:R>"]),
)
number = st.integers(0, MOST)
trade = st.builds(
    "{} bought {} {} of {} at {}".format,
    st.sampled_from(NAMES), number, st.sampled_from([*GOODS, "berry", "pies"]), st.sampled_from(NAMES), number,
)  # fmt: skip
event = st.one_of(
    words,
    st.sampled_from(DECK).map(lambda legend: f"{legend.title}! {legend.tale}"),
    st.sampled_from(LONGEST).map(lambda mask: f"{mask} is found guilty by the magistrate, and fined."),
)


@st.composite
def views(draw: st.DrawFn) -> PublicView:
    """Draw what a wood of 100 Patrons could show at most, and far more news and trades than a turn can bring."""
    creatures = tuple(
        face.model_copy(
            update={
                "mood": draw(st.sampled_from(["cheerful", "content", "uneasy", "miserable", "desperate"])),
                "said": draw(st.text("Ww ", max_size=SPEECH_LENGTH)),
                "silent": draw(st.one_of(st.just(""), words)),
                "back": draw(st.one_of(st.just(0), number)),
            }
        )
        for face in EMPTY.creatures
    )
    quotes = tuple(
        quote.model_copy(
            update={"settlement": draw(number), "change": draw(st.integers(-MOST, MOST)), "traded": draw(number)}
        )
        for quote in EMPTY.quotes
    )
    return EMPTY.model_copy(
        update={
            "chapter": draw(number),
            "turn": draw(st.integers(1, MOST)),
            "thinking": draw(st.booleans()),
            "season": draw(st.sampled_from(CHAPTER_NAMES)),
            "headline": draw(st.one_of(event, st.text(max_size=HEADLINE_LENGTH))),
            "quotes": quotes,
            "creatures": creatures,
            "trades": tuple(draw(st.lists(trade | words, min_size=draw(st.sampled_from([0, 30])), max_size=40))),
            "news": tuple(draw(st.lists(event, min_size=draw(st.sampled_from([0, 30])), max_size=40))),
            "patrons": PATRONS,
        }
    )


def worst() -> PublicView:
    """Return a view in which every text is as long, and every list as full, as nothing in the game makes it."""
    legend = max(DECK, key=lambda each: len(each.tale) + len(each.history))
    faces = tuple(face.model_copy(update={"said": "W" * SPEECH_LENGTH}) for face in EMPTY.creatures)
    return EMPTY.model_copy(
        update={
            "turn": MOST,
            "chapter": MOST,
            "creatures": faces,
            "trades": tuple(f"{number} {'W' * 400}" for number in range(40)),
            "news": (f"{legend.title}! {legend.tale}", *(f"{number} {'W' * 400}" for number in range(40))),
            "patrons": PATRONS,
        }
    )


def fits(view: discord.ui.LayoutView, shown: list[Picture]) -> None:
    """Assert that Discord takes a message, and that its pictures are the ones sent with it, told in words."""
    assert view.total_children_count <= 40
    assert view.content_length() <= 4000
    assert len(shown) <= 10
    galleries = [item for item in view.walk_children() if isinstance(item, discord.ui.MediaGallery)]
    told: list[tuple[str, Any]] = [(each.media.url, each.description) for one in galleries for each in one.items]
    assert told == [(f"attachment://{picture.name}", picture.alt[:1024]) for picture in shown]
    assert all(alt for _, alt in told)
    for item in view.walk_children():
        if isinstance(item, discord.ui.TextDisplay):
            assert item.content.strip(), "Discord refuses a text without letters"
        if isinstance(item, discord.ui.ActionRow):
            assert 1 <= len(item.children) <= 5
    ids = [item.custom_id for item in view.walk_children() if getattr(item, "custom_id", None)]  # type: ignore[attr-defined]
    assert len(ids) == len(set(ids))
    assert all(len(each) <= 100 for each in ids)


@settings(max_examples=60)
@given(views())
@example(worst())
def test_every_card_of_a_turn_fits(view: PublicView) -> None:
    fits(turn_card(view, WORLD), list(pictures.of_turn(view)))
    fits(prices_card(view, WORLD), [pictures.prices(view)])
    portrait = pictures.portrait(view.creatures[0], view.season)
    fits(picture_card(portrait, "W" * 1000, view), [portrait])
    assert len(thinking(view, NAMES)) <= 200


@given(st.lists(number, min_size=PATRONS, max_size=PATRONS))
def test_every_list_of_patrons_fits(worths: list[int]) -> None:
    ranked = sorted(worths, reverse=True)
    lines = list(zip(LONGEST, ranked, strict=True))
    fits(standings_card(lines, EMPTY, WORLD, MOST), [])
    ranking = [RankLine(mask=mask, net_worth=worth) for mask, worth in lines]
    for page in range(1, pages_of(ranking) + 1):
        text = scoreboard(ranking, LONGEST[PATRONS - PAGE], page)
        assert len(text) <= 2000
    over = ended(*ranked).model_copy(update={"season": season(number=MOST)})
    told = story(turns=48, patrons=PATRONS)
    shown = pictures.of_season(over, told)
    fits(ended_card(over, told, shown, MOST), shown)


@given(views())
def test_no_card_pings_or_links(view: PublicView) -> None:
    texts = [
        item.content for item in turn_card(view, WORLD).walk_children() if isinstance(item, discord.ui.TextDisplay)
    ]
    text = "\n".join(texts)
    assert not re.search(r"<[@#:/a-zA-Z]|@everyone|@here|://|\]\(", text)
