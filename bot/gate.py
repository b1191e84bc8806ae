"""The gate: what every command and click passes before anything is done for it, and what is noted of it after.

First the budgets, so that even refusals are bounded, then the right. Neither waits for anything.
"""

import logging
from time import perf_counter
from typing import Final

from bot import logs
from bot.checks import WoodInteraction, guild_of, name_of, wood_or_none
from bot.i18n.languages import of_locale, speak
from bot.rights import Right, require

log = logging.getLogger(__name__)

_BEGAN: Final = "began"


def admit(interaction: WoodInteraction, right: Right) -> None:
    """Let an interaction pass, or raise the refusal that its member reads; both in the language of the member.

    Raises:
        Refusal: If it came from outside a server, a budget is used up, or the member lacks the right.
    """
    interaction.extras[_BEGAN] = perf_counter()
    speak(of_locale(interaction.locale))
    guild_id = guild_of(interaction)
    wood = wood_or_none(interaction)
    logs.bind(interaction=interaction.id, world=wood.world_id if wood else "")
    interaction.client.budgets.charge(interaction.id, interaction.user.id, guild_id)
    require(interaction, right)


def note(interaction: WoodInteraction, outcome: str) -> None:
    """Count how an interaction ended (`done`, `refused` or `failed`), and log it; nothing a player typed is in it."""
    what = name_of(interaction)
    seconds = perf_counter() - interaction.extras.get(_BEGAN, perf_counter())
    interaction.client.metrics.note_interaction(what, outcome)
    log.info("%s %s", what, outcome, extra={"seconds": round(seconds, 3)})
