"""Question and answer stay within a thousand tokens for every embedded mind's own tokenizer, whatever a wood holds."""

from collections.abc import AsyncIterator

import pytest

from engine.cast import CAST, NAMES
from engine.legends import DECK
from engine.masks import MASKS
from engine.ports import MAX_PRICE, SPEECH_LENGTH, TurnRequest
from engine.releases import NEWS_IN_VIEW
from engine.rules import DEFAULT_RULES
from engine.views import CreatureView, Debt, Hearsay, LoanTerms, Stock
from engine.vocabulary import FUEL, GOODS, Direction, Flavour, Good, Strength
from inference.embedded import EmbeddedMind
from inference.mind import MOST_TOKENS
from tests.inference.crowd import MINDS, MOST_ANSWER, PATRONS, TURNS, crowded, longest

MASK = max(MASKS, key=len)
WORDY = max((f"{legend.title}! {legend.tale}" for legend in DECK), key=len)
CREDIT, PATRON = DEFAULT_RULES.credit, DEFAULT_RULES.patron


@pytest.fixture(params=MINDS)
async def mind(request: pytest.FixtureRequest) -> AsyncIterator[EmbeddedMind]:
    mind = EmbeddedMind(MINDS[request.param])
    yield mind
    await mind.aclose()


@pytest.fixture(scope="module")
def crowd() -> tuple[TurnRequest, ...]:
    return crowded()


def fullest_view() -> CreatureView:
    """Return a view in which every line is as long as the rules let it become."""
    member = max(CAST, key=lambda member: len(f"{member.temper}{member.species}"))
    everything = tuple(Stock(good=good, amount=999) for good in GOODS)
    pledge = Stock(good=Good.MUSHROOMS, amount=99)
    whisper = Hearsay(
        speaker=MASK, good=Good.MUSHROOMS, direction=Direction.RISE, strength=Strength.SHARPLY, flavour=Flavour.LEDGER
    )
    return CreatureView(
        name=member.name,
        species=member.species,
        temper=member.temper,
        grows=member.grows,
        season="late autumn",
        mood="desperate",
        pebbles=9_999,
        store=everything,
        prices=tuple(Stock(good=good, amount=MAX_PRICE) for good in GOODS),
        short_of=everything[:-1],
        spare=everything[-1:],  # a good is short or to spare
        feelings=tuple(f"bitter at {mask}" for mask in sorted(MASKS, key=len)[-DEFAULT_RULES.feelings.shown :]),
        heard=(whisper,) * PATRON.whispers_heard,
        loan=LoanTerms(lender=MASK, principal=60, owed=75, turns=8, pledge=pledge),
        debts=(Debt(lender=MASK, owed=75, turns=8, pledge=pledge, called=99),) * (CREDIT.loans_a_creature - 1),
        allies=tuple(name for name in NAMES if name != member.name),
        news=(f"{WORDY} {FUEL} settles at {MAX_PRICE}.",) * NEWS_IN_VIEW,
        gossip=f'Mossback says "{"Wq7 " * (SPEECH_LENGTH // 4)}"',  # no tokenizer has a word for that
    )


@pytest.mark.minds
async def test_the_fullest_question_leaves_an_answer_its_tokens(mind: EmbeddedMind) -> None:
    request = TurnRequest(world_id="w", season=1, turn=1, seed=1, public_hash="", views=(fullest_view(),))
    asked = await longest(mind, [request])
    assert 500 < asked <= MOST_TOKENS - MOST_ANSWER


@pytest.mark.slow
@pytest.mark.minds
async def test_a_hundred_patrons_and_a_thousand_turns_do_not_lengthen_a_question(
    mind: EmbeddedMind, crowd: tuple[TurnRequest, ...]
) -> None:
    assert len(crowd) == TURNS
    assert sum(len(view.heard) for view in crowd[-1].views) == len(CAST) * PATRON.whispers_heard
    first, last = await longest(mind, crowd[:1]), await longest(mind, crowd[-1:])
    assert abs(last - first) < 120, f"{PATRONS} Patrons whisper in the first turn as in the last"
    assert await longest(mind, crowd[::10]) <= MOST_TOKENS - MOST_ANSWER
