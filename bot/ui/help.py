"""The game, explained in one message, and the questions that one may go on to ask."""

import re
from collections.abc import Sequence
from typing import Any, Final, Self

import discord

from bot import gate
from bot.i18n import said, say
from bot.replies import explain
from bot.rights import Right
from bot.ui.buttons import DeedButton
from bot.ui.questions import QUESTIONS, Question
from engine.rules import Rules
from engine.vocabulary import pebbles

TEMPLATE: Final = re.compile(r"ask:questions")
RIGHT: Final = Right.ANYONE
_COLOUR: Final = 0x56B4E9


class QuestionSelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=TEMPLATE):
    """All questions to choose from, below every answer; what is answered stands in the option chosen."""

    def __init__(self, chosen: str = "") -> None:
        select: discord.ui.Select[Any] = discord.ui.Select(
            custom_id="ask:questions", placeholder=say("What do you want to know?")
        )
        for key, question in QUESTIONS.items():
            select.add_option(label=said(question.asks), value=key, emoji=question.face, default=key == chosen)
        super().__init__(select)

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Rebuild the select; the one that is shown next is in its reader's language."""
        return cls()

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let a choice through once, however often Discord delivers it."""
        return interaction.client.once.first(interaction.id)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the question in the place of the last answer."""
        from bot.asking import answer_again  # it shows this select

        try:
            gate.admit(interaction, RIGHT)
            values: Any = (interaction.data or {}).get("values", ())
            await answer_again(interaction, str(next(iter(values), "")))
            gate.note(interaction, "done")
        except Exception as error:
            # discord.py would log it and leave the reader waiting.
            await explain(interaction, error)


def overview(rules: Rules, world_id: str | None) -> discord.ui.LayoutView:
    """Return the game in one message, with all questions below; buttons only where a wood grows."""
    return _layout(overview_text(rules), ("first", "learn") if world_id else (), world_id, "")


def answer_card(question: Question, text: str, world_id: str | None) -> discord.ui.LayoutView:
    """Return the answer to a question, with buttons for what it is about where a wood grows."""
    return _layout(f"### {question.face} {said(question.asks)}\n{text}", question.deeds, world_id, question.key)


def unknown(world_id: str | None) -> discord.ui.LayoutView:
    """Return what is said to a question that nobody wrote an answer to."""
    return _layout(say("❓ I have no answer to that. Choose a question that I know:"), (), world_id, "")


def overview_text(rules: Rules) -> str:
    """Return the game in one message, with a wood's own prices."""
    patron = rules.patron
    title = say(
        "### 🌲 Thousand Token Wood\n"
        "Five creatures trade acorns, berries, mushrooms, honey and firewood. Each one thinks with a small language "
        "model. You are a **Patron**: a masked financier who bets on their prices, and nudges them."
    )
    gambit = say(
        "**Your first trade: the gambit** (🎲 First trade under a card does it step by step)\n"
        "1. `/join` puts on a mask and gives you {stake:pebbles}.\n"
        "2. `/insider` buys the true forecast: which good, which way, which turn.\n"
        "3. `/short` if it will fall, `/long` if it will rise. Half its value is your margin.\n"
        "4. `/whisper` it to a creature, true or not. It hears two a turn, of those it likes best.\n"
        "5. `/spring` brings the legend now. It falls when the turn closes.\n"
        "6. `/close` and collect.",
        stake=pebbles(patron.stake),
    )
    more = say(
        "**Good to know**\n"
        "• Contracts settle every turn. Below a quarter of its value in margin, one is liquidated.\n"
        "• A legend really happened once. It halves or doubles a price.\n"
        "• Short a crop and its grower bears a grudge. A false whisper costs you its trust.\n"
        "• Win twice on a true tip and the magistrate asks questions: a fine, then a freeze, then exile. `/bribe` may "
        "help, or hurt.\n"
        "• `/lend` to a creature on a pledge. If the pledge's price falls, the loan is called; one that cannot pay is "
        "banished.\n"
        "• `/bribe` also buys a creature's favour, and `/ally` makes a cartel of two.\n"
        "• Firewood runs short in winter."
    )
    looking = say(
        "`/ledger` shows your books. `/wood look`, `prices`, `chart`, `creature`, `news`, `objective`, `scoreboard` "
        "and `minds` show the wood. `/season history`: the past. `/privacy`: your data."
    )
    return f"{title}\n\n{gambit}\n\n{more}\n\n{looking}"


def _layout(text: str, deeds: Sequence[str], world_id: str | None, chosen: str) -> discord.ui.LayoutView:
    parts: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(text)]
    if deeds and world_id is not None:
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
        for deed in deeds:
            row.add_item(DeedButton(deed, world_id))
        parts.append(row)
    asking: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    asking.add_item(QuestionSelect(chosen))
    layout = discord.ui.LayoutView(timeout=None)
    layout.add_item(discord.ui.Container(*parts, asking, accent_colour=_COLOUR))
    return layout
