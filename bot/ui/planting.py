"""The panel of `/setup`: what may be chosen, what will happen then, and the button that plants the wood.

Every component carries all that was chosen so far in its custom_id, so that nothing of a panel is kept anywhere else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

import discord
from discord.utils import format_dt
from pydantic import BaseModel, ConfigDict

from bot import gate
from bot.durations import duration
from bot.i18n import Language, said, say, words
from bot.replies import explain
from bot.rights import Right
from bot.ui.pictures import Picture
from engine.cadence import QuietHours, zones
from engine.records import LANGUAGES, THEMES

CADENCES: Final = {
    20: "20 seconds", 60: "1 minute", 300: "5 minutes", 900: "15 minutes", 3600: "1 hour", 21600: "6 hours",
    86400: "1 day",
}  # fmt: skip

_PACES: Final = {
    20: words("For a demonstration: a season in a quarter of an hour"),
    60: words("A game for one evening, with everybody there"),
    300: words("An afternoon's game, with time to talk"),
    900: words("A day's game: look in between other things"),
    3600: words("The usual pace: look in a few times a day"),
    21600: words("Slow: four turns a day"),
    86400: words("Slowest: one turn a day"),
}

OWN: Final = "-"
"""The value of the council that stays as it is or is the bot's own, the server's own language, the bot's own theme."""

_NONE: Final = "none"
_HOURS: Final = ("2200-0700", "2300-0800", "0000-0800", "0100-0900", "0900-1700")
_ZONES: Final = (
    "UTC", "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "America/Mexico_City",
    "America/Bogota", "America/Argentina/Buenos_Aires", "America/Sao_Paulo", "Europe/London", "Europe/Madrid",
    "Europe/Berlin", "Europe/Athens", "Europe/Istanbul", "Africa/Lagos", "Africa/Nairobi", "Asia/Dubai",
    "Asia/Kolkata", "Asia/Bangkok", "Asia/Shanghai", "Asia/Taipei", "Asia/Tokyo", "Australia/Sydney",
    "Pacific/Auckland",
)  # fmt: skip
"""One zone or so for each hour of the day: a select holds 25. `/setup zone:` knows all of them."""

_THEMES: Final = {
    "dark": (words("Dark pictures"), words("Night-green ground, for those who read Discord dark")),
    "light": (words("Light pictures"), words("Ground like paper, for those who read Discord light")),
}

_HOME: Final = {
    discord.Locale.japanese: "Asia/Tokyo",
    discord.Locale.taiwan_chinese: "Asia/Taipei",
    discord.Locale.chinese: "Asia/Shanghai",
    discord.Locale.spain_spanish: "Europe/Madrid",
    discord.Locale.german: "Europe/Berlin",
    discord.Locale.british_english: "Europe/London",
}
_COLOUR: Final = 0x009E73
_PROBLEM: Final = 0xD55E00

TEMPLATE: Final = re.compile(
    r"setup:(?P<part>place|pace|council|hours|zone|lang|theme|go):(?P<mode>[ps]):(?P<channel>\d{1,20}):(?P<cadence>\d{1,6}):"
    r"(?P<council>[\w-]{0,15}):(?P<quiet>(?:\d{4}-\d{4}@[\w/+-]{1,32})?)(?::(?P<language>\d{1,2})(?P<theme>[dl]?))?"
)
"""A custom_id holds 100 characters, so a language stands in it by its number in `LANGUAGES`, from 1 on, and a theme by
its first letter. The panels of earlier versions name neither."""

RIGHT: Final = Right.MANAGER
"""Who may use the panel: checked on every click, whoever it was shown to."""


class Mode(StrEnum):
    """Whether a panel plants a wood or sets one."""

    PLANT = "p"
    SET = "s"


class Part(StrEnum):
    """A part of the panel."""

    PLACE = "place"
    PACE = "pace"
    COUNCIL = "council"
    HOURS = "hours"
    ZONE = "zone"
    LANGUAGE = "lang"
    THEME = "theme"
    GO = "go"


class Planting(BaseModel):
    """What a keeper has chosen so far. A `council` without a name is the bot's own, or stays as it is.

    `language` and `theme` are as in a wood's record: empty, they are the server's and the bot's own.
    """

    model_config = ConfigDict(frozen=True)

    mode: Mode
    channel_id: int
    cadence: int = 3600
    council: str = ""
    quiet: QuietHours | None = None
    language: str = ""
    theme: str = ""

    def __init__(
        self,
        mode: Mode,
        channel_id: int,
        cadence: int = 3600,
        council: str = "",
        quiet: QuietHours | None = None,
        language: str = "",
        theme: str = "",
    ) -> None:
        super().__init__(
            mode=mode,
            channel_id=channel_id,
            cadence=cadence,
            council=council,
            quiet=quiet,
            language=language,
            theme=theme,
        )

    def custom_id(self, part: Part) -> str:
        """Return the text by which Discord knows a part of this panel."""
        manner = f"{LANGUAGES.index(self.language) + 1 if self.language else 0}{self.theme[:1]}"
        chosen = f"{self.mode}:{self.channel_id}:{self.cadence}:{self.council}:{_written(self.quiet)}:{manner}"
        return f"setup:{part}:{chosen}"

    @classmethod
    def read(cls, match: re.Match[str]) -> Self:
        """Return what a custom_id says was chosen; quiet hours that cannot be any more are none, nor is a language."""
        hours, _, zone = match["quiet"].partition("@")
        known = dict(enumerate(LANGUAGES, 1))
        return cls(
            Mode(match["mode"]),
            int(match["channel"]),
            int(match["cadence"]),
            match["council"],
            quiet_of(hours, zone) if zone in zones() else None,
            known.get(int(match["language"] or 0), ""),
            next((theme for theme in THEMES if theme[0] == match["theme"]), ""),
        )


@dataclass(frozen=True)
class Shown:
    """What a panel shows beside what was chosen.

    `first_turn` is when the next turn would come, in seconds since 1970, `councils` a line on each council there is,
    `minds` who would think and for how long, `pictures` those of its card as they would be, `server` the language that
    the server is set to, and `problem` why it cannot be done as it stands.
    """

    now: datetime
    first_turn: int
    councils: Mapping[str, str]
    minds: str
    pictures: Sequence[Picture]
    server: Language
    problem: str = ""


class SetupItem(discord.ui.DynamicItem[discord.ui.Item[Any]], template=TEMPLATE):
    """A part of the panel: a select or the button."""

    def __init__(self, item: discord.ui.Item[Any], part: Part, chosen: Planting) -> None:
        super().__init__(item)
        self.part, self.chosen = part, chosen

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the part from what Discord kept."""
        return cls(item, Part(match["part"]), Planting.read(match))

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let a click through once, however often Discord delivers it."""
        return interaction.client.once.first(interaction.id)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Take over what was chosen; a refusal is shown to the one who clicked."""
        from bot.planting import do  # what is done shows the panel again, and the panel holds these

        try:
            gate.admit(interaction, RIGHT)
            values: Any = (interaction.data or {}).get("values", ())
            await do(interaction, self.part, self.chosen, [str(value) for value in values])
        except Exception as error:
            # discord.py would log it and leave the keeper waiting.
            await explain(interaction, error)


def layout(chosen: Planting, shown: Shown) -> discord.ui.LayoutView:
    """Return the panel: each choice with a line on it, what will happen, and the button."""
    new = chosen.mode is Mode.PLANT
    title = say("## 🌱 Plant a wood") if new else say("## 🌲 Set the wood")
    intro = say("Choose, look at what will happen, and say so at the end. Everything can be changed later.")
    parts: list[discord.ui.Item[Any]] = [
        discord.ui.TextDisplay(f"{title}\n{intro}"),
        discord.ui.TextDisplay(say("**Where** its cards are posted")),
        _row(_places(chosen), Part.PLACE, chosen),
        discord.ui.TextDisplay(say("**How often** a turn comes")),
        _row(_paces(chosen), Part.PACE, chosen),
        discord.ui.TextDisplay(say("**Who thinks** for the creatures")),
        _row(_councils(chosen, shown.councils), Part.COUNCIL, chosen),
        discord.ui.TextDisplay(say("**Quiet hours**, in which no turn comes")),
        _row(_hours(chosen), Part.HOURS, chosen),
    ]
    if chosen.quiet:
        parts.append(_row(_zones(chosen, chosen.quiet, shown.now), Part.ZONE, chosen))
    parts += [
        discord.ui.TextDisplay(say("**The language** of its cards")),
        _row(_languages(chosen, shown.server), Part.LANGUAGE, chosen),
        discord.ui.TextDisplay(say("**Its pictures**, dark or light")),
        _row(_themes(chosen), Part.THEME, chosen),
        discord.ui.Separator(),
        discord.ui.TextDisplay(_preview(chosen, shown)),
        *(picture.gallery() for picture in shown.pictures),
    ]
    if shown.problem:
        parts.append(discord.ui.TextDisplay(f"⚠️ {shown.problem}"))
    label = say("Plant the wood") if new else say("Set it so")
    button: discord.ui.Button[Any] = discord.ui.Button(
        label=label, emoji="🌱" if new else "🌲", style=discord.ButtonStyle.success, custom_id=chosen.custom_id(Part.GO)
    )
    parts.append(_row(button, Part.GO, chosen))
    return _framed(parts, _PROBLEM if shown.problem else _COLOUR)


def done(text: str) -> discord.ui.LayoutView:
    """Return what stands in the panel's place once it is done."""
    return _framed([discord.ui.TextDisplay(text)], _COLOUR)


def quiet_of(written: str, zone: str) -> QuietHours | None:
    """Return the quiet hours that the value of an option stands for, such as `2200-0700`; None for none."""
    if "-" not in written:
        return None
    start, end = (time(int(text[:2]), int(text[2:])) for text in written.split("-"))
    return QuietHours(zone=zone, start=start, end=end)


def home_zone(locale: discord.Locale) -> str:
    """Return the zone in which a reader of a language most likely lives; UTC where nobody can say."""
    return _HOME.get(locale, "UTC")


def _preview(chosen: Planting, shown: Shown) -> str:
    when = format_dt(datetime.fromtimestamp(shown.first_turn, shown.now.tzinfo), "R")
    place, cadence = f"<#{chosen.channel_id}>", duration(chosen.cadence)
    lines = [say("### What will happen")]
    if chosen.mode is Mode.PLANT:
        lines.append(
            say(
                "🗺️ The first card comes to {channel} at once, with these pictures. Turn 1 comes {when}, and then "
                "one every {cadence}.",
                channel=place,
                when=when,
                cadence=cadence,
            )
        )
    else:
        lines.append(say("🗺️ A turn's card comes to {channel} every {cadence}.", channel=place, cadence=cadence))
    if shown.minds:
        lines.append(shown.minds)
    if chosen.quiet:
        quiet = chosen.quiet
        lines.append(
            say(
                "🌙 No turn comes from {start} to {end} ({zone}); one that would waits for the end.",
                start=f"{quiet.start:%H:%M}",
                end=f"{quiet.end:%H:%M}",
                zone=quiet.zone,
            )
        )
    lines.append(say("🔕 Nobody is ever pinged. Members join by a button, under a mask."))
    return "\n".join(lines)


def _places(chosen: Planting) -> discord.ui.Item[Any]:
    here = discord.SelectDefaultValue(id=chosen.channel_id, type=discord.SelectDefaultValueType.channel)
    return discord.ui.ChannelSelect(
        custom_id=chosen.custom_id(Part.PLACE), channel_types=[discord.ChannelType.text], default_values=[here]
    )


def _paces(chosen: Planting) -> discord.ui.Item[Any]:
    select: discord.ui.Select[Any] = discord.ui.Select(custom_id=chosen.custom_id(Part.PACE))
    for seconds in sorted({*CADENCES, chosen.cadence}):
        about = said(_PACES[seconds]) if seconds in _PACES else None
        default = seconds == chosen.cadence
        label = duration(seconds)
        select.add_option(label=label, value=str(seconds), description=about, default=default)
    return select


def _councils(chosen: Planting, councils: Mapping[str, str]) -> discord.ui.Item[Any]:
    select: discord.ui.Select[Any] = discord.ui.Select(custom_id=chosen.custom_id(Part.COUNCIL))
    own = say("As this bot is run") if chosen.mode is Mode.PLANT else say("As it is")
    select.add_option(label=own, value=OWN, default=not chosen.council)
    for name, about in councils.items():
        select.add_option(label=name, value=name, description=about[:100] or None, default=name == chosen.council)
    return select


def _hours(chosen: Planting) -> discord.ui.Item[Any]:
    select: discord.ui.Select[Any] = discord.ui.Select(custom_id=chosen.custom_id(Part.HOURS))
    now = _written(chosen.quiet).partition("@")[0]
    select.add_option(label=say("No quiet hours"), value=_NONE, default=not now)
    for hours in dict.fromkeys((*_HOURS, *filter(None, [now]))):
        start, end = (f"{text[:2]}:{text[2:]}" for text in hours.split("-"))
        select.add_option(label=f"{start}–{end}", value=hours, default=hours == now)
    return select


def _zones(chosen: Planting, quiet: QuietHours, now: datetime) -> discord.ui.Item[Any]:
    select: discord.ui.Select[Any] = discord.ui.Select(custom_id=chosen.custom_id(Part.ZONE))
    for zone in dict.fromkeys((*_ZONES, quiet.zone)):
        clock = say("It is {time} there now", time=f"{now.astimezone(ZoneInfo(zone)):%H:%M}")
        select.add_option(label=zone, value=zone, description=clock, default=zone == quiet.zone)
    return select


def _languages(chosen: Planting, server: Language) -> discord.ui.Item[Any]:
    select: discord.ui.Select[Any] = discord.ui.Select(custom_id=chosen.custom_id(Part.LANGUAGE))
    own = say("As the server is set: {language}", language=server.own_name)
    select.add_option(label=own, value=OWN, default=not chosen.language)
    for language in Language:
        select.add_option(label=language.own_name, value=language, default=language == chosen.language)
    return select


def _themes(chosen: Planting) -> discord.ui.Item[Any]:
    select: discord.ui.Select[Any] = discord.ui.Select(custom_id=chosen.custom_id(Part.THEME))
    select.add_option(label=say("As this bot draws them"), value=OWN, default=not chosen.theme)
    for theme, (label, about) in _THEMES.items():
        select.add_option(label=said(label), value=theme, description=said(about), default=theme == chosen.theme)
    return select


def _row(item: discord.ui.Item[Any], part: Part, chosen: Planting) -> discord.ui.ActionRow[Any]:
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    row.add_item(SetupItem(item, part, chosen))
    return row


def _framed(parts: list[discord.ui.Item[Any]], colour: int) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*parts, accent_colour=colour))
    return view


def _written(quiet: QuietHours | None) -> str:
    """Return quiet hours as a custom_id holds them, or nothing for none."""
    return "" if quiet is None else f"{quiet.start:%H%M}-{quiet.end:%H%M}@{quiet.zone}"
