"""What the loopback Discord knows: servers, channels, messages and interactions, in Discord's own shapes."""

import asyncio
import copy
import itertools
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

BOT_ID: Final = 42
APPLICATION_ID: Final = BOT_ID
VIEW, SEND, ATTACH, HISTORY, MANAGE_GUILD = 1 << 10, 1 << 11, 1 << 15, 1 << 16, 1 << 5
EVERYTHING: Final = VIEW | SEND | ATTACH | HISTORY
COMPONENTS_V2: Final = 1 << 15
ACKNOWLEDGE_WITHIN: Final = 3.0
_EPOCH_MS: Final = 1_420_070_400_000

_counter = itertools.count()


def snowflake() -> int:
    """Return a new id, which holds the time as Discord's ids do."""
    return ((int(time.time() * 1000) - _EPOCH_MS) << 22) | (next(_counter) & 0x3FFFFF)


class ApiError(Exception):
    """Discord's refusal of a request."""

    def __init__(self, status: int, code: int, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


@dataclass
class Channel:
    """A text channel, or a direct one when `guild_id` is None. `may` are the bot's permissions in it."""

    id: int
    guild_id: int | None
    name: str
    may: int = EVERYTHING
    messages: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    nonces: dict[str, tuple[float, int]] = field(default_factory=dict[str, tuple[float, int]])


@dataclass
class Guild:
    """A server."""

    id: int
    name: str
    owner_id: int
    channels: list[int] = field(default_factory=list[int])
    system_channel_id: int | None = None
    locale: str = "en-US"


@dataclass
class Interaction:
    """What a player did, and how the bot answered. Times are those of the event loop."""

    id: int
    kind: int
    name: str
    guild_id: int
    user_id: int
    sent_at: float
    acknowledged_at: float | None = None
    acknowledgements: int = 0
    refused_acknowledgements: int = 0
    excused_acknowledgements: int = 0
    failed: bool = False
    source: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def token(self) -> str:
        return f"token-{self.id}"

    @property
    def seconds(self) -> float | None:
        """Seconds until it was acknowledged, or None."""
        return None if self.acknowledged_at is None else self.acknowledged_at - self.sent_at

    @property
    def text(self) -> str:
        """Everything the player reads in the answer."""
        return "" if self.answer is None else text_of(self.answer)


class State:
    """Servers, channels, messages and interactions."""

    def __init__(self, nonce_seconds: float) -> None:
        self.nonce_seconds = nonce_seconds
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.interactions: dict[int, Interaction] = {}
        self.commands: list[dict[str, Any]] = []
        self.closed_to_messages: set[int] = set()

    def add_guild(self, channels: Iterable[str] = ("the-wood",), owner_id: int = 900) -> Guild:
        guild = Guild((1_000 + len(self.guilds)) << 22, f"Server {len(self.guilds) + 1}", owner_id)
        self.guilds[guild.id] = guild
        for name in channels:
            self.add_channel(guild, name)
        return guild

    def add_channel(self, guild: Guild, name: str) -> Channel:
        """Add a channel to a server, which a bot that is connected already does not hear of."""
        channel = Channel(snowflake(), guild.id, name)
        self.channels[channel.id] = channel
        guild.channels.append(channel.id)
        return channel

    def channel(self, channel_id: int) -> Channel:
        try:
            return self.channels[channel_id]
        except KeyError:
            raise ApiError(404, 10003, "Unknown Channel") from None

    def direct_channel(self, user_id: int) -> Channel:
        name = f"direct-{user_id}"
        for channel in self.channels.values():
            if channel.name == name:
                return channel
        channel = Channel(snowflake(), None, name)
        self.channels[channel.id] = channel
        return channel

    def post(self, channel: Channel, body: Mapping[str, Any], files: Iterable[tuple[str, int]]) -> dict[str, Any]:
        """Make a message, or return the one that was made with the same nonce a while ago."""
        require(channel, VIEW, 50001, "Missing Access")
        require(channel, SEND | (ATTACH if list(files) else 0), 50013, "Missing Permissions")
        if channel.guild_id is None and int(channel.name.partition("-")[2]) in self.closed_to_messages:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        nonce = str(body["nonce"]) if body.get("nonce") is not None and body.get("enforce_nonce") else None
        if nonce in channel.nonces:
            made_at, message_id = channel.nonces[nonce]
            if time.monotonic() - made_at < self.nonce_seconds and message_id in channel.messages:
                return {**channel.messages[message_id], "nonce": nonce}
        message = new_message(channel, body, files)
        channel.messages[int(message["id"])] = message
        if nonce is not None:
            channel.nonces[nonce] = (time.monotonic(), int(message["id"]))
        return {**message, "nonce": body.get("nonce")}

    def message(self, channel: Channel, message_id: int) -> dict[str, Any]:
        try:
            return channel.messages[message_id]
        except KeyError:
            raise ApiError(404, 10008, "Unknown Message") from None

    def history(self, channel: Channel, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return a page of a channel, newest first. Those who may not read history see nothing."""
        require(channel, VIEW, 50001, "Missing Access")
        if not channel.may & HISTORY:
            return []
        most, ids = int(query.get("limit", 50)), sorted(channel.messages)
        if "after" in query:
            ids = [each for each in ids if each > int(query["after"])][:most]
        elif "before" in query:
            ids = [each for each in ids if each < int(query["before"])]
        return [channel.messages[each] for each in reversed(ids[-most:])]

    def interaction(self, token: str) -> Interaction:
        """Return an interaction that may still be answered.

        Raises:
            ApiError: If there is none of that token, or it was not acknowledged in time.
        """
        interaction = self.interactions.get(int(token.removeprefix("token-")))
        if interaction is None or interaction.failed:
            raise ApiError(404, 10062, "Unknown interaction")
        return interaction


def require(channel: Channel, permissions: int, code: int, text: str) -> None:
    if channel.guild_id is not None and channel.may & permissions != permissions:
        raise ApiError(403, code, text)


def new_message(channel: Channel, body: Mapping[str, Any], files: Iterable[tuple[str, int]]) -> dict[str, Any]:
    message: dict[str, Any] = {
        "id": str(snowflake()),
        "channel_id": str(channel.id),
        "author": bot_user(),
        "content": "",
        "timestamp": datetime.now(UTC).isoformat(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "type": 0,
        "flags": 0,
    }
    fill(message, body, files)
    return message


def fill(message: dict[str, Any], body: Mapping[str, Any], files: Iterable[tuple[str, int]]) -> None:
    """Write what a request says into a message.

    Raises:
        ApiError: If the message would be empty, or have text beside a layout.
    """
    files = list(files)
    changed = {name: body[name] or empty for name, empty in (("content", ""), ("embeds", []), ("components", []))
               if name in body}  # fmt: skip
    flags = int(body["flags"]) if body.get("flags") is not None else message["flags"]
    after = {**message, **copy.deepcopy(changed), "flags": flags}
    if "attachments" in body or files:
        kept = {str(each["id"]) for each in body.get("attachments") or []}
        after["attachments"] = [each for each in message["attachments"] if each["id"] in kept]
        after["attachments"] += [attachment(name, size) for name, size in files]
    if after["flags"] & COMPONENTS_V2 and (after["content"] or after["embeds"]):
        raise ApiError(400, 50035, "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")
    if not (after["content"] or after["embeds"] or after["components"] or after["attachments"] or flags & 128):
        raise ApiError(400, 50006, "Cannot send an empty message")
    there = {each["filename"]: each["url"] for each in after["attachments"]}
    for part in walk(after["components"]):
        for item in part.get("items", []):
            name = item["media"]["url"].removeprefix("attachment://")
            if item["media"]["url"].startswith("attachment://"):
                if name not in there:
                    raise ApiError(400, 50035, f"Invalid Form Body: no attachment {name}")
                item["media"]["url"] = there[name]
    message.update(after)


def attachment(name: str, size: int) -> dict[str, Any]:
    if not size:
        raise ApiError(400, 50035, f"Invalid Form Body: {name} is empty")
    number = str(snowflake())
    url = f"https://cdn.invalid/{number}/{name}"
    return {"id": number, "filename": name, "size": size, "url": url, "proxy_url": url, "content_type": "image/png"}


def walk(components: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from walk(component.get("components", []))


def text_of(message: Mapping[str, Any]) -> str:
    """Return everything a message says, its buttons included."""
    parts = [part.get("content") or part.get("label") or "" for part in walk(message.get("components") or [])]
    return "\n".join(part for part in (message.get("content") or "", *parts) if part)


def marks_of(message: Mapping[str, Any]) -> set[str]:
    """Return the custom_ids of a message's buttons."""
    return {part["custom_id"] for part in walk(message.get("components") or []) if "custom_id" in part}


def bot_user() -> dict[str, Any]:
    return {"id": str(BOT_ID), "username": "wood", "discriminator": "0", "global_name": None, "avatar": None,
            "bot": True, "flags": 0, "verified": True, "mfa_enabled": False}  # fmt: skip


def user(user_id: int) -> dict[str, Any]:
    return {"id": str(user_id), "username": f"user-{user_id}", "discriminator": "0", "global_name": None,
            "avatar": None}  # fmt: skip


def member(who: Mapping[str, Any], permissions: int | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"user": who, "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False,
                            "mute": False, "flags": 0, "nick": None}  # fmt: skip
    return told if permissions is None else {**told, "permissions": str(permissions)}


def channel_shape(channel: Channel) -> dict[str, Any]:
    if channel.guild_id is None:
        owner = int(channel.name.partition("-")[2])
        return {"id": str(channel.id), "type": 1, "recipients": [user(owner)], "last_message_id": None}
    denied = {"id": str(BOT_ID), "type": 1, "allow": "0", "deny": str(EVERYTHING & ~channel.may)}
    return {"id": str(channel.id), "type": 0, "guild_id": str(channel.guild_id), "name": channel.name, "position": 0,
            "permission_overwrites": [denied], "parent_id": None, "topic": None, "nsfw": False,
            "rate_limit_per_user": 0, "last_message_id": None}  # fmt: skip


def guild_shape(state: State, guild: Guild) -> dict[str, Any]:
    everyone = {"id": str(guild.id), "name": "@everyone", "permissions": str(EVERYTHING), "position": 0, "color": 0,
                "hoist": False, "managed": False, "mentionable": False, "flags": 0}  # fmt: skip
    return {
        "id": str(guild.id), "name": guild.name, "owner_id": str(guild.owner_id), "icon": None, "features": [],
        "emojis": [], "stickers": [], "roles": [everyone], "member_count": 3, "large": False, "unavailable": False,
        "joined_at": "2026-01-01T00:00:00+00:00", "members": [member(bot_user())], "threads": [], "presences": [],
        "channels": [channel_shape(state.channels[each]) for each in guild.channels if each in state.channels],
        "voice_states": [], "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
        "verification_level": 0, "default_message_notifications": 1, "explicit_content_filter": 0, "mfa_level": 0,
        "premium_tier": 0, "preferred_locale": guild.locale, "nsfw_level": 0, "system_channel_flags": 0,
        "system_channel_id": str(guild.system_channel_id) if guild.system_channel_id else None,
        "afk_channel_id": None, "afk_timeout": 300, "premium_progress_bar_enabled": False,
    }  # fmt: skip
