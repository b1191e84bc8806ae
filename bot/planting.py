"""Planting a wood, or setting one that grows: what `/setup` does, at once by its options or step by step in its panel.

What a keeper chose in the panel stands in the custom_ids of its components (`bot.ui.planting`), and is checked again
on every click: so a panel outlives a restart, and one of yesterday plants nothing twice.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import discord
from discord import app_commands

from bot import gate, replies
from bot.checks import NoWood, WoodInteraction, guild_of, wood_here, wood_of, world_id_of
from bot.durations import duration
from bot.i18n import Language, joined, listed, said, say, say_count, speaking, words
from bot.languages import as_set
from bot.quiet import told
from bot.ui import planting as panel
from bot.ui.pictures import of_turn
from bot.ui.planting import Mode, Part, Planting, Shown, home_zone, quiet_of
from engine.actions.base import Refusal
from engine.cadence import QuietHours, counted_anew
from engine.records import WoodRecord
from engine.releases import public_view
from engine.staging.hall import Manner
from engine.turn import found
from inference.config import CouncilConfigError, council_names, read_council

log = logging.getLogger(__name__)

MOST_WOODS: Final = 10
"""Woods of one server, its tournaments' tables not counted; they share the minds with all servers' others."""

COUNCIL_WORDS: Final = {
    "embedded": words("small models inside the bot, two labs at one table"),
    "one-mind": words("the same small model in every seat"),
    "own-mind": words("the wood's own tuned model in every seat"),
    "five-labs": words("five labs' models on vLLM servers"),
    "one-card": words("five labs with one GPU, four of them on vLLM servers"),
    "cpu-vllm": words("a vLLM server without a GPU"),
    "standin": words("simple rules instead of models, for trying things out"),
}
COUNCILS: Final = [
    app_commands.Choice(name=f"{name}: {COUNCIL_WORDS[name]}" if name in COUNCIL_WORDS else name, value=name)
    for name in council_names()
]

_DRAWN: Final = {"dark": words("Its pictures are dark."), "light": words("Its pictures are light.")}

_NEEDED: Final = discord.Permissions(view_channel=True, send_messages=True, attach_files=True)
_TURNS_LOOKED_AT: Final = 5
"""Turns of another wood that say how long minds think here."""


class CannotPostThere(Refusal):
    """The bot lacks permissions in the channel chosen."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "I cannot post there. Allow me to see that channel, to send messages and to attach files, then try "
                "again."
            )
        )


class CouncilNotReady(Refusal):
    """The council chosen cannot be used by this bot; why is for its operator."""

    def __init__(self) -> None:
        super().__init__(say("That council is not ready on this bot; its operator's log says why. Choose another."))


@contextmanager
def council_ready() -> Iterator[None]:
    """Let a keeper read in a sentence that a council cannot be used, and the operator's log why.

    Raises:
        CouncilNotReady: If what is done within finds that it cannot.
    """
    try:
        yield
    except CouncilConfigError as error:
        log.warning("A council cannot be used: %s", error)
        raise CouncilNotReady from error


def require_posting(channel: discord.TextChannel) -> None:
    """Check that the bot may post cards in a channel.

    Raises:
        CannotPostThere: If it may not.
    """
    if not _may_post(channel):
        raise CannotPostThere


def meant(interaction: WoodInteraction, channel: discord.TextChannel | None, *, another: bool) -> WoodRecord | None:
    """Return the wood whose settings are to change, or None where one is to be planted.

    Raises:
        Refusal: If the channel has a wood already, or nobody can say which is meant.
    """
    keeper = interaction.client.keeper
    there = keeper.of_channel(channel.id) if channel else wood_here(interaction)
    if not another:
        try:
            wood = there or wood_of(interaction)
        except NoWood:
            return None
        if wood.invited:
            raise Refusal(say("This is a table of a tournament, whose settings /tournament create made."))
        return wood
    if there is not None:
        raise Refusal(
            say(
                "A wood grows in {channel} already. Choose another channel for a new one.",
                channel=f"<#{there.channel_id}>",
            )
        )
    if len([wood for wood in keeper.of_guild(guild_of(interaction)) if not wood.invited]) >= MOST_WOODS:
        raise Refusal(
            say("A server has {most:int} woods at most. End one with /season end, or use one of them.", most=MOST_WOODS)
        )
    return None


async def plant(
    interaction: WoodInteraction,
    channel_id: int,
    cadence: int,
    council: str,
    quiet: QuietHours | None,
    manner: Manner,
) -> WoodRecord:
    """Plant a wood; its first card is not shown yet.

    Raises:
        Refusal: If that cannot be.
    """
    guild_id, keeper = guild_of(interaction), interaction.client.keeper
    world_id = await keeper.free_id(lambda number: world_id_of(guild_id, number))
    with council_ready():
        return await keeper.found(
            world_id,
            guild_id,
            channel_id,
            council=council,
            cadence_seconds=cadence,
            quiet_hours=quiet,
            language=manner.language,
            theme=manner.theme,
        )


def settings_of(wood: WoodRecord) -> str:
    """Return a wood's settings in words."""
    channel = f"<#{wood.channel_id}>"
    if wood.paused:
        text = say(
            "Its clock is paused, in {channel}, and the council “{council}” thinks for the creatures.",
            channel=channel,
            council=wood.council,
        )
    else:
        text = say(
            "A turn comes every {cadence}, in {channel}, and the council “{council}” thinks for the creatures.",
            cadence=duration(wood.cadence_seconds),
            channel=channel,
            council=wood.council,
        )
    manner = [say("Its cards are in {language}.", language=Language(wood.language).own_name)] if wood.language else []
    if wood.theme:
        manner.append(said(_DRAWN[wood.theme]))
    return joined((text, *([told(wood.quiet_hours)] if wood.quiet_hours else []), *manner))


async def show(interaction: WoodInteraction) -> None:
    """Show the panel: to plant a wood, or with the settings of the one that is meant.

    Raises:
        Refusal: If nobody can say which wood is meant.
    """
    wood = meant(interaction, None, another=False)
    if wood is None:
        chosen = Planting(Mode.PLANT, _channel_here(interaction))
    else:
        known = wood.council if wood.council in council_names() else ""
        chosen = Planting(
            Mode.SET, wood.channel_id, wood.cadence_seconds, known, wood.quiet_hours, wood.language, wood.theme
        )
    await _show(interaction, chosen)


async def do(interaction: WoodInteraction, part: Part, chosen: Planting, values: Sequence[str]) -> None:
    """Take over what was chosen in one part of the panel, or plant the wood; a refusal stands in the panel itself."""
    await replies.begin_in_place(interaction)
    outcome = "done"
    try:
        if part is Part.GO:
            await _go(interaction, chosen)
        else:
            await _show(interaction, _with(interaction, chosen, part, values[0]))
    except Refusal as refusal:
        outcome = "refused"
        interaction.client.metrics.note_refusal(refusal)
        await _show(interaction, chosen, str(refusal))
    gate.note(interaction, outcome)


def _with(interaction: WoodInteraction, chosen: Planting, part: Part, value: str) -> Planting:
    """Return what is chosen once `value` is, in one part of the panel."""
    change: dict[str, Any] = {}
    match part:
        case Part.PLACE:
            change["channel_id"] = int(value)
        case Part.PACE:
            change["cadence"] = int(value)
        case Part.COUNCIL:
            change["council"] = _unless_own(value)
        case Part.LANGUAGE:
            change["language"] = _unless_own(value)
        case Part.THEME:
            change["theme"] = _unless_own(value)
        case Part.HOURS:
            zone = chosen.quiet.zone if chosen.quiet else home_zone(interaction.locale)
            change["quiet"] = quiet_of(value, zone)
        case _:
            change["quiet"] = chosen.quiet and QuietHours(zone=value, start=chosen.quiet.start, end=chosen.quiet.end)
    return chosen.model_copy(update=change)


def _unless_own(value: str) -> str:
    """Return what was chosen, or nothing for what the server or the bot has of its own."""
    return "" if value == panel.OWN else value


async def _go(interaction: WoodInteraction, chosen: Planting) -> None:
    """Plant or set the wood as chosen, and say what happens next in the panel's place.

    Raises:
        Refusal: If that cannot be.
    """
    channel = _channel_of(interaction, chosen.channel_id)
    if channel is None:
        raise CannotPostThere
    require_posting(channel)
    wood = meant(interaction, None, another=False)
    if chosen.mode is Mode.SET:
        if wood is None:
            raise Refusal(say("The wood that this panel is about has ended. Use /setup again to plant a new one."))
        await _set(interaction, wood, chosen)
        return
    if wood is not None:
        raise Refusal(
            say(
                "A wood was planted in {channel} meanwhile. Use /setup again to change it.",
                channel=f"<#{wood.channel_id}>",
            )
        )
    council = chosen.council or interaction.client.default_council
    manner = Manner(language=chosen.language, theme=chosen.theme)
    wood = await plant(interaction, channel.id, chosen.cadence, council, chosen.quiet, manner)
    planted = say("🌱 A wood is planted. {settings}", settings=settings_of(wood))
    await replies.answer(interaction, view=panel.done(f"{planted}\n{_after_planting(wood)}"))
    await interaction.client.poster.welcome(wood)


async def _set(interaction: WoodInteraction, wood: WoodRecord, chosen: Planting) -> None:
    """Change what differs; a cadence that stays is not counted anew."""
    moved = chosen.channel_id != wood.channel_id
    speaks_anew, looks_new = chosen.language != wood.language, chosen.theme != wood.theme
    with council_ready():
        changed = await interaction.client.keeper.configure(
            wood.world_id,
            channel_id=chosen.channel_id if moved else None,
            council=chosen.council if chosen.council not in ("", wood.council) else None,
            cadence_seconds=chosen.cadence if chosen.cadence != wood.cadence_seconds else None,
            quiet_hours=(chosen.quiet or "none") if chosen.quiet != wood.quiet_hours else None,
            language=chosen.language if speaks_anew else None,
            theme=chosen.theme if looks_new else None,
        )
    interaction.client.poster.wake(wood.world_id)
    await replies.answer(
        interaction, view=panel.done(say("🌲 The wood is set. {settings}", settings=settings_of(changed)))
    )
    if moved or speaks_anew or looks_new:
        await interaction.client.poster.show(changed)


def _after_planting(wood: WoodRecord) -> str:
    return say(
        "Its first card stands in {channel}: whoever clicks **Join the wood** there is a Patron, and **First trade** "
        "shows the rest. `/advance` takes a turn at once.",
        channel=f"<#{wood.channel_id}>",
    )


async def _show(interaction: WoodInteraction, chosen: Planting, problem: str = "") -> None:
    client = interaction.client
    wood = meant(interaction, None, another=False) if chosen.mode is Mode.SET else None
    view = public_view(found("preview", "preview").world) if wood is None else client.keeper.public(wood.world_id)
    with speaking(as_set(client, guild_of(interaction), chosen.language)):
        preview = of_turn(view)
    channel = _channel_of(interaction, chosen.channel_id)
    if not problem and (channel is None or not _may_post(channel)):
        problem = str(CannotPostThere())
    shown = Shown(
        now=client.clock.now(),
        first_turn=counted_anew(int(client.clock.now().timestamp()), chosen.cadence, chosen.quiet),
        councils={name: said(COUNCIL_WORDS.get(name, "")) for name in council_names()},
        minds=await _minds(interaction, chosen.council or (wood.council if wood else client.default_council)),
        pictures=preview,
        server=as_set(client, guild_of(interaction), ""),
        problem=problem,
    )
    files = await client.studio.files(preview, chosen.theme)
    await replies.answer(interaction, view=panel.layout(chosen, shown), files=files)


async def _minds(interaction: WoodInteraction, council: str) -> str:
    """Return who would think, and how long a turn takes them: as measured on this bot, or else the most they are given.

    A council that cannot be read has its reason told when it is chosen for good.
    """
    try:
        read = read_council(council)
    except CouncilConfigError:
        return ""
    seated = set(read.seats.values())
    labs = sorted({read.minds[mind].lab for mind in seated} - {""})
    if all(read.minds[mind].kind == "standin" for mind in seated):
        who = say("🧠 Five creatures think by simple rules.")
    elif len(seated) == 1:
        who = say("🧠 Five creatures think, all with the same mind, of {labs}.", labs=listed(labs))
    else:
        who = say(
            "🧠 Five creatures think, with {minds:int} different minds, of {labs}.",
            minds=len(seated),
            labs=listed(labs),
        )
    seconds = await _seconds(interaction, council)
    if seconds is None:
        most = int(read.deadline_seconds)
        how_long = say_count(
            "A turn may take them {count} second at most.", "A turn may take them {count} seconds at most.", most
        )
    else:
        how_long = say_count(
            "A turn takes them about {count} second on this bot.",
            "A turn takes them about {count} seconds on this bot.",
            seconds,
        )
    return joined((who, how_long))


async def _seconds(interaction: WoodInteraction, council: str) -> int | None:
    """Return the seconds of the slowest mind in a turn, lately, in a wood of this bot; None where none was measured."""
    keeper = interaction.client.keeper
    for wood in keeper.woods():
        if wood.council == council and keeper.public(wood.world_id).turn:
            lines = await keeper.minds(wood.world_id, _TURNS_LOOKED_AT)
            return max((max(1, round(line.seconds)) for line in lines), default=None)
    return None


def _channel_here(interaction: WoodInteraction) -> int:
    """Return the channel in which the command was used, or that of the thread."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return channel.parent_id
    assert interaction.channel_id is not None, "commands are used in channels"
    return interaction.channel_id


def _channel_of(interaction: WoodInteraction, channel_id: int) -> discord.TextChannel | None:
    guild = interaction.guild
    channel = guild.get_channel(channel_id) if guild else None
    return channel if isinstance(channel, discord.TextChannel) else None


def _may_post(channel: discord.TextChannel) -> bool:
    return channel.permissions_for(channel.guild.me).is_superset(_NEEDED)
