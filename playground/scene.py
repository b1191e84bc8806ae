"""The pretend server: who is in it, where they meet, and ids that never change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import discord
from simcord.actors import MemberActor
from simcord.backend.access import channel_accessible
from simcord.backend.cdn import CDN_BASE
from simcord.backend.models import User
from simcord.builders import ChannelHandle, GuildHandle, UserHandle
from simcord.env import Env

from bot.i18n import said, speaking, words
from bot.i18n.languages import of_locale
from playground.avatars import Portrait, draw

# A saved wood refers to these, so they are the same at every start. They look like
# Discord's own ids: milliseconds since 2015 in the high bits.
_FIRST_ID = 1_400_000_000_000_000_000
GUILD_ID = _FIRST_ID + 1
THE_WOOD_ID = _FIRST_ID + 2
TAVERN_ID = _FIRST_ID + 3
BOT_ID = _FIRST_ID + 4
HAZEL_ID = _FIRST_ID + 11
ROWAN_ID = _FIRST_ID + 12
ASH_ID = _FIRST_ID + 13
_OWNER_ID = _FIRST_ID + 14
FERN_ID = _FIRST_ID + 15
_BOT_ROLE_ID = _FIRST_ID + 21
_KEEPER_ROLE_ID = _FIRST_ID + 22
_DM_OFFSET = 100

GUILD_NAME = "Thousand Token Wood"
BOT_NAME = "The Wood"
BOT_PORTRAIT = Portrait("tree", "#2f5d3a", "#a9d18e")

_TOPICS = {
    THE_WOOD_ID: words("The creatures' market, turn by turn. Begin with the buttons below the newest card."),
    TAVERN_ID: words("Patrons talk here, and nothing is true."),
}


@dataclass(frozen=True)
class Person:
    """Somebody the page can play as; the caption is said in the reader's language."""

    key: str
    name: str
    caption: str
    user_id: int
    portrait: Portrait
    keeper: bool = False


@dataclass(frozen=True)
class Place:
    """One conversation as one person sees it: a channel of the server, or the DM with the bot."""

    key: str
    label: str
    channel: ChannelHandle
    viewer: MemberActor | UserHandle
    owner: str
    """The name of the person who sees it so."""


PEOPLE = (
    Person("hazel", "Hazel", words("a Patron"), HAZEL_ID, Portrait("leaf", "#8a5a2b", "#f3d9a4")),
    Person("rowan", "Rowan", words("a Patron"), ROWAN_ID, Portrait("berries", "#7a2e3b", "#ff9b8a")),
    Person("fern", "Fern", words("a Patron"), FERN_ID, Portrait("leaf", "#2f6f73", "#b8e0c8")),
    Person("ash", "Ash", words("the keeper"), ASH_ID, Portrait("acorn", "#39506b", "#bfd7ee"), keeper=True),
)


@dataclass(frozen=True)
class Scene:
    """The built server: the places of every person, by the person's key, and all portraits as PNG bytes."""

    places: dict[str, tuple[Place, ...]]
    portraits: dict[str, bytes]


def build_scene(env: Env, locale: discord.Locale = discord.Locale.american_english) -> Scene:
    """Build the server in ``env``'s pretend Discord, before the bot logs in, so that it finds itself a member.

    Args:
        env: The pretend Discord.
        locale: The server's.
    """
    backend = env.backend
    backend.users.pop(backend.bot_user.id)
    backend.application_id = BOT_ID
    backend.bot_user = _add_user(env, BOT_ID, BOT_NAME, None, BOT_PORTRAIT, bot=True)
    _add_user(env, _OWNER_ID, "elder", "The Elder", Portrait("acorn", "#4f545c", "#dcddde"))

    with _minting(env, _BOT_ROLE_ID):
        guild = backend.create_guild(GUILD_NAME, id=GUILD_ID, owner_id=_OWNER_ID)
    with _minting(env, _KEEPER_ROLE_ID):
        manage = discord.Permissions(manage_guild=True)
        role = backend.create_role(guild.id, "Keeper", permissions=manage.value)
    server = GuildHandle(env, guild)
    channels: list[ChannelHandle] = []
    for channel_id, name in ((THE_WOOD_ID, "the-wood"), (TAVERN_ID, "tavern")):
        with _minting(env, channel_id):
            channel = backend.create_channel(guild.id, name)
        channels.append(ChannelHandle(env, server, channel))
    set_server_locale(env, locale)

    places: dict[str, tuple[Place, ...]] = {}
    portraits = {"bot": draw(BOT_PORTRAIT)}
    for person in PEOPLE:
        portraits[person.key] = draw(person.portrait)
        _add_user(env, person.user_id, person.key, person.name, person.portrait)
        backend.add_member(guild.id, person.user_id, roles=[role.id] if person.keeper else [])
        user = UserHandle(env, backend.users[person.user_id])
        member = MemberActor(env, server, user)
        with _minting(env, person.user_id + _DM_OFFSET):
            direct = user.dm_channel
        public = (Place(channel.name or "", channel.name or "", channel, member, person.name) for channel in channels)
        places[person.key] = (*public, Place("dm", BOT_NAME, direct, user, person.name))
    return Scene(places, portraits)


def server_locale(env: Env) -> discord.Locale:
    """Return the locale that the server is set to."""
    return discord.Locale(env.backend.get_guild(GUILD_ID).preferred_locale)


def set_server_locale(env: Env, locale: discord.Locale) -> None:
    """Set the server's locale, as who owns it does in its settings; its channels' topics are in its language."""
    with speaking(of_locale(locale)):
        for channel_id, topic in _TOPICS.items():
            env.backend.get_channel(channel_id).topic = said(topic)
    env.backend.edit_guild(GUILD_ID, {"preferred_locale": locale.value})


def _add_user(env: Env, user_id: int, name: str, shown: str | None, portrait: Portrait, *, bot: bool = False) -> User:
    image = "portrait"
    user = User(id=env.backend.reserve_id(user_id), name=name, global_name=shown, bot=bot, avatar=image)
    env.backend.users[user.id] = user
    # simcord looks pictures up by address and has no public way to add one.
    env.backend.cdn._blobs[f"{CDN_BASE}/avatars/{user.id}/{image}.png"] = draw(portrait)  # noqa: SLF001
    return user


@contextmanager
def _minting(env: Env, *ids: int) -> Iterator[None]:
    """Make the pretend Discord hand out these ids, in order, for what is created inside."""
    supply = iter(ids)
    env.backend.snowflake = lambda: env.backend.reserve_id(next(supply))
    try:
        yield
    finally:
        del env.backend.snowflake


def threads_of(env: Env, scene: Scene) -> dict[tuple[str, str], Place]:
    """Return the threads that stand now, by person and key, each as the people see it who may."""
    seen: dict[tuple[str, str], Place] = {}
    for thread in [channel for channel in env.backend.channels.values() if channel.is_thread]:
        for person in PEOPLE:
            home = scene.places[person.key][0]
            if channel_accessible(env.backend, thread.id, person.user_id, history=True):
                key, channel = f"thread-{thread.id}", ChannelHandle(env, home.channel.guild, thread)
                seen[person.key, key] = Place(key, thread.name or "", channel, home.viewer, person.name)
    return seen
