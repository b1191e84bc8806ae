"""How the bot answers: privately, once, and always with a sentence."""

import io
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

import discord
from discord import app_commands
from discord.utils import MISSING

from bot import gate
from bot.checks import WoodInteraction, name_of
from bot.i18n import said, told, words
from bot.retries import ACKNOWLEDGED_ALREADY, LOST, UNKNOWN_INTERACTION, UNREACHED, soon
from engine.actions.base import Refusal
from engine.store import StoreUnavailableError

log = logging.getLogger(__name__)

APOLOGY = words(
    "Something went wrong in the undergrowth, and I cannot say how it ended. Look at /ledger, then try again."
)
CHANGED = words("This command has changed since your Discord last looked. Reload Discord, then try again.")
CHOOSE = words("That is not among the choices of this command. Pick one from the list it shows.")

_BEGUN: Final = "begun"
"""Noted with an interaction whose acknowledgement Discord had, though its answer was lost."""


async def begin(interaction: WoodInteraction) -> None:
    """Acknowledge within Discord's three seconds; the answer will be seen by its reader alone."""
    await _defer(interaction, ephemeral=True, thinking=True)


async def begin_in_place(interaction: WoodInteraction) -> None:
    """Acknowledge a click within Discord's three seconds; the answer will replace the message that was clicked."""
    await _defer(interaction)


async def _defer(interaction: WoodInteraction, **how: bool) -> None:
    """Acknowledge, again when Discord's answer is lost.

    That it is acknowledged already was an earlier attempt of ours, since an interaction is handled once.
    """
    crowd = interaction.client.crowd
    with crowd.acknowledging():
        try:
            await _defer_once(interaction, how)
        except LOST:
            async for attempt in soon():
                with attempt:
                    await _defer_once(interaction, how)
    interaction.client.metrics.note_acknowledged(interaction.created_at)
    await crowd.let_pass()


async def _defer_once(interaction: WoodInteraction, how: Mapping[str, bool]) -> None:
    try:
        await interaction.response.defer(**how)
    except discord.HTTPException as error:
        if error.code != ACKNOWLEDGED_ALREADY:
            raise
        interaction.extras[_BEGUN] = True


async def answer(
    interaction: WoodInteraction,
    content: str = MISSING,
    *,
    view: discord.ui.View | discord.ui.LayoutView | None = MISSING,
    file: discord.File | None = None,
    files: Sequence[discord.File] = (),
) -> None:
    """Show the answer in the place that `begin` made, or make a private one."""
    files = [*files] if file is None else [file, *files]
    if not interaction.response.is_done() and _BEGUN not in interaction.extras:
        shown: Any = view or MISSING
        await interaction.response.send_message(content, view=shown, files=files, ephemeral=True)
        interaction.client.metrics.note_acknowledged(interaction.created_at)
        return
    contents = [each.fp.read() for each in files]
    async for attempt in soon():
        with attempt:
            attachments = [_copy(*each) for each in zip(files, contents, strict=True)] or MISSING
            await interaction.edit_original_response(content=content, view=view, attachments=attachments)


def _copy(file: discord.File, content: bytes) -> discord.File:
    """Return a file to upload; an upload uses it up, so that every attempt needs its own."""
    return discord.File(io.BytesIO(content), file.filename, description=file.description)


async def explain(interaction: WoodInteraction, error: BaseException) -> None:
    """Show the sentence that an error carries, in the reader's language; log what carries none, and apologise."""
    if _too_late(error):
        log.warning("Discord had given %s up before it was acknowledged; nothing was done", name_of(interaction))
        return
    sentence = _sentence_in(error)
    if isinstance(sentence, Refusal):
        interaction.client.metrics.note_refusal(sentence)
    else:
        log.error("An interaction failed: %s", name_of(interaction), exc_info=error)
    gate.note(interaction, "refused" if isinstance(sentence, Refusal) else "failed")
    try:
        await answer(interaction, told(str(sentence)) if sentence else said(APOLOGY), view=None)
    except UNREACHED:
        log.warning("The answer to %s could not be shown", name_of(interaction), exc_info=True)


def _too_late(error: BaseException) -> bool:
    """Say whether an acknowledgement came after Discord's three seconds, so that there is nobody left to answer."""
    cause = getattr(error, "original", error)
    return isinstance(cause, discord.NotFound) and cause.code == UNKNOWN_INTERACTION


def _sentence_in(error: BaseException | None) -> Refusal | StoreUnavailableError | None:
    """Return what carries a sentence for the player, inside the library's wrappings, or None."""
    while error is not None:
        if isinstance(error, (Refusal, StoreUnavailableError)):
            return error
        if isinstance(error, app_commands.TransformerError) and error.__cause__ is None:
            return Refusal(said(CHOOSE))
        if isinstance(error, (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)):
            return Refusal(said(CHANGED))
        error = getattr(error, "original", None) or error.__cause__
    return None
