"""The playground's web server: the shell page, its status, and the frames, all behind one capability."""

from __future__ import annotations

import html
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from aiohttp import web
from simcord.backend.models.message import EPHEMERAL_FLAG

from playground.errors import PlaygroundError
from playground.frames import FRAME_HEADERS, Frame, FrameServer
from playground.mending import mended
from playground.scene import BOT_NAME, GUILD_NAME, PEOPLE, Scene

_HOST = "127.0.0.1"
_FRESH = {**FRAME_HEADERS, "Cache-Control": "no-store"}
# Below an address that changes at every start, a file never changes.
_KEPT = {**FRAME_HEADERS, "Cache-Control": "private, max-age=86400, immutable"}
_PAGE_FILES = {
    "shell.css": "text/css",
    "shell.js": "text/javascript",
    "frame.css": "text/css",
    "frame.js": "text/javascript",
}


@dataclass(frozen=True)
class PlaygroundStatus:
    """What goes on in the wood, for the page's status card.

    Attributes:
        headline: A few words, such as ``Turn 12 · autumn``.
        thinking: Whether the creatures are being asked right now.
        detail: One short line, such as ``next turn in 14 s``.
    """

    headline: str
    thinking: bool
    detail: str


class Site:
    """Serves one page on 127.0.0.1 to whoever holds its address."""

    def __init__(self, status: Callable[[], PlaygroundStatus]) -> None:
        self.port = 0
        self._status = status
        self._capability = secrets.token_urlsafe(24)
        self._scene: Scene | None = None
        self._frames: Mapping[tuple[str, str], Frame] = {}
        self._latest: dict[str, str] = {}  # channel id -> id of its latest message that all its readers see

    @property
    def url(self) -> str:
        """The page's address. Whoever has it can play as anybody: it is a credential."""
        return f"http://{_HOST}:{self.port}/{self._capability}/"

    @asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[None]:
        """Listen on a port of 127.0.0.1 (0: any free one).

        Raises:
            PlaygroundError: Something else listens there.
        """
        app = web.Application(middlewares=[self._guard])
        app.add_routes(self._routes())
        runner = web.AppRunner(app, access_log=None, handler_cancellation=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, _HOST, port).start()
            except OSError as error:
                raise PlaygroundError(
                    f"Port {port} is taken; stop what listens there, or choose another with --port."
                ) from error
            self.port = runner.addresses[0][1]
            yield
        finally:
            await runner.cleanup()

    def show(self, scene: Scene, frames: Mapping[tuple[str, str], Frame]) -> None:
        """Show these frames, by person's and place's key, from now on."""
        self._scene, self._frames = scene, frames

    def note_event(self, event: str, payload: Mapping[str, Any]) -> None:
        """Take note of an event of the pretend Discord: a new message marks its channel as unread."""
        if event == "MESSAGE_CREATE" and not int(payload.get("flags") or 0) & EPHEMERAL_FLAG:
            self._latest[str(payload["channel_id"])] = str(payload["id"])

    def _routes(self) -> list[web.RouteDef]:
        frame = "/{capability}/as/{person}/{place}/"
        routes = [
            web.get("/{capability}/", self._shell),
            web.get("/{capability}/status", self._tell_status),
            web.get("/{capability}/outline", self._tell_outline),
            web.get("/{capability}/page/{name}", self._page_file),
            web.get("/{capability}/portrait/{name}.png", self._portrait),
            web.get("/{capability}/static/{path:.+}", self._simcord_file),
            web.get(frame, self._frame_document),
        ]
        api = (
            ("POST", "pages", "pages"),
            ("DELETE", "pages/{context_id}", "page"),
            ("GET", "state", "state"),
            ("GET", "commands", "commands"),
            ("GET", "action-result", "action-result"),
            ("POST", "action", "action"),
            ("GET", "assets/{asset_id}", "asset"),
        )
        routes += [web.route(method, f"{frame}api/{path}", self._frame_handler(name)) for method, path, name in api]
        return routes

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Answer only who holds the address, and only under this host: other sites' scripts know neither."""
        shown = request.match_info.get("capability", "")
        hosts = (f"{_HOST}:{self.port}", f"localhost:{self.port}")
        if not secrets.compare_digest(shown.encode(), self._capability.encode()) or request.host not in hosts:
            raise web.HTTPNotFound(text="Open the address that `wood play` printed.", headers=_FRESH)
        if self._scene is None:
            raise web.HTTPServiceUnavailable(text="The wood is waking up.", headers=_FRESH)
        return await handler(request)

    async def _shell(self, _request: web.Request) -> web.Response:
        page = (files("playground") / "page" / "shell.html").read_text("utf-8")
        data = json.dumps(self._outline()).replace("<", "\\u003c")
        page = page.replace("{{title}}", html.escape(GUILD_NAME)).replace("{{outline}}", data)
        return web.Response(text=page, content_type="text/html", headers=_FRESH)

    def _outline(self) -> dict[str, Any]:
        """Say who can be played and what each sees; a frame's fragment is simcord's own credential."""
        people = [
            {
                "key": person.key,
                "name": person.name,
                "caption": person.caption,
                "places": [
                    {
                        "key": key,
                        "label": frame.place.label,
                        "channel": str(frame.channel.id),
                        "address": f"as/{person.key}/{key}/#{frame.capability}",
                    }
                    for (owner, key), frame in self._frames.items()
                    if owner == person.key
                ],
            }
            for person in PEOPLE
        ]
        return {"server": GUILD_NAME, "bot": BOT_NAME, "people": people}

    async def _tell_status(self, _request: web.Request) -> web.Response:
        told = {**asdict(self._status()), "latest": self._latest, "places": len(self._frames)}
        return web.json_response(told, headers=_FRESH)

    async def _tell_outline(self, _request: web.Request) -> web.Response:
        return web.json_response(self._outline(), headers=_FRESH)

    async def _page_file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in _PAGE_FILES:
            raise web.HTTPNotFound
        body = (files("playground") / "page" / name).read_bytes()
        return web.Response(body=body, content_type=_PAGE_FILES[name], charset="utf-8", headers=_KEPT)

    async def _portrait(self, request: web.Request) -> web.Response:
        assert self._scene is not None
        portrait = self._scene.portraits.get(request.match_info["name"])
        if portrait is None:
            raise web.HTTPNotFound
        return web.Response(body=portrait, content_type="image/png", headers=_KEPT)

    async def _simcord_file(self, request: web.Request) -> web.Response:
        try:
            body, kind = FrameServer.static(request.match_info["path"])
        except KeyError:
            raise web.HTTPNotFound from None
        return web.Response(body=body, content_type=kind, headers=_KEPT)

    async def _frame_document(self, request: web.Request) -> web.Response:
        self._frame(request)
        return web.Response(body=mended("index.html"), content_type="text/html", charset="utf-8", headers=_FRESH)

    def _frame_handler(self, name: str) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._frame(request).answer(name, request)

        return handle

    def _frame(self, request: web.Request) -> Frame:
        frame = self._frames.get((request.match_info["person"], request.match_info["place"]))
        if frame is None:
            raise web.HTTPNotFound
        return frame
