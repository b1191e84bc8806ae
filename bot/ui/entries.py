"""The buttons under a tournament's board, which survive a restart like those of a wood's card."""

import re
from typing import Any, Final, Self

import discord

from bot import gate
from bot.i18n import said, words
from bot.replies import explain
from bot.rights import Right

TEMPLATE: Final = re.compile(r"cup:(?P<deed>enter|withdraw|places):(?P<tournament>[\d-]{3,40})")

_LOOKS: Final[dict[str, tuple[str, str, discord.ButtonStyle]]] = {
    "enter": (words("Join"), "🎭", discord.ButtonStyle.success),
    "withdraw": (words("Leave"), "🚪", discord.ButtonStyle.secondary),
    "places": (words("Standings"), "🏆", discord.ButtonStyle.secondary),
}

RIGHTS: Final = {"enter": Right.ANYONE, "withdraw": Right.ANYONE, "places": Right.ANYONE}
"""Who may click what. A button acts for whoever clicks it."""


class EntryButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=TEMPLATE):
    """A button of one tournament, such as joining it."""

    def __init__(self, deed: str, tournament_id: str) -> None:
        text, emoji, style = _LOOKS[deed]
        custom_id = custom_id_of(deed, tournament_id)
        super().__init__(discord.ui.Button(label=said(text), emoji=emoji, style=style, custom_id=custom_id))
        self.deed, self.tournament_id = deed, tournament_id

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the button from the text that Discord kept."""
        return cls(match["deed"], match["tournament"])

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let a click through once, however often Discord delivers it."""
        return interaction.client.once.first(interaction.id)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do the deed; a refusal is shown to the one who clicked."""
        from bot.entering import do  # entering draws boards anew, and boards hold these buttons

        try:
            gate.admit(interaction, RIGHTS[self.deed])
            await do(interaction, self.deed, self.tournament_id)
            gate.note(interaction, "done")
        except Exception as error:
            # discord.py would log it and leave the player waiting.
            await explain(interaction, error)


def custom_id_of(deed: str, tournament_id: str) -> str:
    """Return the text by which Discord knows a tournament's button."""
    return f"cup:{deed}:{tournament_id}"


def board_row(tournament_id: str, *deeds: str) -> discord.ui.ActionRow[Any]:
    """Return a row with the buttons for some deeds."""
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    for deed in deeds:
        row.add_item(EntryButton(deed, tournament_id))
    return row
