"""Buying the true forecast, whispering, and springing a legend."""

from typing import Final, Literal

from engine import deck, tips
from engine.actions.base import (
    Action,
    Receipt,
    Refusal,
    mask_of,
    pay_treasury,
    purse_holds,
    require_in_wood,
    require_pebbles,
)
from engine.cast import BY_NAME, NAMES
from engine.effects import Effects
from engine.feelings import hostile
from engine.phrases import say, together, words
from engine.streams import canary
from engine.vault import Forecast
from engine.views import Hearsay
from engine.vocabulary import Direction, Flavour, Good, Strength
from engine.world import Release, Wood

_NO_FORECAST: Final = words(
    "The true forecast takes {needed:int} pebbles and your purse holds {held:int}. Choose less, or close a contract."
)
_NO_WHISPER: Final = words(
    "A whisper takes {needed:int} pebbles and your purse holds {held:int}. Choose less, or close a contract."
)
_NO_SPRING: Final = words(
    "Springing a legend takes {needed:int} pebbles and your purse holds {held:int}. Choose less, or close a contract."
)


class BuyForecast(Action):
    """Buy the true forecast of the next legend: its good, direction and turn, told to the buyer alone."""

    kind: Literal["insider"] = "insider"

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse a forecast already bought, and a purse too light."""
        mask = mask_of(wood, user)
        known = wood.vault.forecasts.reveal().get(mask)
        if known is not None:
            foretold = deck.foretold(known, deck.due_turn(wood))
            raise Refusal(say("You have this forecast already: {forecast:told}", forecast=foretold))
        require_pebbles(wood, mask, wood.world.rules.patron.insider_price, _NO_FORECAST)

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - nothing becomes public
        """Pay, and tell the buyer what the deck holds."""
        mask, legend = mask_of(wood, user), deck.upcoming(wood)
        purse = pay_treasury(wood, mask, wood.world.rules.patron.insider_price, words("insider forecast"))
        forecast = Forecast(
            legend=legend.key,
            good=legend.good,
            direction=legend.direction,
            turn=deck.due_turn(wood),
            canary=canary(wood.vault.seed.reveal(), "forecast", mask, wood.world.turn),
        )
        wood.vault.forecasts.replace({**wood.vault.forecasts.reveal(), mask: forecast})
        foretold = deck.foretold(forecast, forecast.turn)
        wood.vault.post_letter(mask, wood.world.turn, say("The true forecast: {forecast:told}", forecast=foretold))
        text = together(foretold, words("Tell nobody how you know."), purse_holds(purse))
        return Receipt(text=text, figures={"purse": purse})


class Whisper(Action):
    """Whisper a claim, chosen from lists, to a creature; it is heard at the opening of the next turn."""

    kind: Literal["whisper"] = "whisper"
    creature: str
    good: Good
    direction: Direction
    strength: Strength = Strength.SHARPLY
    flavour: Flavour = Flavour.RAVENS

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse an unknown creature, one told already or hostile, too many ravens, and a purse too light."""
        mask, rules = mask_of(wood, user), wood.world.rules.patron
        if self.creature not in BY_NAME:
            raise Refusal(
                say(
                    "No {name:text} lives in this wood. Whisper to one of {names:creatures}.",
                    name=self.creature[:40],
                    names=", ".join(NAMES),
                )
            )
        require_in_wood(wood.world, self.creature)
        if any(claim.speaker == mask for claim in wood.world.ears.get(self.creature, [])):
            raise Refusal(
                say(
                    "{name:creature} has your whisper already and hears it next turn. Try another creature.",
                    name=self.creature,
                )
            )
        if hostile(wood.world, self.creature, mask):
            raise Refusal(
                say(
                    "{name:creature} is bitter at you and will not hear you. Whisper to another creature.",
                    name=self.creature,
                )
            )
        if tips.spoken_by(wood, mask) >= rules.most_whispers:
            raise Refusal(
                say(
                    "You have sent {most:int} ravens this turn, the most allowed. Wait for the next.",
                    most=rules.most_whispers,
                )
            )
        require_pebbles(wood, mask, rules.whisper_price, _NO_WHISPER)

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:
        """Pay the raven and put the claim in the creature's ear."""
        mask = mask_of(wood, user)
        purse = pay_treasury(wood, mask, wood.world.rules.patron.whisper_price, words("raven for a whisper"))
        claim = Hearsay(
            speaker=mask, good=self.good, direction=self.direction, strength=self.strength, flavour=self.flavour
        )
        tips.whisper(wood, mask, self.creature, claim, deck.upcoming(wood))
        fact = f"{mask}: {self.good} {self.direction} {self.strength}, {self.flavour}"
        effects.releases.append(Release(kind="whispered", turn=wood.world.turn, to=self.creature, fact=fact))
        text = together(
            say(
                "A raven carries it: {name:creature} hears next turn, if it listens to you, that {good:good} "
                "will {direction:direction} {strength:strength}.",
                name=self.creature,
                good=self.good,
                direction=self.direction,
                strength=self.strength,
            ),
            purse_holds(purse),
        )
        return Receipt(text=text, figures={"purse": purse})


class Spring(Action):
    """Bring the next legend now: it falls when the turn under way, or the coming one, is settled."""

    kind: Literal["spring"] = "spring"

    def validate_in(self, wood: Wood, user: str) -> None:
        """Refuse one who knows that the legend is falling anyway, and a purse too light.

        Anybody else pays, even if it falls by itself: a refusal would tell for nothing when it is due.
        """
        mask = mask_of(wood, user)
        if deck.knows_it_falls_now(wood, mask):
            raise Refusal(words("The next legend is falling this turn already, as you know. Keep your pebbles."))
        require_pebbles(wood, mask, wood.world.rules.patron.spring_price, _NO_SPRING)

    def apply(self, wood: Wood, user: str, effects: Effects) -> Receipt:  # noqa: ARG002 - it is public when it falls
        """Pay, and let the legend fall now."""
        mask = mask_of(wood, user)
        purse = pay_treasury(wood, mask, wood.world.rules.patron.spring_price, words("spring a legend"))
        deck.spring(wood, mask)
        stirs = say("Something stirs. The next legend falls when turn {turn:int} settles.", turn=wood.world.coming_turn)
        return Receipt(text=together(stirs, purse_holds(purse)), figures={"purse": purse})
