"""Favours that Patrons pay creatures for: to hoard or dump their crop, or to snub another creature.

A creature listens to one offer a turn, of the Patron it feels warmest towards; the others get their
pebbles back. It is told what it was paid for, and may still do as it likes.
"""

from engine import ledger as books
from engine.effects import Effects
from engine.feelings import stir, warmest, wary
from engine.views import Favour
from engine.vocabulary import PEBBLES, Nudge
from engine.world import Release, Wood, World


def price(world: World, name: str, mask: str) -> int:
    """Return the pebbles a creature asks of a Patron at least: more when it is wary of it."""
    rules = world.rules.patron
    return rules.favour_price_wary if wary(world, name, mask) else rules.favour_price


def waiting_of(world: World, mask: str) -> list[str]:
    """Return the creatures that a Patron's offers wait for."""
    return [name for name, offers in world.favours.items() for offer in offers if offer.payer == mask]


def offer(wood: Wood, name: str, favour: Favour) -> None:
    """Put a Patron's pebbles aside and let the offer wait for the creature's next turn."""
    account = books.favour_account(favour.payer, name)
    purse = books.patron_account(favour.payer)
    wood.ledger.move(wood.world.turn, PEBBLES, favour.pebbles, purse, account, f"favour asked of {name}")
    wood.world.favours.setdefault(name, []).append(favour)


def listen(wood: Wood, name: str, effects: Effects) -> None:
    """Let a creature take the one offer it listens to, which stays in the world, and send the others back."""
    world = wood.world
    ranked = warmest(world, name, world.favours.pop(name, []), lambda favour: favour.payer)
    for each in ranked:
        account = books.favour_account(each.payer, name)
        if each is not ranked[0]:
            purse = books.patron_account(each.payer)
            wood.ledger.move(world.turn, PEBBLES, each.pebbles, account, purse, f"{name} listened to another")
            wood.vault.post_letter(
                each.payer, world.turn, f"{name} listened to another's offer. Your pebbles are back."
            )
            continue
        wood.ledger.move(world.turn, PEBBLES, each.pebbles, account, books.creature_account(name), "favour paid")
        stir(world, name, each.payer, Nudge.FAVOUR_PAID)
        fact = f"{each.payer}: {each.task} {each.whom} for {each.pebbles}"
        effects.releases.append(Release(kind="favour_paid", turn=world.turn, to=name, fact=fact))
        world.favours[name] = [each]
