"""The five creatures: who they are, what they grow and what they open with."""

from typing import Final

from pydantic import BaseModel, ConfigDict

from engine.vocabulary import CREATURES, GOODS, CreatureName, Good


class CastMember(BaseModel):
    """One creature of the cast, with the sentence that tells its mind who it is."""

    model_config = ConfigDict(frozen=True)

    name: CreatureName
    species: str
    grows: Good
    temper: str


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
GROWER: Final[dict[Good, str]] = {member.grows: member.name for member in reversed(CAST)}
"""Who grows a good; of several, the first, who then is the one to be shorted and to find windfalls."""

assert NAMES == CREATURES, "engine/vocabulary.py names the cast in the same order"
assert set(GROWER) == set(GOODS), "every good needs its grower"
