"""The weather-god's hand: what a wood's keeper can do to it, always a public event."""

from typing import Final, Literal

from engine import ledger as books
from engine.actions.base import Action, Receipt, Refusal
from engine.cast import GROWER
from engine.effects import Effects
from engine.phrases import say, words
from engine.vocabulary import FOODS, Direction, Good, Poke
from engine.weather import thin_harvest
from engine.world import Event, Wood

DROUGHT: Final = words("Drought! The streams run low, and the next harvest of every food will be thin.")
FROST: Final = words("Frost! Every hearth burns more firewood tonight.")
WINDFALL: Final = words("A windfall: {units:int} {good:good} tumble into {name:creature}'s store.")
RUMOUR: Final = words("They say in the wood that {good:good} will {direction:direction} before the moon turns.")
"""What everybody reads of each poke."""


class PokeWood(Action):
    """Send a drought, a frost, a windfall of a good, or a rumour about one.

    Who may do this is a matter of the server's permissions, so the shell checks it.
    """

    kind: Literal["poke"] = "poke"
    poke: Poke
    good: Good | None = None
    direction: Direction | None = None

    def validate_in(self, wood: Wood, user: str) -> None:  # noqa: ARG002 - the keeper needs no mask
        """Refuse a windfall without a good, and a rumour without a good and a direction."""
        if self.poke is Poke.WINDFALL and self.good is None:
            raise Refusal(words("A windfall is of one good. Choose which."))
        if self.poke is Poke.RUMOUR and (self.good is None or self.direction is None):
            raise Refusal(words("A rumour names a good and says whether it will rise or fall. Choose both."))

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - the keeper has no mask
        """Change what is ahead, and tell everybody; the creatures hear it at the opening of the next turn."""
        world = wood.world
        text = self._strike(wood)
        event = Event(kind="poke", turn=world.turn + 1, text=text, good=self.good)
        world.news.append(event)
        effects.events.append(event)
        return Receipt(text=text)

    def _strike(self, wood: Wood) -> str:
        world, rules = wood.world, wood.world.rules.harvest
        if self.poke is Poke.DROUGHT:
            for food in FOODS:
                thin_harvest(world, food, rules.drought_percent)
            return DROUGHT
        if self.poke is Poke.FROST:
            world.ahead.extra_fuel += rules.frost_fuel
            return FROST
        if self.poke is Poke.WINDFALL and self.good is not None:
            grower = GROWER[self.good]
            account = books.creature_account(grower)
            wood.ledger.move(world.turn, self.good, rules.windfall_units, books.WINDFALL, account, "windfall")
            return say(WINDFALL, units=rules.windfall_units, good=self.good, name=grower)
        assert self.good is not None
        assert self.direction is not None
        return say(RUMOUR, good=self.good, direction=self.direction)
