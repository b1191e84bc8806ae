"""The declared releases: the one place where state becomes what somebody may know.

What a creature may learn of what was once secret:

* a legend, once it has fallen (`legend_fallen`, to all);
* that a Patron shorted what it grows, never how much (`shorted_crop`, to the grower, as a feeling);
* that a whisper it heard proved true or false (`tip_proved`, to the hearer, as a feeling);
* a whispered claim itself, never its truth (`whispered`, to the hearer);
* the one offer it listens to: a favour it was paid for (`favour_paid`) or a loan (`loan_offered`), never one made
  to another, nor one it did not listen to; and that a loan was called (`loan_called`), all to that creature;
* that a creature defaulted, was banished and returned (`defaulted`, `banished`, `returned`, to all), never to whom
  it owed nor how much;
* a pact of two creatures (`pact`, to all), and who brokered it (`pact_brokered`, to the two and their rivals);
* that a creature speaks ill of a Patron (`slandered`, to the hearer, as a feeling).

What every player may learn of it, and no creature does:

* that the magistrate opened an inquiry into a Patron, its verdict, and its end (`inquiry`, `verdict`,
  `case_ended`, to all), never on what evidence.

What one Patron may learn of a creature: whether its store could secure the loan that the Patron offers it, and whether
it takes another loan.

Nothing else leaves the vault or the books for a creature, the narrator or a public post. The ranking of
the Patrons by net worth (`engine.standings`) is shown to players who ask for it, and to nobody else.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from engine import credit, hearth
from engine import ledger as books
from engine.cast import BY_NAME, CAST
from engine.chronicle import tidings
from engine.feelings import felt, mood_word, relay
from engine.pacts import allies
from engine.views import CreatureFace, CreatureView, Favour, GoodQuote, LoanTerms, NarratorView, PublicView, Stock
from engine.vocabulary import GOODS, Good, Phase
from engine.weather import fuel_need, season_name
from engine.world import Event, Wood, World

RELEASES: Final = frozenset(
    {
        "banished",
        "case_ended",
        "defaulted",
        "favour_paid",
        "inquiry",
        "legend_fallen",
        "loan_called",
        "loan_offered",
        "pact",
        "pact_brokered",
        "returned",
        "shorted_crop",
        "slandered",
        "tip_proved",
        "verdict",
        "whispered",
    }
)
"""The kinds of declared release. A release of another kind is a bug."""

NEWS_IN_VIEW: Final = 2


def creature_view(wood: Wood, name: str) -> CreatureView:
    """Return what the creature `name` may know at the opening of a turn."""
    world, member = wood.world, BY_NAME[name]
    creature, offered = world.creatures[name], world.offered.get(name)
    return CreatureView(
        name=name,
        species=member.species,
        temper=member.temper,
        grows=member.grows,
        season=season_name(world),
        mood=mood_word(creature.mood),
        pebbles=wood.ledger.balance(books.creature_account(name)),
        store=_stocks(hearth.store(wood, name).items()),
        prices=_stocks((good, world.quotes[good].reference) for good in GOODS),
        short_of=_stocks(hearth.shortages(wood, name)),
        spare=_stocks(hearth.surplus(wood, name)),
        feelings=felt(creature, world.rules.feelings),
        heard=tuple(world.ears.get(name, [])[: world.rules.patron.whispers_heard]),
        favour=offered if isinstance(offered, Favour) else None,
        loan=offered if isinstance(offered, LoanTerms) else None,
        debts=credit.debts(wood, name),
        allies=allies(world, name),
        news=tuple(event.text for event in world.news if _is_news(event, world.turn))[:NEWS_IN_VIEW],
        gossip=relay(world, name),
    )


def _stocks(amounts: Iterable[tuple[Good, int]]) -> tuple[Stock, ...]:
    return tuple([_stock(good, amount) for good, amount in amounts])  # a third quicker than a generator


@lru_cache(maxsize=4096)
def _stock(good: Good, amount: int) -> Stock:
    """Return the one frozen `Stock` of that amount: the views of a turn hold dozens, mostly the same."""
    return Stock(good=good, amount=amount)


def _is_news(event: Event, turn: int) -> bool:
    """Say whether a creature hears an event at the opening of `turn`: a poke at once, the rest a turn later."""
    if event.kind == "poke":
        return event.turn == turn
    return event.kind in ("legend", "settlement", "glut", "banished", "returned")


def public_view(world: World) -> PublicView:
    """Return what every player and spectator may know. It takes the public world alone."""
    return PublicView(
        season_number=world.season,
        chapter=world.chapter,
        turn=world.turn,
        thinking=world.phase is Phase.THINKING,
        season=season_name(world),
        fuel_need=fuel_need(world),
        headline=world.headline,
        quotes=tuple(
            GoodQuote(
                good=good,
                reference=quote.reference,
                last_clear=quote.last_clear,
                settlement=quote.settlement,
                change=quote.settlement - quote.previous,
                traded=quote.traded,
            )
            for good, quote in world.quotes.items()
        ),
        creatures=tuple(
            CreatureFace(
                name=member.name,
                species=member.species,
                grows=member.grows,
                mood=mood_word(world.creatures[member.name].mood),
                said=world.creatures[member.name].said,
                silent=world.creatures[member.name].silent,
                back=world.banished.get(member.name, 0),
            )
            for member in CAST
        ),
        trades=tuple(world.trades),
        news=tuple(event.text for event in world.news),
        history={good: tuple(prices) for good, prices in world.history.items()},
        patrons=len(world.patrons),
        over=world.phase is Phase.ENDED,
    )


def narrator_view(world: World) -> NarratorView:
    """Return what the narrator may know of the turn just closed: the weightiest of what everybody may."""
    todays = [event for event in world.news if event.turn == world.turn]
    return NarratorView(season=season_name(world), turn=world.turn, lines=tidings(todays, world.trades))
