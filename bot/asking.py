"""`/wood help`: the game in one message, or the answer to one question, wherever it is asked."""

from typing import Final

from discord import app_commands

from bot import replies
from bot.checks import WoodInteraction, wood_or_none
from bot.i18n import said
from bot.ui import help as page
from bot.ui.questions import QUESTIONS, Asked, matching
from engine.rules import DEFAULT_RULES, Rules

_CHOICES: Final = 25
"""The most that Discord offers while one types."""


async def show(interaction: WoodInteraction, question: str | None = None) -> None:
    """Explain the game, or answer a question: one chosen from the list, or else what fits best what was typed."""
    world_id, asked = _asked(interaction)
    if question is None:
        await replies.answer(interaction, view=page.overview(asked.rules, world_id))
        return
    found = QUESTIONS.get(question) or next(iter(matching(question)), None)
    if found is None:
        await replies.answer(interaction, view=page.unknown(world_id))
        return
    await replies.answer(interaction, view=page.answer_card(found, found.answer(asked), world_id))


async def answer_again(interaction: WoodInteraction, key: str) -> None:
    """Answer a question chosen below an answer, in that one's place."""
    await replies.begin_in_place(interaction)
    await show(interaction, key)


async def offer_questions(_interaction: WoodInteraction, typed: str) -> list[app_commands.Choice[str]]:
    """Offer the questions that fit what was typed so far, in the reader's language."""
    return [app_commands.Choice(name=said(each.asks)[:100], value=each.key) for each in matching(typed)[:_CHOICES]]


def _asked(interaction: WoodInteraction) -> tuple[str | None, Asked]:
    """Return the wood that is meant, if there is one, and what an answer needs of it."""
    wood = wood_or_none(interaction)
    if wood is None:
        return None, Asked(DEFAULT_RULES)
    rules: Rules = interaction.client.keeper.wood(wood.world_id).world.rules
    return wood.world_id, Asked(rules, wood, interaction.client.turns.coming(wood.world_id))
