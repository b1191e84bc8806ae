"""The loopback Discord's gateway: sessions that are numbered, dropped, resumed and invalidated."""

import asyncio
import secrets
from collections import Counter, deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from aiohttp import WSMsgType, web

from tests.wire.state import APPLICATION_ID, State, bot_user, guild_shape

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
_KEPT: Final = 5_000
"""Events that a session can be sent again when it is resumed."""


class Shake(StrEnum):
    """One thing that happens to a gateway connection."""

    DROP = "drop"  # the connection is reset
    RECONNECT = "reconnect"  # op 7: come back and resume
    RESUMABLE = "resumable"  # op 9 with d: true
    INVALID = "invalid"  # op 9 with d: false: what is missed meanwhile is lost
    FORGET = "forget"  # the connection is reset, and the resume that follows is answered with op 9


@dataclass
class Session:
    """A shard's session, which outlives its connections."""

    id: str
    shard: int
    sequence: int = 0
    sent: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    socket: web.WebSocketResponse | None = None
    connection: web.Request | None = None


class Gateway:
    """The websocket that events go out through."""

    def __init__(self, state: State, shards: int, heartbeat_seconds: float) -> None:
        self._state = state
        self.shards = shards
        self._heartbeat_seconds = heartbeat_seconds
        self._sessions: dict[str, Session] = {}
        self._of_shard: dict[int, Session] = {}
        self.seen: Counter[str] = Counter()
        self._changed = asyncio.Condition()

    async def dispatch(self, shard: int, event: str, data: dict[str, Any]) -> None:
        """Send an event to a shard, at once or when it resumes; one that never identified misses it."""
        session = self._of_shard.get(shard)
        if session is None:
            return
        session.sequence += 1
        payload = {"op": DISPATCH, "t": event, "s": session.sequence, "d": data}
        session.sent.append(payload)
        await self._send(session, payload)

    async def shake(self, shard: int, how: Shake) -> bool:
        """Disturb a shard's connection; return whether there was one."""
        session = self._of_shard.get(shard)
        if session is None or session.socket is None or session.connection is None:
            return False
        self.seen[f"shaken: {how}"] += 1
        match how:
            case Shake.RECONNECT:
                await self._send(session, {"op": RECONNECT, "d": None})
            case Shake.RESUMABLE:
                await self._send(session, {"op": INVALID_SESSION, "d": True})
            case Shake.INVALID:
                self._forget(session)
                await self._send(session, {"op": INVALID_SESSION, "d": False})
            case Shake.DROP | Shake.FORGET:
                if how is Shake.FORGET:
                    self._forget(session)
                transport = session.connection.transport
                session.socket = None
                if transport is not None:
                    transport.abort()
        return True

    async def connected(self, times: int = 1) -> None:
        """Wait until every shard has a connection and sessions were begun `times` times."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.seen["identified"] >= times and self._all_up())

    async def resumed(self, times: int = 1) -> None:
        """Wait until sessions were resumed `times` times."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.seen["resumed"] >= times)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": int(self._heartbeat_seconds * 1000)}})
        session: Session | None = None
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    break
                said = message.json()
                if said["op"] == HEARTBEAT:
                    self.seen["heartbeats"] += 1
                    await socket.send_json({"op": ACK, "d": None})
                elif said["op"] == IDENTIFY:
                    session = await self._identify(socket, request, said["d"])
                elif said["op"] == RESUME:
                    session = await self._resume(socket, request, said["d"])
        except ConnectionError:
            self.seen["connections broken"] += 1
        finally:
            if session is not None and session.socket is socket:
                session.socket = None
        return socket

    async def _identify(self, socket: web.WebSocketResponse, request: web.Request, said: dict[str, Any]) -> Session:
        shard, shards = said.get("shard", [0, 1])
        session = Session(secrets.token_hex(8), shard, socket=socket, connection=request)
        self._sessions[session.id] = self._of_shard[shard] = session
        guilds = [guild for guild in self._state.guilds.values() if (guild.id >> 22) % shards == shard]
        ready = {
            "v": 10, "user": bot_user(), "session_id": session.id, "shard": [shard, shards],
            "resume_gateway_url": f"ws://{request.host}/gateway",
            "application": {"id": str(APPLICATION_ID), "flags": 0},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
        }  # fmt: skip
        await self.dispatch(shard, "READY", ready)
        for guild in guilds:
            await self.dispatch(shard, "GUILD_CREATE", guild_shape(self._state, guild))
        await self._note("identified")
        return session

    async def _resume(
        self, socket: web.WebSocketResponse, request: web.Request, said: dict[str, Any]
    ) -> Session | None:
        session = self._sessions.get(said["session_id"])
        oldest = session.sent[0]["s"] if session and session.sent else 1
        if session is None or said["seq"] is None or said["seq"] + 1 < oldest:
            self.seen["resumes refused"] += 1
            await socket.send_json({"op": INVALID_SESSION, "d": False})
            return None
        told = said["seq"]
        while told < session.sequence:
            for payload in [each for each in session.sent if each["s"] > told]:
                await socket.send_json(payload)
                told = payload["s"]
        session.socket, session.connection = socket, request
        await self.dispatch(session.shard, "RESUMED", {})
        await self._note("resumed")
        return session

    async def _send(self, session: Session, payload: dict[str, Any]) -> None:
        if session.socket is None or session.socket.closed:
            return
        try:
            await session.socket.send_json(payload)
        except ConnectionError:
            session.socket = None

    def _forget(self, session: Session) -> None:
        self._sessions.pop(session.id, None)
        if self._of_shard.get(session.shard) is session:
            del self._of_shard[session.shard]

    def _all_up(self) -> bool:
        return all(shard in self._of_shard and self._of_shard[shard].socket for shard in range(self.shards))

    async def _note(self, what: str) -> None:
        async with self._changed:
            self.seen[what] += 1
            self._changed.notify_all()
