"""The deck of legends: real episodes of the last three centuries in woodland dress."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.phrases import say, words
from engine.vocabulary import Direction, Good

FALL: Final = words("{title:title}! {tale:told}")
"""How the fall of a legend is told."""


class Shock(BaseModel):
    """What a legend does to the turn after it, beside its price.

    `mood` moves the mood of `creature` (or of all) by `amount` points; `harvest` leaves `amount`
    percent of the next harvest of `good`; `fuel` adds `amount` to the next turn's firewood need.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["mood", "harvest", "fuel"]
    amount: int
    good: Good | None = None
    creature: str | None = None


class Legend(BaseModel):
    """One card. `factor_percent` of the settlement price is what the price becomes when it falls."""

    model_config = ConfigDict(frozen=True)

    key: str
    title: str
    tale: str
    history: str
    good: Good
    direction: Direction
    shocks: tuple[Shock, ...] = ()

    @property
    def factor_percent(self) -> int:
        """A crash halves a price, a mania doubles it."""
        return 50 if self.direction is Direction.FALL else 200

    @property
    def fall(self) -> str:
        """How its fall is told."""
        return say(FALL, title=self.title, tale=self.tale)


def _mood(amount: int, creature: str | None = None) -> Shock:
    return Shock(kind="mood", amount=amount, creature=creature)


def _harvest(good: Good, percent: int) -> Shock:
    return Shock(kind="harvest", amount=percent, good=good)


RUN_ON_OONA: Final = "run-on-oonas-hoard"

DECK: Final[tuple[Legend, ...]] = (
    Legend(
        key="great-acorn-mania",
        title="The Great Acorn Mania",
        tale="Squirrels trade one striped acorn for a hollow oak, and everybody wants another.",
        history="In the winter of 1636-37 Dutch buyers bid single tulip bulbs to the price of a house. "
        "In February 1637 buyers failed to appear at auction and the contracts collapsed.",
        good=Good.ACORNS,
        direction=Direction.RISE,
        shocks=(_mood(8),),
    ),
    Legend(
        key="hollow-log-company",
        title="The Hollow Log Trading Company",
        tale="Shares in a log that trades with a sea nobody has seen are found to be hollow.",
        history="The South Sea Company's shares rose about eightfold in 1720 on a trade that hardly existed. "
        "By the end of the year they had lost most of it and many who had borrowed to buy were ruined.",
        good=Good.FIREWOOD,
        direction=Direction.FALL,
        shocks=(_mood(-10, "Bracken"),),
    ),
    Legend(
        key=RUN_ON_OONA,
        title="The Run on Oona's Hoard",
        tale="A queue forms under the owl's tree at dawn: everyone wants their honey out at once.",
        history="After the crash of October 1929 depositors queued to empty American banks, and thousands failed. "
        "A run makes itself true: a bank that is sound for patient savers cannot pay all of them in one morning.",
        good=Good.HONEY,
        direction=Direction.FALL,
        shocks=(_mood(-20, "Oona"),),
    ),
    Legend(
        key="far-river-scheme",
        title="The Far River Scheme",
        tale="A heron sells leaves that stand for berries upstream, and prints more leaves than berries.",
        history="John Law's Mississippi Company turned French state debt into shares and paper money in 1719-20. "
        "When holders asked for coin the notes could not be honoured and the shares collapsed.",
        good=Good.BERRIES,
        direction=Direction.FALL,
        shocks=(_mood(-8),),
    ),
    Legend(
        key="badger-railway",
        title="The Badgers' Tunnel Fever",
        tale="Every badger with a shovel floats a tunnel, and every tunnel must be shored with timber.",
        history="In the 1840s British investors poured savings into railway schemes, and Parliament passed "
        "hundreds of them. "
        "Rails and timber boomed before a third of the lines was abandoned unbuilt.",
        good=Good.FIREWOOD,
        direction=Direction.RISE,
        shocks=(Shock(kind="fuel", amount=1),),
    ),
    Legend(
        key="mushroom-trust-panic",
        title="The Panic of the Mushroom Trust",
        tale="The Trust under the old elm closes its door, until a rich old toad lends to every door at once.",
        history="In October 1907 a failed corner in copper shares set off runs on New York's trust companies. "
        "J. P. Morgan gathered the bankers and lent until it stopped, and the Federal Reserve was "
        "founded to do so next time.",
        good=Good.MUSHROOMS,
        direction=Direction.FALL,
        shocks=(_mood(-12, "Nettle"),),
    ),
    Legend(
        key="silver-berry-corner",
        title="The Silver Berry Corner",
        tale="Two brother stoats buy every berry in the wood, and every promise of a berry.",
        history="By January 1980 the Hunt brothers held a great part of the world's deliverable silver, "
        "and the price had risen from about 6 to 50 dollars. Exchanges raised margins and in March it "
        "fell by half in a day.",
        good=Good.BERRIES,
        direction=Direction.RISE,
        shocks=(_harvest(Good.BERRIES, 50),),
    ),
    Legend(
        key="black-moonday",
        title="The Black Moonday",
        tale="The clever beetles who always sell when others sell all sell at once.",
        history="On 19 October 1987 the Dow Jones fell 22.6 per cent in a day, still its worst. "
        "Programs that sold automatically as prices fell, called portfolio insurance, fed on one another.",
        good=Good.ACORNS,
        direction=Direction.FALL,
        shocks=(_mood(-8),),
    ),
    Legend(
        key="spore-boom",
        title="The Spore Boom",
        tale="Every spore is a forest to come; those that have sprouted nothing are worth the most.",
        history="Between 1995 and March 2000 the Nasdaq index rose fivefold on young internet companies, many "
        "without earnings. "
        "It then lost 78 per cent, and took fifteen years to come back.",
        good=Good.MUSHROOMS,
        direction=Direction.RISE,
        shocks=(_mood(6),),
    ),
    Legend(
        key="bundled-burrows",
        title="The Bundled Burrows",
        tale="Moles sold burrows to moles who could not pay, and tied the promises into bundles marked as sound.",
        history="In 2007-08 securities built from poor American mortgages lost their value and banks stopped "
        "trusting each other. "
        "Lehman Brothers failed on 15 September 2008 and states rescued much of the rest.",
        good=Good.ACORNS,
        direction=Direction.FALL,
        shocks=(_mood(-12), Shock(kind="fuel", amount=1)),
    ),
    Legend(
        key="great-squeeze",
        title="The Great Honey Squeeze",
        tale="A thousand small bees buy the one jar that the bears had promised to sell.",
        history="In January 2021 small investors bought shares of GameStop, which funds had shorted beyond the "
        "shares in circulation. "
        "The price rose more than fifteenfold in two weeks as the shorts bought back, until brokers halted buying.",
        good=Good.HONEY,
        direction=Direction.RISE,
        shocks=(_mood(10, "Oona"),),
    ),
    Legend(
        key="cold-hearth-embargo",
        title="The Cold Hearth Embargo",
        tale="The far beavers close the river, and every hearth in the wood looks at its last log.",
        history="In October 1973 Arab oil producers cut output and embargoed several countries over a war. "
        "The price of oil nearly quadrupled by March 1974 and motorists queued for fuel.",
        good=Good.FIREWOOD,
        direction=Direction.RISE,
        shocks=(Shock(kind="fuel", amount=1), _harvest(Good.FIREWOOD, 70)),
    ),
    Legend(
        key="honeyguide-swindle",
        title="The Honeyguide's Fund",
        tale="A charming bird pays yesterday's savers with today's honey, until today's savers are fewer.",
        history="Charles Ponzi promised Boston savers half again their money in 45 days in 1920, paying the "
        "first from the last. "
        "It fell apart within the year, and his name has stood for such schemes since.",
        good=Good.HONEY,
        direction=Direction.FALL,
        shocks=(_mood(-8),),
    ),
    Legend(
        key="berry-blight",
        title="The Year Without a Summer",
        tale="The sun is dim as a moon, and the berries stay green until the snow.",
        history="The eruption of Tambora in 1815 dimmed the sun, and in 1816 harvests failed across Europe and "
        "New England. "
        "Grain prices doubled in many markets and hungry families moved west.",
        good=Good.BERRIES,
        direction=Direction.RISE,
        shocks=(_harvest(Good.BERRIES, 50),),
    ),
)

BY_KEY: Final[dict[str, Legend]] = {legend.key: legend for legend in DECK}

assert len(BY_KEY) == len(DECK), "legend keys must differ"
