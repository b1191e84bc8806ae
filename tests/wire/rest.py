"""The loopback Discord's REST interface: the routes that a bot like ours uses, and the faults that befall them."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from tests.wire.faults import DONE_BUT_UNSAID, Fault, FaultPlan
from tests.wire.gateway import Gateway
from tests.wire.state import (
    APPLICATION_ID,
    ApiError,
    Interaction,
    State,
    bot_user,
    channel_shape,
    fill,
    guild_shape,
    new_message,
    snowflake,
    user,
)

_SAY, _DEFER, _DEFER_UPDATE, _UPDATE, _CHOICES = 4, 5, 6, 7, 8
_LOADING: Final = 1 << 7
_POSTS_PER_WINDOW, _WINDOW_SECONDS = 5, 5.0
_LATE_SECONDS: Final = 1.2

_Files = list[tuple[str, int]]


class Rest:
    """Answers requests. While it is `down`, every connection is reset."""

    def __init__(self, state: State, gateway: Gateway, faults: FaultPlan) -> None:
        self.state = state
        self.gateway = gateway
        self.faults = faults
        self.down = False
        self.requests: Counter[str] = Counter()
        self.over_limit = 0
        self._windows: dict[int, tuple[float, int]] = {}

    def application(self) -> web.Application:
        """Return the web application."""
        app = web.Application(middlewares=[self._answer], client_max_size=30_000_000)
        app.router.add_get("/gateway", self.gateway.handle)
        for method, path, handler in self._routes():
            app.router.add_route(method, f"/api/v10{path}", handler)
        return app

    @web.middleware
    async def _answer(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path == "/gateway":
            return web.Response(status=503) if self.down else await handler(request)
        # The whole of it, so that a fault finds the sender waiting for the answer.
        await (request.post() if request.content_type == "multipart/form-data" else request.read())
        route = f"{request.method} {request.path.removeprefix('/api/v10')}"
        self.requests[f"{request.method} {route.split('/')[1]}"] += 1
        fault = Fault.CUT_BEFORE if self.down else self.faults.next(route)
        match fault:
            case Fault.LIMITED | Fault.LIMITED_ALL:
                return _limited(0.3, everywhere=fault is Fault.LIMITED_ALL)
            case Fault.ERROR:
                return _json({"message": "500: Internal Server Error", "code": 0}, status=500)
            case Fault.CUT_BEFORE:
                return _cut(request)
            case Fault.SLOW:
                await asyncio.sleep(_LATE_SECONDS)
            case _:
                pass
        response = await self._done(request, handler)
        if fault in DONE_BUT_UNSAID:
            interaction = self._acknowledged_by(request)
            if interaction is not None:
                interaction.excused_acknowledgements += 1
            return _cut(request) if fault is Fault.CUT_AFTER else web.Response(status=502, text="502: Bad Gateway")
        return response

    async def _done(self, request: web.Request, handler: Any) -> web.StreamResponse:
        try:
            return await handler(request)
        except ApiError as error:
            return _json({"message": error.text, "code": error.code}, status=error.status)

    def _acknowledged_by(self, request: web.Request) -> Interaction | None:
        return self.state.interactions.get(int(request.match_info.get("interaction", 0)))

    def _routes(self) -> list[tuple[str, str, Any]]:
        message, webhook = "/channels/{channel}/messages", f"/webhooks/{APPLICATION_ID}/{{token}}"
        return [
            ("GET", "/gateway/bot", self._get_gateway),
            ("GET", "/users/@me", self._get_me),
            ("POST", "/users/@me/channels", self._open_direct),
            ("GET", "/oauth2/applications/@me", self._get_application),
            ("PUT", f"/applications/{APPLICATION_ID}/commands", self._put_commands),
            ("GET", "/guilds/{guild}", self._get_guild),
            ("GET", "/channels/{channel}", self._get_channel),
            ("GET", message, self._get_history),
            ("POST", message, self._post_message),
            ("GET", f"{message}/{{message}}", self._get_message),
            ("PATCH", f"{message}/{{message}}", self._edit_message),
            ("DELETE", f"{message}/{{message}}", self._delete_message),
            ("POST", "/interactions/{interaction}/{token}/callback", self._acknowledge),
            ("GET", f"{webhook}/messages/@original", self._get_original),
            ("PATCH", f"{webhook}/messages/@original", self._edit_original),
            ("POST", webhook, self._follow_up),
        ]

    async def _get_gateway(self, request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        told = {"url": f"ws://{request.host}/gateway", "shards": self.gateway.shards, "session_start_limit": limit}
        return _json(told)

    async def _get_me(self, _: web.Request) -> web.Response:
        return _json(bot_user())

    async def _get_application(self, _: web.Request) -> web.Response:
        owner = user(900)
        return _json(
            {"id": str(APPLICATION_ID), "name": "wood", "description": "", "icon": None, "bot_public": True,
             "bot_require_code_grant": False, "owner": owner, "team": None, "verify_key": "0" * 64, "flags": 0}
        )  # fmt: skip

    async def _put_commands(self, request: web.Request) -> web.Response:
        self.state.commands = [
            {"options": [], **each, "id": str(snowflake()), "application_id": str(APPLICATION_ID), "version": "1"}
            for each in await request.json()
        ]
        return _json(self.state.commands)

    async def _get_guild(self, request: web.Request) -> web.Response:
        guild = self.state.guilds.get(int(request.match_info["guild"]))
        if guild is None:
            raise ApiError(404, 10004, "Unknown Guild")
        return _json(guild_shape(self.state, guild))

    async def _get_channel(self, request: web.Request) -> web.Response:
        return _json(channel_shape(self.state.channel(int(request.match_info["channel"]))))

    async def _open_direct(self, request: web.Request) -> web.Response:
        body = await request.json()
        return _json(channel_shape(self.state.direct_channel(int(body["recipient_id"]))))

    async def _get_history(self, request: web.Request) -> web.Response:
        channel = self.state.channel(int(request.match_info["channel"]))
        return _json(self.state.history(channel, request.query))

    async def _post_message(self, request: web.Request) -> web.Response:
        channel = self.state.channel(int(request.match_info["channel"]))
        limit = self._take_place(channel.id)
        if limit is None:
            self.over_limit += 1
            return _limited(_WINDOW_SECONDS, everywhere=False)
        body, files = await _read(request)
        return _json(self.state.post(channel, body, files), headers=limit)

    async def _get_message(self, request: web.Request) -> web.Response:
        return _json(self._named_message(request))

    async def _edit_message(self, request: web.Request) -> web.Response:
        body, files = await _read(request)
        message = self._named_message(request)
        fill(message, body, files)
        message["edited_timestamp"] = message["timestamp"]
        return _json(message)

    async def _delete_message(self, request: web.Request) -> web.Response:
        message = self._named_message(request)
        del self.state.channel(int(message["channel_id"])).messages[int(message["id"])]
        return web.Response(status=204)

    def _named_message(self, request: web.Request) -> dict[str, Any]:
        channel = self.state.channel(int(request.match_info["channel"]))
        return self.state.message(channel, int(request.match_info["message"]))

    async def _acknowledge(self, request: web.Request) -> web.Response:
        interaction = self.state.interaction(request.match_info["token"])
        if interaction.acknowledged_at is not None:
            interaction.refused_acknowledgements += 1
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        body, files = await _read(request)
        kind, data = body["type"], body.get("data") or {}
        if kind == _SAY:
            self._write_answer(interaction, data, files)
        elif kind == _DEFER:
            self._write_answer(interaction, {"flags": int(data.get("flags", 0)) | _LOADING}, [], final=False)
        elif kind == _CHOICES:
            interaction.choices = data.get("choices", [])
            interaction.answered.set()
        elif kind not in (_DEFER_UPDATE, _UPDATE):
            raise ApiError(400, 50035, f"Invalid interaction callback type {kind}")
        interaction.acknowledged_at = asyncio.get_running_loop().time()
        interaction.acknowledgements += 1
        told: dict[str, Any] = {"interaction": {"id": str(interaction.id), "type": interaction.kind}}
        if interaction.answer is not None:
            told["interaction"]["response_message_id"] = interaction.answer["id"]
            told["resource"] = {"type": kind, "message": interaction.answer}
        return _json(told)

    async def _get_original(self, request: web.Request) -> web.Response:
        interaction = self._answered(request)
        assert interaction.answer is not None
        return _json(interaction.answer)

    async def _edit_original(self, request: web.Request) -> web.Response:
        interaction = self._answered(request)
        body, files = await _read(request)
        self._write_answer(interaction, body, files)
        return _json(interaction.answer)

    async def _follow_up(self, request: web.Request) -> web.Response:
        interaction = self._answered(request)
        channel = self.state.channels[self.state.guilds[interaction.guild_id].channels[0]]
        body, files = await _read(request)
        return _json(new_message(channel, body, files))

    def _answered(self, request: web.Request) -> Interaction:
        interaction = self.state.interaction(request.match_info["token"])
        if interaction.acknowledged_at is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        return interaction

    def _write_answer(
        self, interaction: Interaction, body: Mapping[str, Any], files: _Files, *, final: bool = True
    ) -> None:
        channel = self.state.channels.get(self.state.guilds[interaction.guild_id].channels[0])
        assert channel is not None, "a server's first channel is where its players act"
        if interaction.answer is None:
            base = interaction.source or new_message(channel, {"flags": _LOADING}, [])
            interaction.answer = json.loads(json.dumps(base))
        answer = interaction.answer
        assert answer is not None
        if final:
            answer["flags"] &= ~_LOADING
        fill(answer, body, files)
        if final:
            interaction.answered.set()

    def _take_place(self, channel_id: int) -> dict[str, str] | None:
        """Return the headers that tell a sender of its limit in a channel, or None when it is used up."""
        now = time.monotonic()
        begun, used = self._windows.get(channel_id, (now, 0))
        if now - begun >= _WINDOW_SECONDS:
            begun, used = now, 0
        if used >= _POSTS_PER_WINDOW:
            return None
        self._windows[channel_id] = (begun, used + 1)
        return {
            "X-RateLimit-Limit": str(_POSTS_PER_WINDOW),
            "X-RateLimit-Remaining": str(_POSTS_PER_WINDOW - used - 1),
            "X-RateLimit-Reset": str(time.time() + _WINDOW_SECONDS - (now - begun)),
            "X-RateLimit-Reset-After": f"{_WINDOW_SECONDS - (now - begun):.3f}",
            "X-RateLimit-Bucket": "messages",
        }


def _json(told: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return JSON as Discord labels it: without a charset, which the client looks at."""
    body = json.dumps(told).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


def _limited(seconds: float, *, everywhere: bool) -> web.Response:
    headers = {"Via": "1.1 loopback", "Retry-After": f"{seconds:.3f}", "X-RateLimit-Scope": "user"}
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    told = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    return _json(told, status=429, headers=headers)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _read(request: web.Request) -> tuple[dict[str, Any], _Files]:
    """Return a request's JSON and the names and sizes of the files beside it."""
    if request.content_type != "multipart/form-data":
        return await request.json(), []
    body: dict[str, Any] = {}
    files: _Files = []
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files.append((value.filename, len(value.file.read())))
        elif name == "payload_json":
            body = json.loads(str(value))
    # New files are announced in `attachments` with the number of their part.
    announced = {str(number) for number in range(len(files))}
    if "attachments" in body:
        body["attachments"] = [each for each in body["attachments"] if str(each["id"]) not in announced]
    return body, files
