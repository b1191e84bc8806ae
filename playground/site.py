"""The playground's web server: the shell page, its status, and the frames, all behind one capability."""

from __future__ import annotations

import html
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from aiohttp import web
from discord import Locale
from simcord.backend.models.message import EPHEMERAL_FLAG

from bot.i18n import said, say
from bot.i18n.languages import of_locale
from playground.errors import PlaygroundError
from playground.frames import FRAME_HEADERS, Frame, FrameServer
from playground.readers import COOKIE, LOCALES, locale_named, speaking_to
from playground.scene import BOT_NAME, GUILD_NAME, PEOPLE, Scene
from playground.words import begin_words, real_words, shell_words, simulated_words

_HOST = "127.0.0.1"
_FRESH = {**FRAME_HEADERS, "Cache-Control": "no-store"}
# Below an address that changes at every start, a file never changes.
_KEPT = {**FRAME_HEADERS, "Cache-Control": "private, max-age=86400, immutable"}
_PAGE_FILES = {
    "shell.css": "text/css",
    "shell.js": "text/javascript",
    "clock.js": "text/javascript",
    "settings.js": "text/javascript",
    "frame.css": "text/css",
    "frame.js": "text/javascript",
}


@dataclass(frozen=True)
class PlaygroundStatus:
    """What goes on in the wood of a channel, for the page's status card, in the language that is spoken.

    Attributes:
        headline: A few words, such as ``Turn 12 · autumn``.
        thinking: Whether the creatures are being asked right now.
        detail: One short line, such as ``3 of 5 have decided``; empty where the clock says all.
        seconds_left: Until the next turn is due; None where none is.
        may_advance: Whether the next turn can be taken now.
    """

    headline: str
    thinking: bool
    detail: str = ""
    seconds_left: float | None = None
    may_advance: bool = False


@dataclass(frozen=True)
class Game:
    """What the page shows of the game and does to it, besides being Discord.

    Attributes:
        status: Asked once a second by every open page for what goes on in the wood of a channel; must be quick.
        begin_turn: Begins the next turn of the wood of a channel, and returns at once.
        set_server_locale: Sets the locale of the server, and keeps it.
        server_locale: Returns it.
        real: Returns what is real in this playground, besides what always is, in the language that is spoken.
    """

    status: Callable[[int], PlaygroundStatus]
    begin_turn: Callable[[int], None]
    set_server_locale: Callable[[Locale], Awaitable[None]]
    server_locale: Callable[[], Locale]
    real: Callable[[], Sequence[str]]


class Site:
    """Serves one page on 127.0.0.1 to whoever holds its address."""

    def __init__(self, game: Game) -> None:
        self.port = 0
        self._game = game
        self._capability = secrets.token_urlsafe(24)
        self._scene: Scene | None = None
        self._frames: Mapping[tuple[str, str], Frame] = {}
        self._latest: dict[str, str] = {}  # channel id -> id of its latest message that all its readers see
        self._posted: Counter[str] = Counter()  # channel id -> how many such messages there have been

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
            channel = str(payload["channel_id"])
            self._latest[channel] = str(payload["id"])
            self._posted[channel] += 1

    def _routes(self) -> list[web.RouteDef]:
        frame = "/{capability}/as/{person}/{place}/"
        routes = [
            web.get("/{capability}/", self._shell),
            web.get("/{capability}/status", self._tell_status),
            web.get("/{capability}/outline", self._tell_outline),
            web.post("/{capability}/advance", self._advance),
            web.post("/{capability}/server-locale", self._set_server_locale),
            web.get("/{capability}/page/{name}", self._page_file),
            web.get("/{capability}/portrait/{name}.png", self._portrait),
            web.get("/{capability}/static/{locale}/{path:.+}", self._simcord_file),
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

    async def _shell(self, request: web.Request) -> web.Response:
        page = (files("playground") / "page" / "shell.html").read_text("utf-8")
        with speaking_to(request) as locale:
            words = shell_words()
            data = json.dumps(self._outline() | {"words": words, "cookie": COOKIE}).replace("<", "\\u003c")
            marks = {name: html.escape(word) for name, word in words.items()}
            marks |= {
                "title": html.escape(GUILD_NAME),
                "language": locale.value,
                "begin": html.escape(begin_words()),
                "gone_hint": html.escape(words["gone_hint"]).replace("{command}", "<code>wood play</code>"),
                "real": _listed((*real_words(), *self._game.real())),
                "simulated": _listed(simulated_words()),
                "real_heading": html.escape(say("Real")),
                "simulated_heading": html.escape(say("Simulated")),
                "your_languages": _choices(locale),
                "server_languages": _choices(self._game.server_locale()),
                "outline": data,
            }
        for name, text in marks.items():
            page = page.replace(f"{{{{{name}}}}}", text)
        return web.Response(text=page, content_type="text/html", headers=_FRESH)

    def _outline(self) -> dict[str, Any]:
        """Say who can be played and what each sees; a frame's fragment is simcord's own credential."""
        people = [
            {
                "key": person.key,
                "name": person.name,
                "caption": said(person.caption),
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

    async def _tell_status(self, request: web.Request) -> web.Response:
        with speaking_to(request):
            status = asdict(self._game.status(_channel_of(request)))
        told = {**status, "latest": self._latest, "posted": self._posted, "places": len(self._frames)}
        return web.json_response(told, headers=_FRESH)

    async def _advance(self, request: web.Request) -> web.Response:
        channel_id = _channel_of(request)
        with speaking_to(request):
            status = self._game.status(channel_id)
            if not status.may_advance:
                reason = say("The creatures are thinking already. Wait for this turn's card.")
                if not status.thinking:
                    reason = say("There is no turn to take here. Ash, the keeper, plants a wood with /setup.")
                return web.json_response({"error": reason}, status=409, headers=_FRESH)
        self._game.begin_turn(channel_id)
        return web.json_response({}, status=202, headers=_FRESH)

    async def _set_server_locale(self, request: web.Request) -> web.Response:
        locale = locale_named(await request.text())
        if locale is None:
            raise web.HTTPBadRequest(text="No such locale.", headers=_FRESH)
        await self._game.set_server_locale(locale)
        return web.json_response({"locale": locale.value}, headers=_FRESH)

    async def _tell_outline(self, request: web.Request) -> web.Response:
        with speaking_to(request):
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
            body, kind = FrameServer.static(request.match_info["locale"], request.match_info["path"])
        except KeyError:
            raise web.HTTPNotFound from None
        return web.Response(body=body, content_type=kind, headers=_KEPT)

    async def _frame_document(self, request: web.Request) -> web.Response:
        page = self._frame(request).document(request)
        return web.Response(text=page, content_type="text/html", charset="utf-8", headers=_FRESH)

    def _frame_handler(self, name: str) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._frame(request).answer(name, request)

        return handle

    def _frame(self, request: web.Request) -> Frame:
        frame = self._frames.get((request.match_info["person"], request.match_info["place"]))
        if frame is None:
            raise web.HTTPNotFound
        return frame


def _channel_of(request: web.Request) -> int:
    """Return the channel that a page looks at, or 0 where it names none."""
    channel = request.query.get("channel", "")
    return int(channel) if channel.isascii() and channel.isdecimal() else 0


def _listed(sentences: Sequence[str]) -> str:
    return "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)


def _choices(chosen: Locale) -> str:
    """Return the languages as the options of a list; each names itself, so that its reader finds it."""
    return "".join(
        f'<option value="{locale.value}" lang="{locale.value}"{" selected" if locale is chosen else ""}>'
        f"{of_locale(locale).own_name}</option>"
        for locale in LOCALES
    )
