"""Buttons that survive a restart: everything they need stands in their custom_id, and is checked again on a click."""

import re
from typing import Any, Final, Self

import discord

from bot import gate
from bot.checks import bind
from bot.i18n import said, words
from bot.replies import explain
from bot.rights import Right

TEMPLATE: Final = re.compile(
    r"wood:(?P<deed>ledger|prices|join|tip|buy|help|close|forget|tell(?:-(?:on|off))?|learn(?:-(?:bet|result|(?:short|long)-[a-z]{5,9}))?|first(?:-[a-z]{3,8})?|bet(?:-(?:short|long)-[a-z]{5,9})?|board|hall)(?:-(?P<number>\d{1,9}))?:(?P<world>[\w-]{1,64})"
)

_LOOKS: Final[dict[str, tuple[str, str, discord.ButtonStyle]]] = {
    "ledger": (words("My ledger"), "📒", discord.ButtonStyle.primary),
    "prices": (words("Prices"), "📈", discord.ButtonStyle.secondary),
    "join": (words("Join the wood"), "🎭", discord.ButtonStyle.secondary),
    "tip": (words("Insider tip"), "🔮", discord.ButtonStyle.secondary),
    "buy": (words("Buy it"), "🔮", discord.ButtonStyle.primary),
    "help": (words("How to play"), "❓", discord.ButtonStyle.secondary),
    "close": (words("Close"), "🤝", discord.ButtonStyle.secondary),
    "first": (words("First trade"), "🎲", discord.ButtonStyle.success),
    "bet": (words("Bet on a price"), "📊", discord.ButtonStyle.secondary),
    "board": (words("Scoreboard"), "🏆", discord.ButtonStyle.secondary),
    "hall": (words("All seasons"), "🏛️", discord.ButtonStyle.secondary),
    "learn": (words("My first bet"), "🎓", discord.ButtonStyle.success),
    "tell": (words("Tell me of calls"), "🔔", discord.ButtonStyle.secondary),
    "forget": (words("Delete it all"), "🗑️", discord.ButtonStyle.danger),
}

_ROWS: Final = (("first", "join", "bet", "ledger"), ("tip", "prices", "board", "help"))
"""The buttons under a card, what a newcomer and a Patron need most first. A phone shows two of a row beside another."""

RIGHTS: Final = {
    "ledger": Right.PATRON,
    "prices": Right.ANYONE,
    "join": Right.ANYONE,
    "tip": Right.PATRON,
    "buy": Right.PATRON,
    "help": Right.ANYONE,
    "close": Right.PATRON,
    "first": Right.ANYONE,
    "bet": Right.PATRON,
    "board": Right.ANYONE,
    "hall": Right.ANYONE,
    "learn": Right.ANYONE,
    "tell": Right.PATRON,
    "forget": Right.ANYONE,
}
"""Who may click what. A button acts for whoever clicks it, and never for whom it was shown to."""


class DeedButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=TEMPLATE):
    """A button that does one deed in one wood, such as closing contract 3."""

    def __init__(
        self,
        deed: str,
        world_id: str,
        number: int | None = None,
        label: str | None = None,
        *,
        emoji: str | None = None,
        row: int | None = None,
    ) -> None:
        text, face, style = _LOOKS[deed.partition("-")[0]]
        custom_id = custom_id_of(deed, world_id, number)
        super().__init__(
            discord.ui.Button(label=label or said(text), emoji=emoji or face, style=style, custom_id=custom_id, row=row)
        )
        self.deed, self.world_id, self.number = deed, world_id, number

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from the text that Discord kept."""
        number = match["number"]
        return cls(match["deed"], match["world"], None if number is None else int(number))

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let a click through once, however often Discord delivers it."""
        return interaction.client.once.first(interaction.id)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do the deed; a refusal is shown to the one who clicked."""
        from bot.deeds import do  # the deeds show cards, and cards hold these buttons

        try:
            if self.deed != "forget":  # what is stored about a player does not depend on a wood that grows here
                bind(interaction, self.world_id)
            gate.admit(interaction, RIGHTS[self.deed.partition("-")[0]])
            await do(interaction, self.deed, self.number)
            gate.note(interaction, "done")
        except Exception as error:
            # discord.py would log it and leave the player waiting.
            await explain(interaction, error)


def custom_id_of(deed: str, world_id: str, number: int | None = None) -> str:
    """Return the text by which Discord knows the button of a deed."""
    suffix = "" if number is None else f"-{number}"
    return f"wood:{deed}{suffix}:{world_id}"


def card_rows(world_id: str, turn: int | None = None) -> list[discord.ui.ActionRow[Any]]:
    """Return the rows of buttons under every card of a wood.

    A turn's card names its turn in the button of the ledger, by which it is found again in the channel.
    """
    rows: list[discord.ui.ActionRow[Any]] = []
    for deeds in _ROWS:
        row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
        for deed in deeds:
            row.add_item(DeedButton(deed, world_id, turn if deed == "ledger" else None))
        rows.append(row)
    return rows
