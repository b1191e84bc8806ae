"""In every language each message fits into Discord at its fullest, and nothing in it is left in English."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from bot.i18n import told
from bot.i18n.catalogs import ENGINE, catalog_of
from bot.i18n.kinds import KINDS
from bot.i18n.languages import TRANSLATED, Language
from bot.i18n.told import templates
from bot.ui import faces, pictures
from bot.ui.books import ledger_card, result_card
from bot.ui.buttons import RIGHTS, DeedButton
from bot.ui.cards import picture_card, prices_card, reason_of, turn_card
from bot.ui.careers import profile
from bot.ui.entries import RIGHTS as ENTRY_DEEDS
from bot.ui.entries import EntryButton
from bot.ui.minds import minds_card
from bot.ui.pictures import Picture
from bot.ui.placings import placings_of
from bot.ui.plain import plain
from bot.ui.scores import _MAGISTRATE, objective, scoreboard
from bot.ui.seasons import ended_card, season_pages, standings_card
from bot.ui.thinking import thinking
from bot.ui.tournaments import best_lines, board
from engine import heat
from engine.actions.base import Receipt
from engine.cast import NAMES
from engine.contests.career import Finish, PatronCareer
from engine.contests.honours import Honour
from engine.legends import DECK
from engine.masks import MASKS
from engine.minds import MindLine
from engine.patronage import ContractLine, LedgerLine, LoanLine, PatronBooks, RankLine
from engine.ports import SPEECH_LENGTH
from engine.vault import Suspicion
from engine.views import PublicView
from engine.vocabulary import GOODS, Good, Stance, capital, counted, pebbles, turns
from tests.bot.test_boards import held, tables_of, users_of
from tests.bot.test_limits import EMPTY, LONGEST, MOST, PATRONS, WORLD, fits
from tests.bot.test_season_cards import HONOURS, USER, ended, results, season, story
from tests.bot.ui.tongues import LONG, WIDE, Tongue
from tests.engine.helpers import wood

MUCH = 99_999
LEGEND = max(DECK, key=lambda each: len(each.tale) + len(each.history))

_EXAMPLES = {
    "int": str(MUCH), "id": "9" * 19, "decimal": "99.9", "numbers": "#999, #999", "text": "W" * 60,
    "name": "Mossback", "creature": "Mossback", "creatures": ", ".join(NAMES), "Good": "Mushrooms",
    "goods": counted(MUCH, Good.MUSHROOMS), "pebbles": pebbles(MUCH), "turns": turns(99), "chapters": "99 chapters",
    "mask": LONGEST[-1], "Mask": capital(LONGEST[-1]), "told": "A plain day's trade under the trees.",
}  # fmt: skip


def example(kind: str) -> str:
    """Return the longest English words that stand in a place of a kind, as far as this test knows."""
    return _EXAMPLES.get(kind) or max((*KINDS[kind].listed, "W"), key=len)


def engine_lines() -> list[str]:
    """Return every sentence of the engine at its longest, in English as it is kept."""
    place = re.compile(r"\{\w+:(\w+)\}")
    return [place.sub(lambda found: example(found[1]), template.sentence) for template in templates()]


def trades() -> tuple[str, ...]:
    return tuple(f"{NAMES[n % 5]} bought {n + 2} mushrooms of {NAMES[(n + 1) % 5]} at {n % 40}" for n in range(75))


def busy(**changes: Any) -> PublicView:
    """Return a turn with a legend and all news that there are, at which everybody speaks as long as they may."""
    creatures = tuple(face.model_copy(update={"said": "W" * SPEECH_LENGTH, **changes}) for face in EMPTY.creatures)
    quotes = tuple(
        quote.model_copy(update={"change": -MUCH, "settlement": MUCH, "traded": MUCH}) for quote in EMPTY.quotes
    )
    fallen = f"{LEGEND.title}! {LEGEND.tale}"
    return EMPTY.model_copy(
        update={
            "turn": MUCH, "chapter": MUCH, "season": "early autumn", "patrons": PATRONS, "creatures": creatures,
            "quotes": quotes, "headline": fallen, "trades": trades(),
            "news": (fallen, *sorted(engine_lines(), key=len, reverse=True), *(f"{n} {'W' * 400}" for n in range(40))),
        }
    )  # fmt: skip


def turns_shown() -> list[PublicView]:
    """Return turns of every sort, each at its fullest."""
    reason = max(engine_lines(), key=len)
    return [
        busy(),
        busy(silent=reason),
        busy(back=MUCH),
        busy().model_copy(update={"trades": (), "news": (), "headline": reason}),
        busy().model_copy(update={"trades": tuple(f"{n} {'W' * 400}" for n in range(40)), "patrons": 0}),
        busy().model_copy(update={"trades": tuple(engine_lines()), "quotes": EMPTY.quotes}),
        EMPTY.model_copy(update={"headline": reason, "news": (reason,)}),
    ]


def fullest_books(**changes: Any) -> PatronBooks:
    """Return books with as many lines of each sort as the ledger shows."""
    reason = max(engine_lines(), key=len)
    contract = ContractLine(
        number=999, stance=Stance.SHORT, good=Good.MUSHROOMS, quantity=50, entry=80, price=80, margin=9999,
        paid_in=9999, result=-9999,
    )  # fmt: skip
    loan = LoanLine(
        borrower="Mossback", principal=999, owed=999, due=999, good=Good.MUSHROOMS, pledge=99, worth=9999, called=99
    )
    fields = {
        "mask": LONGEST[-1], "stake": 100, "purse": MUCH, "net_worth": MUCH, "objective": MUCH, "rank": 1000,
        "patrons": 1000, "magistrate": "has never heard of you",
        "contracts": tuple(contract.model_copy(update={"number": n}) for n in range(5)),
        "loans": (loan, loan.model_copy(update={"offered": True})), "forecast": reason,
        "letters": tuple((MUCH, reason) for _ in range(40)),
        "lines": tuple(LedgerLine(turn=MUCH, change=-9999, memo=reason) for _ in range(15)),
    }  # fmt: skip
    return PatronBooks(**{**fields, **changes})


def layouts() -> Iterator[tuple[discord.ui.LayoutView, list[Picture]]]:
    """Yield every layout with the pictures that are sent with it, at its fullest."""
    for view in turns_shown():
        yield turn_card(view, WORLD), list(pictures.of_turn(view))
        yield prices_card(view, WORLD), [pictures.prices(view)]
        face = view.creatures[0]
        portrait = pictures.portrait(face, view.season)
        yield picture_card(portrait, f"{faces.mood(face.mood)} {reason_of(face)}", view), [portrait]
    worths = list(range(10_000_000 + PATRONS, 10_000_000, -1))
    for last in (None, 2 * MOST):
        yield standings_card(list(zip(LONGEST, worths, strict=True)), EMPTY, WORLD, last), []
    for over, tale in (
        (ended(*worths), story(patrons=PATRONS, honours=HONOURS)),
        (ended(*worths).model_copy(update={"season": season(MOST)}), story(patrons=PATRONS, honours=HONOURS)),
        (ended().model_copy(update={"season": None}), story(turns=1, patrons=0)),
    ):
        shown = pictures.of_season(over, tale)
        for turn in (None, MOST):
            yield ended_card(over, tale, shown, turn), shown
    yield ledger_card(fullest_books(), WORLD), []
    yield ledger_card(fullest_books(contracts=(), loans=(), letters=(), lines=(), forecast=""), WORLD), []
    line = fullest_books().contracts[0]
    for result, price in ((-9999, 90), (0, 80), (9999, 70)):
        receipt = Receipt(text=max(engine_lines(), key=len), figures={"result": result})
        yield result_card(receipt, line.model_copy(update={"price": price}), busy(), WORLD), []


def boards() -> Iterator[discord.ui.LayoutView]:
    """Yield the board of a tournament of 512 players at each of its stages."""
    stages = [
        held(512), held(512, over=True), held(512, rounds=1, over=True), held(512, scored=0),
        held(512, over=True, reason=engine_lines()[0]),
    ]  # fmt: skip
    for state in (
        stages[0].state.model_copy(update={"paused": True}),
        stages[0].state.model_copy(update={"seats": (), "scored": 0}),
        stages[0].state.model_copy(update={"seats": (), "scored": 0, "entrants": ()}),
        stages[3].state.model_copy(update={"tables": ()}),
    ):
        stages.append(stages[0].model_copy(update={"state": state}))
    for each in stages:
        yield board(each, tables_of(each), {**users_of(each), "entrant-7": None})


def contents() -> Iterator[str]:
    """Yield every message that is no layout, at its fullest."""
    ranking = [RankLine(mask=mask, net_worth=MOST) for mask in MASKS]
    for own in (LONGEST[-1], MASKS[-1], "the Patron of Nowhere", None):
        yield scoreboard(ranking, own, 1)
    for words in _MAGISTRATE:
        yield objective(fullest_books(magistrate=words))
    yield objective(fullest_books(net_worth=1, rank=0))
    finishes = tuple(
        Finish(season=n or None, mask=LONGEST[-1], place=n + 1, net_worth=MOST, patrons=1000) for n in range(300)
    )
    career = PatronCareer(
        finishes=finishes, won=tuple(range(300)), best=finishes[1], worst=finishes[0], honours=dict.fromkeys(Honour, 9)
    )
    yield profile(f"<@{USER}>", career, [f"{'A name of sixty characters ':.<60}"] * 40)
    yield profile(f"<@{USER}>", career.model_copy(update={"won": ()}))
    yield profile(f"<@{USER}>", None)
    ended_at = datetime(2027, 3, 1, tzinfo=UTC)
    woods = [season(number, ended_at=ended_at) for number in range(1, 20)]
    yield from season_pages(woods, results(*[100] * 40))
    yield from season_pages(woods, ())
    yield from season_pages([season(number) for number in range(1, 9)], ())
    minds = [
        MindLine(creature=name, mind="M" * 60, lab="L" * 40, model="m", turns=9, tokens=999, seconds=9, repaired=1,
                 idle=1, refused=1)
        for name in (*NAMES, "the narrator")
    ]  # fmt: skip
    yield minds_card(minds, {})
    yield minds_card([], {name: {"mind": "M" * 60, "lab": "L" * 40} for name in NAMES})
    yield thinking(EMPTY, NAMES)
    tournament = held(512)
    yield best_lines(tournament.state, users_of(tournament))


def test_every_layout_fits_into_discord(tongue: Tongue) -> None:
    for view, shown in layouts():
        fits(view, shown)
        for picture in shown:
            assert len(picture.alt) <= 1024, picture.alt


def test_every_board_fits_into_discord(tongue: Tongue) -> None:
    for view in boards():
        assert view.total_children_count <= 40
        assert view.content_length() <= 4000


def test_every_text_fits_into_a_message(tongue: Tongue) -> None:
    for text in contents():
        assert 0 < len(text) <= 2000, text


def test_every_button_has_room_for_its_words(tongue: Tongue) -> None:
    for deed in RIGHTS:
        label = DeedButton(deed, WORLD).item.label
        assert label
        assert len(label) <= 80
    for deed in ENTRY_DEEDS:
        label = EntryButton(deed, "1-1").item.label
        assert label
        assert len(label) <= 80


ENGLISH_LEFT = {
    *NAMES, *(tree for mask in MASKS for tree in re.findall(r"\w+", faces.short_mask(mask))),
    "A", "name", "of", "sixty", "characters", "embedded",
}  # fmt: skip
"""Names, those that the tests' own records have among them."""


@pytest.mark.parametrize("tongue", [LONG, WIDE], indirect=True, ids=lambda each: each.name)
def test_nothing_is_left_in_english(tongue: Tongue) -> None:
    said = [text for view, _ in layouts() for text in words_of(view)]
    said += [text for view in boards() for text in words_of(view)]
    said += contents()
    said += [picture.alt for _, shown in layouts() for picture in shown]
    tables = [placings_of(held(65, over=over).state, {}) for over in (False, True)]
    said += [text for table in tables for text in (table.title, table.foot, *table.heads, table.rows[-1].name)]
    for text in said:
        bare = re.sub(r"`[^`]*`|<[@#t][^>]*>|https?://\S+", "", text)
        left = {word for word in re.findall(r"[A-Za-z]+", bare) if not set(word) <= set("WML") and not _is_name(word)}
        assert not left, f"{left} in {text!r}"


def _is_name(word: str) -> bool:
    """Say whether a word is a name, or the beginning of one where a line was cut."""
    return word in ENGLISH_LEFT or (len(word) > 2 and any(name.startswith(word) for name in ENGLISH_LEFT))


def words_of(view: discord.ui.LayoutView) -> Iterator[str]:
    """Yield all that a layout says."""
    for item in view.walk_children():
        if isinstance(item, discord.ui.TextDisplay):
            yield item.content
        elif isinstance(item, discord.ui.Button):
            yield item.label or ""
        elif isinstance(item, discord.ui.MediaGallery):
            yield from (each.description or "" for each in item.items)


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_makes_a_minds_words_harmless_leaves_the_engines_words_alone(language: Language) -> None:
    for message in catalog_of(language):
        if ENGINE in message.flags and isinstance(message.string, str) and message.string:
            english, shown = (re.sub(r"\{\w+:\w+\}", "Oona", each) for each in (str(message.id), message.string))
            if plain(english) == english:  # a contract's number sign is not, and no card shows one through `plain`
                assert plain(shown) == shown


def test_every_look_of_the_magistrate_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = wood()
    line = now.world.rules.law.line
    looks: set[str] = set()
    for felt in range(line + 1):
        monkeypatch.setattr(heat, "of", lambda *_, felt=felt: Suspicion(heat=felt))
        looks.add(heat.in_words(now, MASKS[0]))
    assert looks == set(_MAGISTRATE)


def test_a_trade_and_its_goods_are_told_in_the_language_that_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    with LONG.spoken(monkeypatch):
        assert "bought" not in told("Oona bought 2 acorns of Mossback at 4")
        assert set(faces.good(Good.HONEY)) & set("honey") == set()
    assert faces.good(Good.HONEY) == "🍯 honey"
    assert len(GOODS) == 5
