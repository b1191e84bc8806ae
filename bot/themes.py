"""In which theme pictures are drawn that no wood which grows is asked for: a board's, and those of an ended wood."""

from typing import TYPE_CHECKING

from engine.staging import hall

if TYPE_CHECKING:
    from bot.app import WoodBot


async def of_channel(bot: "WoodBot", guild_id: int, channel_id: int | None) -> str:
    """Return the name of a channel's theme, empty for the bot's own.

    It is that of the wood there, or else of all woods of the server where they are drawn alike.
    """
    return (await bot.keeper.store.run(lambda c: hall.manner_in(c, guild_id, channel_id))).theme
