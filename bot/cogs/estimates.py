"""What a deed will cost, shown while a player still chooses its figures.

Discord asks for these as one types; the figures themselves come from the engine, and are checked again there.
"""

from collections.abc import Iterable
from typing import Final

from discord import app_commands

from bot.checks import WoodInteraction, player_of, wood_of, wood_or_none
from bot.cogs.options import MAGISTRATE
from bot.i18n import said, say
from engine import estimates
from engine.cast import BY_NAME
from engine.vocabulary import Good, counted, pebbles, turns
from engine.world import Wood

_SUGGESTED: Final = (5, 10, 20, 30, 50)
_MOST_DIGITS: Final = 5


async def units(interaction: WoodInteraction, typed: object) -> list[app_commands.Choice[int]]:
    """Offer sizes of a contract with the margin each posts."""
    wood, purse = _purse(interaction)
    good = _good(interaction, "good")
    if wood is None or purse is None or good is None:
        return _bare(typed)
    sizes = [*_SUGGESTED[:3], estimates.largest_contract(wood, good, purse)]
    return [
        _choice(
            size,
            say(
                "{goods:goods}: {margin:pebbles} of margin of your {purse:int}",
                goods=counted(size, good),
                margin=pebbles(estimates.margin(wood, good, size)),
                purse=purse,
            ),
        )
        for size in _figures(typed, sizes)
    ]


async def principal(interaction: WoodInteraction, typed: object) -> list[app_commands.Choice[int]]:
    """Offer sums to lend beside what the purse holds."""
    _, purse = _purse(interaction)
    if purse is None:
        return _bare(typed)
    return [
        _choice(lent, say("{sum:int} of your {purse:pebbles}", sum=lent, purse=pebbles(purse)))
        for lent in _figures(typed, _SUGGESTED)
    ]


async def interest(interaction: WoodInteraction, typed: object) -> list[app_commands.Choice[int]]:
    """Offer interest with what would be owed and pledged for it."""
    wood, purse = _purse(interaction)
    creature, lent = _named(interaction, "creature"), _whole(_named(interaction, "principal"))
    term = _whole(_named(interaction, "term")) or 1
    if wood is None or purse is None or creature not in BY_NAME or not lent:
        return _bare(typed)
    user, good = _player(interaction), _good(interaction, "secured_on")
    most = estimates.most_interest(wood, user, creature, lent, term)
    choices: list[app_commands.Choice[int]] = []
    for asked in _figures(typed, (0, most // 2, most), fewest=0):
        terms = estimates.loan(wood, user, creature, lent, asked, good)
        pledge = counted(terms.pledge.amount, terms.pledge.good)
        offer = {"asked": asked, "owed": terms.owed, "lent": lent, "pledge": pledge}
        told = say("{asked:int}: {owed:int} back for {lent:int}, on {pledge:goods}", **offer)
        if asked > most:
            told = say(
                "{asked:int}: {owed:int} back for {lent:int}, on {pledge:goods}; {creature} pays you {most:int} at "
                "most for {term:turns}",
                **offer,
                creature=creature,
                most=most,
                term=turns(term),
            )
        choices.append(_choice(asked, told))
    return choices


async def bribe(interaction: WoodInteraction, typed: object) -> list[app_commands.Choice[int]]:
    """Offer bribes beside what the purse holds, from the least that the bribed takes."""
    wood, purse = _purse(interaction)
    whom = _named(interaction, "whom")
    if wood is None or purse is None or not whom:
        return _bare(typed)
    least, most = (1, wood.world.rules.law.most_bribe)
    if whom != MAGISTRATE and whom in BY_NAME:
        least, most = estimates.favour(wood, _player(interaction), whom)
    sums = _figures(typed, (least, *(each for each in _SUGGESTED if least < each <= most)))
    taker = said(whom) if whom == MAGISTRATE else whom
    return [
        _choice(
            sum_,
            say(
                "{sum:int} of your {purse:pebbles}; {taker} takes {least:int} to {most:int}",
                sum=sum_,
                purse=pebbles(purse),
                taker=taker,
                least=least,
                most=most,
            ),
        )
        for sum_ in sums
    ]


def _purse(interaction: WoodInteraction) -> tuple[Wood | None, int | None]:
    """Return the wood that is meant, and what the player's purse holds in it."""
    record = wood_or_none(interaction)
    if record is None:
        return None, None
    wood = interaction.client.keeper.wood(record.world_id)
    return wood, estimates.purse(wood, _player(interaction))


def _player(interaction: WoodInteraction) -> str:
    """Return the pseudonym of the player in the wood that the interaction is about."""
    return interaction.client.keeper.player(wood_of(interaction).world_id, player_of(interaction))


def _named(interaction: WoodInteraction, option: str) -> str:
    """Return what the player has chosen for another option so far, or an empty string."""
    return str(getattr(interaction.namespace, option, None) or "")


def _good(interaction: WoodInteraction, option: str) -> Good | None:
    named = _named(interaction, option)
    return Good(named) if named in tuple(Good) else None


def _whole(typed: object) -> int | None:
    text = str(typed or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _figures(typed: object, suggested: Iterable[int], fewest: int = 1) -> list[int]:
    """Return the figure that is typed, or else those suggested, each once and in order."""
    own = _whole(typed)
    return [own] if own is not None else sorted({figure for figure in suggested if figure >= fewest})


def _bare(typed: object) -> list[app_commands.Choice[int]]:
    own = _whole(typed)
    return [] if own is None else [_choice(own, str(own))]


def _choice(value: int, name: str) -> app_commands.Choice[int]:
    return app_commands.Choice(name=name[:100], value=value)
