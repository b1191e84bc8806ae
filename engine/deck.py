"""The secret deck of a season: which legend falls next, and when."""

from collections.abc import Sequence

from engine.legends import BY_KEY, DECK, Legend
from engine.phrases import say
from engine.rules import Rules
from engine.streams import stream
from engine.vault import Forecast, Vault
from engine.vocabulary import capital
from engine.world import Wood


def draw(seed: str, turn: int, cards: int = len(DECK)) -> list[str]:
    """Return the order of the first `cards` legends as shuffled in `turn`, drawn from the secret stream."""
    keys = [legend.key for legend in DECK[:cards]]
    stream(seed, "deck", turn).shuffle(keys)
    return keys


def gap(seed: str, rules: Rules, turn: int) -> int:
    """Return the turns until the legend after one that fell in `turn`."""
    fewest, most = rules.legends.gap
    return stream(seed, "gap", turn).randint(fewest, most)


def upcoming(wood: Wood) -> Legend:
    """Return the legend that falls next; the deck always holds one."""
    return BY_KEY[wood.vault.deck.reveal()[0]]


def due_turn(wood: Wood) -> int:
    """Return the turn in which the next legend falls by itself, never one that is over."""
    return max(wood.vault.due.reveal(), wood.world.coming_turn)


def foretold(forecast: Forecast, turn: int) -> str:
    """Return a forecast in a sentence for its holder; `turn` is when its legend falls by itself."""
    return say(
        "{good:Good} will {direction:direction} when turn {turn:int} settles.",
        good=capital(forecast.good),
        direction=forecast.direction,
        turn=turn,
    )


def spring(wood: Wood, mask: str) -> None:
    """Let the next legend fall in the turn under way, or in the coming one, and note who paid for it."""
    wood.vault.due.replace(wood.world.coming_turn)
    wood.vault.springers.replace([*wood.vault.springers.reveal(), mask])


def knows_it_falls_now(wood: Wood, mask: str) -> bool:
    """Say whether a Patron knows, having sprung or foreseen it, that the next legend falls now."""
    sprung = mask in wood.vault.springers.reveal()
    foreseen = mask in wood.vault.forecasts.reveal() and due_turn(wood) == wood.world.coming_turn
    return sprung or foreseen


def take(wood: Wood) -> Legend | None:
    """Take the legend that is due in the turn under way off the deck, or return None."""
    vault, world = wood.vault, wood.world
    if vault.due.reveal() > world.turn:
        return None
    legend = upcoming(wood)
    rest = vault.deck.reveal()[1:]
    vault.deck.replace(rest or draw(vault.seed.reveal(), world.turn, world.rules.legends.cards))
    vault.due.replace(world.turn + gap(vault.seed.reveal(), world.rules, world.turn))
    vault.forecasts.replace({})
    vault.springers.replace([])
    return legend


def redraw(wood: Wood) -> None:
    """Shuffle a whole new deck, in which the legend that was next comes last, because somebody may have seen it."""
    vault = wood.vault
    seen = upcoming(wood).key
    keys = [legend.key for legend in DECK[: wood.world.rules.legends.cards] if legend.key != seen]
    stream(vault.seed.reveal(), "redraw", wood.world.turn).shuffle(keys)
    vault.deck.replace([*keys, seen])


def deal(vault: Vault, rules: Rules, turn: int, top: Sequence[str]) -> None:
    """Shuffle the deck of a wood with these rules in `turn`, with the legends of `top` on top, in their order.

    A wood's first deck may be stacked; a later season keeps the card that was on top there, so that a
    forecast sold and a whisper spoken in the old season stay what they were.

    Raises:
        ValueError: If there is no such legend.
    """
    unknown = [key for key in top if key not in BY_KEY]
    if unknown:
        raise ValueError(f"There is no legend {unknown[0]!r}. Choose one of {', '.join(BY_KEY)}.")
    rest = [key for key in draw(vault.seed.reveal(), turn, rules.legends.cards) if key not in top]
    vault.deck.replace([*dict.fromkeys(top), *rest])
