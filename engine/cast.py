"""The five creatures: who they are, what they grow and what they open with."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from engine.vocabulary import GOODS, Good


class CastMember(BaseModel):
    """One creature of the cast, with the sentence that tells its mind who it is."""

    model_config = ConfigDict(frozen=True)

    name: str
    species: str
    grows: Good
    temper: str


CreatureName = Literal["Mossback", "Oona", "Bracken", "Sable", "Nettle"]
"""The name of one of the five, as an action takes it."""

CAST: Final[tuple[CastMember, ...]] = (
    CastMember(
        name="Mossback",
        species="tortoise",
        grows=Good.ACORNS,
        temper="You are slow and steady and distrust hype.",
    ),
    CastMember(
        name="Oona",
        species="owl",
        grows=Good.HONEY,
        temper="You keep the vault and hate to sell cheap.",
    ),
    CastMember(
        name="Bracken",
        species="beaver",
        grows=Good.FIREWOOD,
        temper="You are the only woodcutter and you know it.",
    ),
    CastMember(
        name="Sable",
        species="fox",
        grows=Good.BERRIES,
        temper="You are a speculator: you buy fear and sell hope.",
    ),
    CastMember(
        name="Nettle",
        species="hedgehog",
        grows=Good.MUSHROOMS,
        temper="You are an anxious gossip and believe the last thing heard.",
    ),
)

NAMES: Final[tuple[str, ...]] = tuple(member.name for member in CAST)
BY_NAME: Final[dict[str, CastMember]] = {member.name: member for member in CAST}
GROWER: Final[dict[Good, str]] = {member.grows: member.name for member in CAST}

assert set(GROWER) == set(GOODS), "every good needs its grower"
