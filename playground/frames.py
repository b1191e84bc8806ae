"""What one person sees of one place: simcord's preview, live, mounted under the playground's own address.

simcord serves one preview on one port. Here its handlers answer under a path of the playground's server, its
scripts and styles are served once for all frames, with a few lines mended, and frames republish themselves
when something changed.
"""

from __future__ import annotations

import html
import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from aiohttp import web
from simcord.preview import Preview, _server
from simcord.preview._server import PreviewServer

from bot.i18n import Language, said
from bot.i18n.languages import of_locale
from playground.catalogs import in_locale
from playground.live import LiveEnv
from playground.mending import EMPTY, FRAME_WORDS, LANGUAGE, STATIC, mended
from playground.pictures import Pictures
from playground.readers import locale_named, reader, reading, speaking_to
from playground.scene import Place
from playground.words import FAILURES, IN_PAGES, empty_words

FRAME_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self' blob:; "
        "img-src 'self' blob:; media-src 'self' blob:; frame-src 'self'; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'self'"
    ),
}

_CONTENT_TYPES = {"js": "text/javascript", "css": "text/css", "json": "application/json", "ttf": "font/ttf"}
_WATCHED_WITHIN = 10.0  # seconds since a page last asked; pages ask twice a second


class Frame(Preview):
    """One place as one person sees it."""

    env: LiveEnv

    def __init__(self, env: LiveEnv, place: Place, pictures: Pictures, *, port: int) -> None:
        super().__init__(
            env,
            place.channel,
            (place.viewer,),
            layout="channel",
            display="responsive",
            width=960,
            height=720,
            locale="en-US",
            timezone="UTC",
            presentation_time=None,
            assets=None,
            port=port,
        )
        self.place = place
        self._server: FrameServer = FrameServer(self, port)
        self._media_worker = pictures

    async def open(self) -> None:
        """Begin to answer pages."""
        self.env.act_through(None)
        await self.__aenter__()
        if self._python is not None:
            self._python.target_id = None  # pages open on the newest message, not on the first one ever shown

    async def answer(self, handler: str, request: web.Request) -> web.StreamResponse:
        """Answer one request of the frame's page (``handler`` as in ``FrameServer.HANDLERS``)."""
        with reading(request):
            return await getattr(self._server, FrameServer.HANDLERS[handler])(request)

    def document(self, request: web.Request) -> str:
        """Return the page of the frame in the language of the browser that asks."""
        with speaking_to(request) as locale:
            page = mended("index.html", of_locale(locale)).decode()
            told = {"failures": [said(failure) for failure in FAILURES]}
            filled = {
                LANGUAGE: locale.value,
                EMPTY: html.escape(empty_words(self.place.key, self.place.owner)),
                STATIC: f"static/{locale.value}",
                FRAME_WORDS: json.dumps(told).replace("<", "\\u003c"),
            }
        for mark, text in filled.items():
            page = page.replace(mark, text)
        return page

    def republish(self) -> None:
        """Show the present state on the pages that somebody has open; hold ``env.one_at_a_time`` meanwhile."""
        self._advance_presentation_time()
        watched_since = time.monotonic() - _WATCHED_WITHIN
        for page in tuple(self._pages.values()):
            if page is self._python:
                continue
            if page.last_activity < watched_since:
                page.status = "stale"
            elif page.id in self._pages:
                self._publish(page, reason="refresh")

    def _get_page(self, context_id: str | None) -> Any:
        page = super()._get_page(context_id)
        if page.status == "stale":  # it slept, and missed publications
            self._advance_presentation_time()
            self._publish(page, reason="refresh")
        return page

    def _open_page(self, viewer_id: Any = None, target_id: Any = None) -> Any:
        self._advance_presentation_time()
        while len(self._pages) > self._MAX_PAGES:  # browsers closed without a word leave pages behind
            idle = min((page for page in self._pages.values() if page is not self._python), key=_last_activity)
            self._close_page(idle.id)
        return super()._open_page(viewer_id, target_id)

    async def _action(self, context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        async with self.env.one_at_a_time:
            page = self._pages.get(context_id or "")
            if page is not None and isinstance(body, dict) and body.get("published_revision") is not None:
                # What was published since the page last looked does not make its wish stale.
                body["published_revision"] = page.revision
            self.env.act_through(self, reader())
            return await super()._action(context_id, body)


def _last_activity(page: Any) -> float:
    return page.last_activity


class FrameServer(PreviewServer):
    """simcord's request handlers without a port of their own."""

    HANDLERS: ClassVar[dict[str, str]] = {
        "pages": "_pages",
        "page": "_delete_page",
        "state": "_state",
        "commands": "_commands",
        "action-result": "_action_result",
        "action": "_action",
        "asset": "_asset",
    }
    _SECURITY_HEADERS: ClassVar[dict[str, str]] = {**FRAME_HEADERS, "Cache-Control": "no-store"}

    def __init__(self, preview: Frame, port: int) -> None:
        super().__init__(preview, port)
        self.port = port

    async def start(self) -> None:
        """Do nothing but what simcord's handlers rely on: the playground's server listens."""
        _server.web = web  # type: ignore[attr-defined]

    async def close(self) -> None:
        """Do nothing: the playground's server is closed by its owner."""

    async def _commands(self, request: web.Request) -> web.Response:
        """Answer with the commands as Discord shows them to a reader: described in their language."""
        answer = await super()._commands(request)
        if answer.status != web.HTTPOk.status_code:
            return answer
        catalog = in_locale(json.loads(answer.body), self.preview.env.backend.commands.values(), reader())
        return web.json_response(catalog, headers=self._SECURITY_HEADERS)

    @classmethod
    def static(cls, code: str, path: str) -> tuple[bytes, str]:
        """Return the bytes and the content type of one of simcord's page files, worded for readers of a locale.

        Raises:
            KeyError: simcord serves no such file, or there is no such locale.
        """
        name, locale = cls._STATIC_FILES["/" + path], locale_named(code)
        if locale is None:
            raise KeyError(code)
        language = of_locale(locale) if name in IN_PAGES else Language.ENGLISH
        return mended(name, language), _CONTENT_TYPES.get(name.rpartition(".")[2], "text/plain")
