"""Every number of the game, with its reason. Pebbles, units and turns are the only measures."""

from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field

from engine.legends import DECK
from engine.vocabulary import Good, LateStake, LegendMode


class _Numbers(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return self  # frozen: a copied wood may share it


class MarketRules(_Numbers):
    """The call auction and the drift of the reference price."""

    opening_reference: dict[Good, int] = Field(
        default={Good.ACORNS: 4, Good.BERRIES: 5, Good.MUSHROOMS: 6, Good.HONEY: 9, Good.FIREWOOD: 5},
        description="Pebbles a unit at a season's opening: food by how hard it is to find.",
    )
    drift_residual: int = Field(default=2, description="Unfilled units that move a reference by one pebble.")
    drift_most: int = Field(default=1, description="Pebbles a reference may drift in one turn, so that it drifts.")
    highest_reference: int = Field(default=20, description="Ceiling of a reference: more than anybody here can pay.")
    lowest_price: int = Field(
        default=2, description="Floor of references and of ordinary settlements: a crash can still halve it."
    )
    highest_settlement: int = Field(default=40, description="Ceiling of a settlement that no legend overwrites.")


class HearthRules(_Numbers):
    """Eating, burning, rotting and moods."""

    different_foods: int = Field(default=2, description="Different foods that make a meal; one unit of each is eaten.")
    pantry: int = Field(default=3, description="Units of every food it does not grow that a creature wants in store.")
    spoilage_percent: dict[Good, int] = Field(
        default={Good.BERRIES: 35, Good.MUSHROOMS: 30, Good.ACORNS: 10},
        description="Share of a store that rots a turn, rounded down; honey and firewood keep.",
    )
    fuel_need_by_chapter: tuple[int, ...] = Field(
        default=(1, 2, 2, 3, 2, 1),
        description="Firewood burned a turn in each chapter of a season: winter deepens, then thaws.",
    )
    fuel_early_turn: int = Field(
        default=3, description="Turn of the season from which the first chapter needs one more."
    )
    fuel_reserve: int = Field(
        default=4, description="Units of firewood beyond its need that a creature wants in store."
    )
    mood_base: int = Field(default=70, description="Mood (of 100) to which everybody returns when fed and warm.")
    mood_recovery: int = Field(default=10, description="Points by which a fed and warm creature nears its base.")
    mood_loss: int = Field(default=12, description="Points lost for a missed meal and again for a cold night.")
    mood_floor: int = Field(
        default=5, description="Mood never falls below this: it never reaches zero and never kills."
    )


class HarvestRules(_Numbers):
    """What grows, and how the weather moves it."""

    base: dict[Good, int] = Field(
        default={Good.ACORNS: 3, Good.BERRIES: 4, Good.MUSHROOMS: 3, Good.HONEY: 2, Good.FIREWOOD: 3},
        description="Units gathered in an ordinary turn: food a little above need, wood far below the winter's.",
    )
    swing: int = Field(default=1, description="Units by which the weather may move a harvest either way.")
    drought_percent: int = Field(default=50, description="Share of a harvest of food left by a drought.")
    frost_fuel: int = Field(default=1, description="Extra firewood burned in a turn of frost.")
    windfall_units: int = Field(default=6, description="Units that a windfall drops into the store of its grower.")


class CommonsRules(_Numbers):
    """Slow recirculation, so that a wood of 500 turns is still alive."""

    chest: int = Field(default=150, description="Pebbles the commons opens with, out of the treasury.")
    tithe_above: int = Field(default=60, description="Pebbles a creature may hold before the tithe is taken.")
    tithe_percent: int = Field(default=10, description="Share of the excess that goes to the commons each turn.")
    peddler_above: int = Field(default=12, description="Units of its own crop above which the peddler buys.")
    peddler_units: int = Field(default=3, description="Units the peddler buys of one creature a turn.")
    peddler_percent: int = Field(default=50, description="Share of the reference price that the peddler pays.")
    peddler_most: int = Field(default=3, description="Pebbles a unit the peddler pays at most, however dear the good.")
    relief_below: int = Field(default=30, description="Pebbles under which a creature is given relief.")
    relief: int = Field(default=8, description="Pebbles of relief a turn, while the commons has any.")


class OpeningRules(_Numbers):
    """What a season opens with."""

    pebbles: int = Field(default=40, description="Pebbles in every creature's purse.")
    own_crop: int = Field(default=10, description="Units of what it grows.")
    other_goods: int = Field(default=1, description="Units of every other food.")
    firewood: int = Field(default=4, description="Units of firewood for all but the woodcutter.")
    struck: int = Field(default=1_000_000, description="Pebbles struck into the treasury once; none is made later.")
    exchange: int = Field(default=800_000, description="Pebbles of the treasury with which the exchange opens.")


class PatronRules(_Numbers):
    """Stakes, margins and the prices of secrets."""

    objective_percent: int = Field(default=200, description="Share of its stake that a Patron is asked to be worth.")
    stake: int = Field(default=100, description="Pebbles lent to a Patron who joins, out of the treasury.")
    late_stake: LateStake = Field(
        default=LateStake.SAME,
        exclude_if=lambda late: late is LateStake.SAME,  # woods from before this rule keep the hashes they had
        description="What who joins late is lent: the stake, or the median net worth from half to double of it.",
    )
    most_patrons: int = Field(default=1_000, description="Masks there are.")
    initial_margin_percent: int = Field(default=50, description="Share of a contract's value posted as margin.")
    maintenance_percent: int = Field(default=25, description="Share of its value below which a contract is liquidated.")
    most_positions: int = Field(default=5, description="Contracts a Patron may hold at once.")
    most_quantity: int = Field(default=50, description="Units of one contract.")
    insider_price: int = Field(default=10, description="Pebbles for the true forecast of the next legend.")
    spring_price: int = Field(default=10, description="Pebbles to bring the next legend now.")
    whisper_price: int = Field(default=1, description="Pebbles for the raven that carries a whisper.")
    whispers_heard: int = Field(default=2, description="Whispers a creature hears a turn: attention is scarce.")
    most_whispers: int = Field(default=3, description="Whispers of one Patron a turn.")
    favour_price: int = Field(default=5, description="Pebbles a creature asks for a favour at least.")
    favour_price_wary: int = Field(default=10, description="The same of one that is wary of the Patron.")
    most_favour: int = Field(default=50, description="Pebbles of one favour.")
    most_offers: int = Field(default=2, description="Offers of favours and loans of one Patron a turn.")
    pact_price: int = Field(default=15, description="Pebbles for the feast at which a pact is made.")
    pact_turns: int = Field(default=8, description="Turns a pact lasts: a chapter.")
    informing: int = Field(default=3, description="Points of heat a turn that a hostile creature's informing adds.")


class CreditRules(_Numbers):
    """Loans of Patrons to creatures, secured on goods."""

    most_principal: int = Field(default=60, description="Pebbles of one loan: more than a purse in the wood holds.")
    interest_percent: int = Field(
        default=3, description="Most interest a creature pays for each turn of the term, as a share of the principal."
    )
    interest_wary_percent: int = Field(
        default=1, description="The same for a lender that the creature is wary of: it quotes worse."
    )
    most_turns: int = Field(default=8, description="Longest term of a loan: a chapter.")
    pledge_percent: int = Field(
        default=150, description="What the goods pledged must be worth at least, as a share of what is owed."
    )
    maintenance_percent: int = Field(
        default=120, description="Share of what is owed below which the pledge's worth has it called, and restored."
    )
    loans_a_creature: int = Field(default=2, description="Loans a creature may owe at once: its prompt stays bounded.")


_FIRST_CARDS: Final = 14
"""The legends that there were before a wood kept how many it knows."""


class LegendRules(_Numbers):
    """When legends fall and what they do."""

    cards: int = Field(
        default=_FIRST_CARDS,
        exclude_if=lambda cards: cards == _FIRST_CARDS,  # those woods keep the hashes they had
        description="Legends a wood knows, from the first in `engine/legends.py`: those there were at its planting.",
    )
    mode: LegendMode = Field(default=LegendMode.SETTLEMENT, description="Which of the three worlds this wood is.")
    gap: tuple[int, int] = Field(default=(3, 5), description="Fewest and most turns between two legends.")
    glut_units: int = Field(default=6, description="Units a glut puts into every store, or takes out of it.")


class FeelingRules(_Numbers):
    """Signed feelings, nudged by events and shown in buckets."""

    most: int = Field(default=100, description="Feelings stay between minus and plus this.")
    decay_percent: int = Field(default=10, description="Share of a feeling forgotten each turn.")
    shown: int = Field(default=3, description="Feelings shown to a mind, the strongest first.")
    mild: int = Field(default=10, description="Points from which a feeling is felt at all.")
    strong: int = Field(default=35, description="Points from which a feeling is strong.")
    traded: int = Field(default=4, description="Two creatures that traded this turn.")
    shorted_crop: int = Field(default=-25, description="A Patron shorted what the creature grows.")
    tip_true: int = Field(default=25, description="A whisper that proved true.")
    tip_false: int = Field(default=-40, description="A whisper that proved false.")
    favour_paid: int = Field(default=8, description="A Patron paid for a favour.")
    allied: int = Field(default=30, description="Two creatures made a pact.")
    pact_brokered: int = Field(default=10, description="A Patron brokered a creature's pact.")
    rival_strengthened: int = Field(default=-15, description="A Patron allied a creature's rival.")
    slandered: int = Field(default=-2, description="A hostile creature talked a Patron down.")
    lent: int = Field(default=8, description="A Patron lent to the creature.")
    repaid: int = Field(default=12, description="The creature paid a loan back, and owes nothing for it any more.")
    margin_called: int = Field(default=-10, description="A Patron's loan was called.")
    ruined: int = Field(default=-80, description="A loan that went unpaid had the creature banished.")
    notes_kept: int = Field(default=8, description="Notes a creature keeps of what moved it; no prompt shows them.")


class LawRules(_Numbers):
    """Heat, the magistrate's inquiries and verdicts, and what a bribe does to them."""

    line: int = Field(default=100, description="Points of heat at which the magistrate opens an inquiry.")
    heat_of_a_win: int = Field(
        default=60, description="Points of a profit on what one knew: two within eight turns cross the line."
    )
    cooling: int = Field(default=2, description="Points by which heat cools in a turn without such a win.")
    evidence_kept: int = Field(default=6, description="Suspicious wins the magistrate remembers of a Patron.")
    inquiry_turns: int = Field(default=3, description="Turns from an inquiry to its verdict: time for a bribe.")
    fine_percent: int = Field(default=40, description="Share of a Patron's net worth taken as a fine.")
    freeze_turns: int = Field(default=4, description="Turns for which a Patron's assets are frozen.")
    exile_turns: int = Field(default=12, description="Turns of exile: a chapter and a half.")
    most_bribe: int = Field(default=50, description="Pebbles of one bribe to the magistrate.")
    bribe_taken_percent: int = Field(default=70, description="Chance that the magistrate takes a bribe.")
    bribe_cools: int = Field(default=2, description="Points that each pebble of a bribe taken cools.")
    bribe_offends: int = Field(default=1, description="Points that each pebble of a bribe refused heats.")


class TimeRules(_Numbers):
    """Chapters and seasons."""

    turns_a_chapter: int = Field(default=8, description="Turns in a chapter.")
    chapters_a_season: int = Field(default=6, description="Chapters in a season.")


class Rules(_Numbers):
    """The rules of one wood, stored with it, so that an old wood replays by its own numbers."""

    market: MarketRules = MarketRules()
    hearth: HearthRules = HearthRules()
    harvest: HarvestRules = HarvestRules()
    commons: CommonsRules = CommonsRules()
    opening: OpeningRules = OpeningRules()
    patron: PatronRules = PatronRules()
    credit: CreditRules = CreditRules()
    legends: LegendRules = LegendRules()
    feelings: FeelingRules = FeelingRules()
    law: LawRules = LawRules()
    time: TimeRules = TimeRules()

    def with_legends(self, **changes: Any) -> Self:
        """Return these rules with some numbers of `LegendRules` changed."""
        return self.model_copy(update={"legends": self.legends.model_copy(update=changes)})


DEFAULT_RULES: Final = Rules(legends=LegendRules(cards=len(DECK)))

SEASON_RULES: Final = DEFAULT_RULES.model_copy(update={"patron": PatronRules(late_stake=LateStake.MEDIAN)})
"""The rules of a season, whose end ranks those who came late among the others."""
