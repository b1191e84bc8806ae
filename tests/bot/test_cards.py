"""What a card holds, at its longest and for those who do not see colours."""

from itertools import pairwise

from bot.ui.books import ledger_card
from bot.ui.cards import fallen_legend, turn_card
from bot.ui.charts import _LABEL_GAP, _draw_once, _spread, price_chart
from bot.ui.faces import GOOD_COLOUR, arrow
from bot.ui.help import HELP
from engine.legends import DECK
from engine.patronage import ContractLine, LedgerLine, PatronBooks
from engine.ports import SPEECH_LENGTH
from engine.releases import public_view
from engine.turn import found
from engine.views import PublicView
from engine.vocabulary import GOODS, Good, Stance

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
    assert len(HELP) < 1500


def test_arrows_say_the_direction_without_colour() -> None:
    assert [arrow(2), arrow(0), arrow(-3)] == ["▲ +2", "=", "▼ −3"]
    assert len(set(GOOD_COLOUR.values())) == len(GOODS)


def test_labels_keep_their_order_and_never_cover_another() -> None:
    heights = [0.5, 0.5, 0.52, 0.9, 0.5]
    placed = _spread(heights)
    ranked = sorted(placed)
    assert all(above - below >= _LABEL_GAP - 1e-9 for below, above in pairwise(ranked))
    assert placed[3] == max(placed)


async def test_a_turns_chart_is_drawn_once() -> None:
    view = busy_view()
    first = await price_chart(view)
    assert first.fp.read(8) == b"\x89PNG\r\n\x1a\n"
    series = tuple((good, view.history[good]) for good in GOODS)
    assert _draw_once(series, 12, None) is _draw_once(series, 12, None)
