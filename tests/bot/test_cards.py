"""What a card holds, at its longest and for those who do not see colours."""

from bot.ui.books import ledger_card
from bot.ui.cards import turn_card
from bot.ui.faces import arrow
from bot.ui.help import overview_text
from bot.ui.reading import fallen_legend
from engine.legends import DECK
from engine.patronage import ContractLine, LedgerLine, PatronBooks
from engine.ports import SPEECH_LENGTH
from engine.releases import public_view
from engine.rules import DEFAULT_RULES
from engine.turn import found
from engine.views import PublicView
from engine.vocabulary import Good, Stance

WORLD = "guild-1234567890123456789"


def busy_view() -> PublicView:
    """Return a view with more of everything than a turn can bring."""
    legend = max(DECK, key=lambda each: len(each.tale) + len(each.history))
    quiet = public_view(found(WORLD, "7").world)
    creatures = tuple(
        face.model_copy(update={"said": "w" * SPEECH_LENGTH, "silent": "s" * 400 if face.name == "Oona" else ""})
        for face in quiet.creatures
    )
    return quiet.model_copy(
        update={
            "turn": 12,
            "headline": f"{legend.title}! {legend.tale}",
            "news": (
                f"{legend.title}! {legend.tale}",
                *(f"Mossback's hearth went cold, {n} times over." for n in range(60)),
            ),
            "trades": tuple(f"Mossback bought {n} mushrooms of Nettle at 60" for n in range(75)),
            "creatures": creatures,
            "patrons": 1000,
        }
    )


def test_the_longest_card_stays_within_discords_limits() -> None:
    card = turn_card(busy_view(), WORLD)
    assert sum(1 for _ in card.walk_children()) <= 40
    assert card.content_length() <= 4000
    assert card.timeout is None


def test_a_fallen_legend_is_told_with_its_true_history() -> None:
    view = busy_view()
    legend = fallen_legend(view)
    assert legend is not None
    text = "\n".join(getattr(item, "content", "") for item in turn_card(view, WORLD).walk_children())
    assert legend.history in text
    assert text.count(legend.tale) == 1


def test_a_silent_mind_is_told_and_its_words_are_no_markup() -> None:
    quiet = busy_view()
    silent = quiet.creatures[0].model_copy(update={"silent": "Its mind **shouted** @everyone."})
    view = quiet.model_copy(update={"creatures": (silent, *quiet.creatures[1:])})
    text = "\n".join(getattr(item, "content", "") for item in turn_card(view, WORLD).walk_children())
    assert "**Mossback** did nothing this turn: its mind shouted ＠everyone." in text


def test_the_fullest_ledger_stays_within_discords_limits() -> None:
    line = ContractLine(
        number=999, stance=Stance.SHORT, good=Good.MUSHROOMS, quantity=50, entry=80, price=80, margin=9999,
        paid_in=9999, result=-9999,
    )  # fmt: skip
    books = PatronBooks(
        mask="the Patron of the Whispering Whitebeam", stake=100, purse=9, net_worth=-5, objective=200, rank=1000,
        patrons=1000, magistrate="has never heard of you",
        contracts=tuple(line.model_copy(update={"number": n}) for n in range(5)),
        forecast="Mushrooms will rise when turn 12345 settles.",
        letters=tuple((n, "l" * 500) for n in range(40)),
        lines=tuple(LedgerLine(turn=n, change=-9999, memo="m" * 90) for n in range(15)),
    )  # fmt: skip
    card = ledger_card(books, WORLD)
    assert sum(1 for _ in card.walk_children()) <= 40
    assert card.content_length() <= 4000


def test_the_help_is_short() -> None:
    assert len(overview_text(DEFAULT_RULES)) < 1600


def test_arrows_say_the_direction_without_colour() -> None:
    assert [arrow(2), arrow(0), arrow(-3)] == ["▲ +2", "=", "▼ −3"]


def test_trades_are_told_by_good_with_what_they_meant_for_bets() -> None:
    view = busy_view().model_copy(
        update={
            "news": (),
            "trades": (
                "Bracken bought 1 acorn of Mossback at 4", "Oona bought 2 acorns of Mossback at 4",
                "Nettle bought 3 berries of Sable at 7", "A line of another kind",
            ),
            "quotes": tuple(
                quote.model_copy(update={"change": -3 if quote.good is Good.HONEY else 1})
                for quote in busy_view().quotes
            ),
            "creatures": tuple(face.model_copy(update={"silent": ""}) for face in busy_view().creatures),
        }
    )  # fmt: skip
    text = "\n".join(getattr(item, "content", "") for item in turn_card(view, WORLD).walk_children())
    assert (
        "🌰 **3 acorns** at **4** · Mossback → Bracken 1, Oona 2\n🫐 **3 berries** at **7** · Sable → Nettle\n" in text
    )
    assert "A line of another kind" in text
    assert "💰 **Honey fell by 3**: every unit short won 3 pebbles, every unit long lost as much." in text
