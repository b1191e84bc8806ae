"""Words of minds do nothing on Discord: they ping nobody, lead nowhere, and look like what they are."""

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.ui.books import _reasons
from bot.ui.cards import prices_card, reason_of, turn_card
from bot.ui.minds import minds_card
from bot.ui.plain import plain
from engine.cast import CAST
from engine.legends import DECK
from engine.masks import MASKS
from engine.minds import MindLine
from engine.patronage import ContractLine
from engine.releases import public_view
from engine.views import PublicView
from engine.vocabulary import Good, Stance
from tests.bot.stage import Stage, text_of
from tests.engine.helpers import joined, turn, wood

TRICKS = [
    "@everyone", "@here", "<@123456789012345678>", "<@!123456789012345678>", "<@&123456789012345678>", "<#1234567890>",
    "</setup:123456789>", "<t:1700000000:R>", "<:wood:123456789012345678>", "<a:wood:123456789012345678>",
    "<id:customize>", "\\<@123456789012345678>", "<\u200b@123456789012345678>", "@\u200beveryone", "@ev\u00aderyone",
    "https://evil.example/x", "http://evil.example", "HTTPS://EVIL.EXAMPLE", "hxxp://evil.example", "discord.gg/abcdef",
    "discord.com/invite/abcdef", "evil.com", "www.evil.com", "a.b.c.d", "1.2.3.4", "me@evil.com", "mailto:me@evil.com",
    "steam://run/1", "javascript:alert(1)", "discord://-/channels/1", "//evil.example/x", "evil.com.", "evil。com",
    "[free pebbles](https://evil.example)", "[a](<https://evil.example>)", "<https://evil.example>", "[a]: http://e.vil",
    "**bold**", "*leaning*", "__under__", "_leaning_", "~~struck~~", "||hidden||", "`code`", "```py\nexec()\n```",
    "# big", "## big", "-# small", "> quoted", ">>> quoted", "- a list", "* a list", "+ a list",
    "\u202egnirts", "\u2066a\u2069", "a\u0300\u0301\u0302\u0303\u0304", "\x00\x07\x1b[31m", "a\nb", "a\r\n# b",
    "a\u2028# b", "\ud800", "\ufeffword", "\ue000", "\U000e0041", "\\*not escaped\\*", "\\\\", "&lt;@1&gt;", "", " ",
]  # fmt: skip

SIGNS = list(".:/@<>#*_-|`\\[]() a1")

ACTIVE = {
    "a mention": re.compile(r"@(?:everyone|here)|<[@#/:ti]|<a:"),
    "a scheme": re.compile(r"\w:(?=\S)|//"),
    "a domain": re.compile(r"[^\W\d]\.\w|\w\.[^\W\d]|\d\.\d+\.\d"),
    "a masked link": re.compile(r"\]\s*\("),
    "markup": re.compile(r"[*_~|`\\<>\[\]]|@|#"),
    "a start of line": re.compile(r"^\s*(?:[-+#>]|-#)"),
    "a second line": re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]"),
}
"""What makes Discord do something, said apart from how `plain` prevents it."""


def assert_does_nothing(text: str) -> None:
    for what, pattern in ACTIVE.items():
        assert not pattern.search(text), f"{what} in {text!r}"
    unseen = [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me")]
    assert not unseen, f"{unseen!r} in {text!r}"


@pytest.mark.parametrize("trick", TRICKS)
def test_every_known_trick_does_nothing(trick: str) -> None:
    for text in (trick, f"The acorns {trick} are fine", trick * 3):
        assert_does_nothing(plain(text))


@given(
    st.lists(
        st.one_of(st.sampled_from(TRICKS), st.text(max_size=8), st.sampled_from(list(".:/@<>#*_-|`\\[]() a1"))),
        max_size=12,
    )
)
def test_no_mixture_of_tricks_does_anything(parts: list[str]) -> None:
    made = plain("".join(parts))
    assert_does_nothing(made)
    assert plain(made) == made


@given(st.text(max_size=200))
def test_no_text_at_all_does_anything(text: str) -> None:
    assert_does_nothing(plain(text))


def test_the_woods_own_words_stay_as_they_are() -> None:
    now, said = joined(wood()), []
    for _ in range(12):
        now = turn(now).wood
        view = public_view(now.world)
        said += [view.headline, *view.news, *view.trades]
    said += [*MASKS, *(legend.title for legend in DECK), "We paid 3.5 pebbles, didn't we? Yes: twice; then “stop”!"]
    assert [text for text in said if plain(text) != text] == []


def tricky_view(trick: str) -> PublicView:
    """Return a view in which every text that is free to be anything is a trick."""
    now = turn(joined(wood())).wood
    view = public_view(now.world)
    return _poisoned(view, trick)


def _poisoned(value: Any, trick: str, name: str = "") -> Any:
    if isinstance(value, BaseModel):
        fields = {field: _poisoned(getattr(value, field), trick, field) for field in type(value).model_fields}
        return value.model_copy(update=fields)
    if isinstance(value, tuple):
        return tuple(_poisoned(each, trick, name) for each in value) or (
            (f"{trick} {name}",) if name in ("news", "trades") else ()
        )
    free = type(value) is str and name not in ("species", "season", "mood", "name")  # words of the project's own lists
    return f"{trick} {name}" if free else value  # a headline that is news too would be told once


OURS = re.compile(r"\*\*|^#{1,3} |^-# |^> |^• |`|_|[▲▼]", re.MULTILINE)
"""The project's own markup in a card, which is taken away to look at the rest."""


@pytest.mark.parametrize(
    "trick", ["<@1> https://evil.example @everyone", "discord.gg/abc [x](http://e.vil)", "||a|| ~~b~~"]
)
def test_no_card_passes_a_trick_on(trick: str) -> None:
    view = tricky_view(trick)
    speaking = tuple(face.model_copy(update={"silent": "", "back": 0}) for face in view.creatures)
    line = ContractLine(
        number=1, stance=Stance.SHORT, good=Good.HONEY, quantity=1, entry=9, price=8, margin=5, paid_in=5, result=1
    )
    mind = MindLine(
        creature="Oona", mind=trick, lab=trick, model="m", turns=1, tokens=1, seconds=1, repaired=0, idle=0, refused=0
    )
    honey_news = view.model_copy(update={"news": (f"honey {trick}",)})
    shown = [
        *card_text(turn_card(view, "guild-1")),
        *card_text(turn_card(view.model_copy(update={"creatures": speaking}), "guild-1")),
        *card_text(prices_card(view, "guild-1")),
        *_reasons(line, honey_news),
        minds_card([mind], {}),
        minds_card([], {"Oona": {"mind": trick, "lab": trick}}),
        *map(reason_of, view.creatures),
    ]
    for text in shown:
        for each in OURS.sub("", text).splitlines():
            for what in ("a mention", "a scheme", "a domain", "a masked link"):
                assert not ACTIVE[what].search(each), f"{what} in {each!r}"
            assert not re.search(r"[|~]{2}", each)


def card_text(card: Any) -> list[str]:
    return [item.content for item in card.walk_children() if getattr(item, "content", None)]


async def test_no_command_passes_a_trick_on(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.plant()
    await stage.boss.slash(stage.channel, "advance")
    trick = "<@1> https://evil.example @everyone"
    monkeypatch.setattr(stage.keeper, "public", lambda _: tricky_view(trick))
    for command, options in (("wood look", {}), ("wood news", {}), ("wood creature", {"name": CAST[0].name})):
        shown = re.sub(r"<t:\d+:R>", "soon", text_of(await stage.ada.slash(stage.channel, command, **options)))
        assert "everyone" in shown, "the words themselves are told"
        for what in ("a mention", "a masked link"):
            assert not ACTIVE[what].search(shown), f"{what} in {shown!r}"
        assert "://" not in shown


def test_nobody_can_be_pinged_whatever_is_said(stage: Stage) -> None:
    mentions = stage.bot.allowed_mentions
    assert mentions is not None
    assert mentions.to_dict() == {"parse": []}
