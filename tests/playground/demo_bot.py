"""A bot that does once each thing a Discord bot does, to try the playground on."""

from __future__ import annotations

import asyncio
import io
import re
import struct
import zlib

import discord
from discord import app_commands
from discord.ext import commands, tasks

from bot.i18n import spoken

GOODS = ["honey", "acorns", "mushrooms", "firewood", "berries"]


class Refusal(app_commands.AppCommandError):
    """Something the player may not do; the text is for the player."""


def picture(shade: int, side: int = 240) -> bytes:
    """A plain PNG, without a drawing library."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(
        b"\0" + b"".join(bytes((shade, x * 255 // side, y * 255 // side)) for x in range(side))
        for y in range(side // 2)
    )
    header = struct.pack(">IIBBBBB", side, side // 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class TradeButton(discord.ui.DynamicItem[discord.ui.Button], template=r"demo:trade:(?P<side>short|long):(?P<good>\w+)"):
    def __init__(self, side: str, good: str) -> None:
        style = discord.ButtonStyle.danger if side == "short" else discord.ButtonStyle.success
        button = discord.ui.Button(label=f"{side.title()} {good}", style=style, custom_id=f"demo:trade:{side}:{good}")
        super().__init__(button)
        self.side, self.good = side, good

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction, item: discord.ui.Item, match: re.Match[str]):
        return cls(match["side"], match["good"])

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(TradeModal(self.side, self.good))


class TradeModal(discord.ui.Modal):
    amount = discord.ui.TextInput(label="How many", default="10", max_length=4)

    def __init__(self, side: str, good: str) -> None:
        super().__init__(title=f"{side.title()} {good}")
        self.side, self.good = side, good

    async def on_submit(self, interaction: discord.Interaction) -> None:
        text = f"You {self.side} {self.amount.value} {self.good}."
        await interaction.response.send_message(text, ephemeral=True)


class Menu(discord.ui.View):
    """A select menu that says what was chosen."""

    @discord.ui.select(placeholder="Which good", options=[discord.SelectOption(label=each.title()) for each in GOODS])
    async def chosen(self, interaction: discord.Interaction, select: discord.ui.Select) -> None:
        await interaction.response.edit_message(content=f"You chose {select.values[0]}.", view=None)


class JapaneseNames(app_commands.Translator):
    """Describes everything in Japanese by marking it."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        where = app_commands.TranslationContextLocation
        named = context.location not in (where.command_name, where.group_name, where.parameter_name)
        return f"〔{string.message}〕" if locale is discord.Locale.japanese and named else None


class AgainButton(discord.ui.DynamicItem[discord.ui.Button], template=r"demo:again"):
    def __init__(self) -> None:
        super().__init__(discord.ui.Button(label="Prices again", custom_id="demo:again"))

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction, item: discord.ui.Item, match: re.Match[str]):
        return cls()

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await asyncio.sleep(0.2)
        await interaction.followup.send("Honey 18 ▲, acorns 4 ▼", ephemeral=True)


def card(turn: int) -> tuple[discord.ui.LayoutView, discord.File]:
    view = discord.ui.LayoutView(timeout=None)
    box = discord.ui.Container(accent_colour=discord.Colour.dark_gold())
    box.add_item(discord.ui.TextDisplay(f"## Turn {turn}: a cold wind\n**Honey** 18 ▲  **Acorns** 4 ▼"))
    box.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://chart.png", description="prices")))
    box.add_item(discord.ui.Separator())
    soon = int(discord.utils.utcnow().timestamp()) + 30
    box.add_item(discord.ui.TextDisplay(f"-# next turn <t:{soon}:R>"))
    row = discord.ui.ActionRow()
    for item in (TradeButton("short", "honey"), TradeButton("long", "acorns"), AgainButton()):
        row.add_item(item)
    box.add_item(row)
    view.add_item(box)
    return view, discord.File(io.BytesIO(picture(turn * 40 % 256)), "chart.png")


async def goods(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=each.title(), value=each) for each in GOODS if current.lower() in each]


class Demo(commands.Cog):
    wood = app_commands.Group(name="wood", description="Look at the wood")

    def __init__(self, bot: DemoBot) -> None:
        self.bot = bot

    @wood.command(description="The latest turn")
    async def look(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        view, file = card(self.bot.turn)
        await interaction.followup.send(view=view, file=file)

    @wood.command(description="A creature")
    async def creature(self, interaction: discord.Interaction, name: str = "Oona") -> None:
        await interaction.response.send_message(f"{name} hoards honey.", ephemeral=True)

    @app_commands.command(description="Bet against a good")
    @app_commands.autocomplete(good=goods)
    @app_commands.describe(good="which", quantity="how many", note="for your ledger")
    async def short(self, interaction: discord.Interaction, good: str, quantity: int, note: str = "") -> None:
        if quantity > 1000:
            raise Refusal("You have not that many pebbles.")
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send(f"Short {quantity} {good}. {note}", ephemeral=True)

    @app_commands.command(description="Choose a mood")
    @app_commands.choices(mood=[app_commands.Choice(name=each, value=each) for each in ("calm", "wild")])
    async def poke(self, interaction: discord.Interaction, mood: str) -> None:
        assert isinstance(interaction.user, discord.Member)
        if not interaction.user.guild_permissions.manage_guild:
            raise Refusal("Only the wood's keeper may do that.")
        await interaction.response.send_message(f"The wood turns {mood}.")

    @app_commands.command(description="A tip, by DM too")
    async def insider(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Honey will crash.", ephemeral=True)
        await interaction.user.send("Your tip: honey will crash.")

    @app_commands.command(description="Which languages Discord tells of")
    async def languages(self, interaction: discord.Interaction) -> None:
        assert interaction.guild is not None
        told = (interaction.locale, interaction.guild_locale, interaction.guild.preferred_locale, spoken().name)
        await interaction.response.send_message(" ".join(map(str, told)), ephemeral=True)

    @app_commands.command(description="Choose from a list")
    async def choose(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Choose:", view=Menu(), ephemeral=True)

    @app_commands.command(description="Say nothing at all")
    async def sulk(self, interaction: discord.Interaction) -> None:
        """Leave the interaction without an answer."""

    @app_commands.command(description="Think for a while")
    async def think(self, interaction: discord.Interaction, seconds: float) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await asyncio.sleep(seconds)
        await interaction.edit_original_response(content=f"Thought for {seconds} s.")

    @app_commands.command(description="Turn the wood")
    async def advance(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        self.bot.turn += 1
        view, file = card(self.bot.turn)
        await interaction.followup.send(view=view, file=file)


class DemoBot(commands.AutoShardedBot):
    def __init__(self, *, beat: float = 0) -> None:
        super().__init__(command_prefix=commands.when_mentioned, intents=discord.Intents.default())
        self.turn = 1
        self.beat = beat
        self.beats = 0
        self.closed = False

    async def setup_hook(self) -> None:
        await self.tree.set_translator(JapaneseNames())
        await self.add_cog(Demo(self))
        self.add_dynamic_items(TradeButton, AgainButton)
        self.tree.error(self.refuse)
        if self.beat:
            self.heartbeat.change_interval(seconds=self.beat)
            self.heartbeat.start()

    async def refuse(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        await interaction.response.send_message(str(error), ephemeral=True)

    @tasks.loop(seconds=60)
    async def heartbeat(self) -> None:
        await self.wait_until_ready()
        self.beats += 1
        await self.say(f"beat {self.beats}")

    async def say(self, text: str, *, channel: str = "the-wood") -> discord.Message:
        found = discord.utils.get(self.guilds[0].text_channels, name=channel)
        assert found is not None
        return await found.send(text)

    async def close(self) -> None:
        self.closed = True
        await super().close()
