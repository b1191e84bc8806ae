"""What one person sees of one place: simcord's preview, live, mounted under the playground's own address.

simcord serves one preview on one port. Here its handlers answer under a path of the playground's server, its
scripts and styles are served once for all frames, with a few lines mended (``_MENDED``), and frames republish
themselves when something changed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

from aiohttp import web
from simcord.backend.errors import SetupError
from simcord.preview import Preview, _require_preview_runtime, _server
from simcord.preview._server import PreviewServer

from playground.errors import PlaygroundError
from playground.live import LiveEnv
from playground.pictures import Pictures
from playground.scene import Place

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

_WATCHED_WITHIN = 10.0  # seconds since a page last asked; pages ask twice a second

# What simcord serves at the root of its port, and a line or two that do not suit a game. simcord is pinned:
# a release that words them otherwise is refused at start rather than served half mended.
_MENDED: dict[str, tuple[tuple[str, str], ...]] = {
    "index.html": (
        (
            'href="/preview.css">',
            'href="../../../static/preview.css"><link rel="stylesheet" href="../../../page/frame.css">',
        ),
        (
            'src="/app.js"></script>',
            'src="../../../static/app.js"></script><script type="module" src="../../../page/frame.js"></script>',
        ),
    ),
    "preview.css": (('url("/fonts/', 'url("fonts/'),),
    "app.js": (
        ('"/api/', '"api/'),
        ("`/api/", "`api/"),
        ('"/backend-diagnostics.json"', '"../../../static/backend-diagnostics.json"'),
    ),
    "transport.js": (('"/api/', '"api/'),),
    "assets.js": (("`/api/", "`api/"),),
    "media.js": (('"/vendor/', '"../../../static/vendor/'),),
    # Times of day are the player's, and relative ones are kept moving by frame.js.
    "presentation.js": (
        (
            'timezone: configured.timezone || state.profile.timezone || "UTC"',
            'timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"',
        ),
    ),
    "text.js": (
        (
            "if (valid) time.dateTime = date.toISOString();",
            'if (valid) time.dateTime = date.toISOString();\n  if (valid && style === "R") time.dataset.relative = "";',
        ),
    ),
    "commands.js": (
        # An option that completes itself asks at once, instead of claiming that nothing matches.
        (
            'const current = String(field.value || "");',
            'const current = String(field.value || "");\n            '
            "if (!autocompleteResults.has(autocompleteKey(currentDraft(), option.name, current))) "
            "queryAutocomplete(option, current);",
        ),
        ('"Loading options failed" : "No options match"', '"Loading options failed" : lookingUp()'),
        (
            "function optionalItems() {",
            'function lookingUp() { return autocomplete.state === "loading" ? "Looking…" : "No options match"; }\n'
            "  function optionalItems() {",
        ),
        ("`OPTIONS MATCHING ${current.toUpperCase()}`", '`OPTIONS ${current ? "MATCHING " + current : ""}`'),
        (
            "`OPTIONS MATCHING ${field.value.toUpperCase()}`",
            '`OPTIONS ${field.value ? "MATCHING " + field.value : ""}`',
        ),
        (
            "`OPTIONS MATCHING ${input.value.toUpperCase()}`",
            '`OPTIONS ${input.value ? "MATCHING " + input.value : ""}`',
        ),
        # Enter sends a complete command; it picks an optional option only after the arrow keys went to one.
        (
            "return Boolean(suggestionListbox?.handleKey(event));",
            "popupElement().querySelector('[role=\"listbox\"]')?.setAttribute(\"data-steered\", \"\");\n      "
            "return Boolean(suggestionListbox?.handleKey(event));",
        ),
        (
            "if (active instanceof HTMLElement) { active.click(); return true; }",
            'const offered = list?.querySelector(".command-suggestion-ellipsis") && '
            '!list.hasAttribute("data-steered");\n        '
            "if (active instanceof HTMLElement && !(offered && submittable())) { active.click(); return true; }",
        ),
        ("renderCompose({ focus: Boolean(next) });", "renderCompose({ focus: true });"),
    ),
}


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
        return await getattr(self._server, FrameServer.HANDLERS[handler])(request)

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
            self.env.act_through(self)
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

    @classmethod
    def static(cls, path: str) -> tuple[bytes, str]:
        """Return the bytes and the content type of one of simcord's page files.

        Raises:
            KeyError: simcord serves no such file.
        """
        name = cls._STATIC_FILES["/" + path]
        return _mended(name), _content_type(name)


def frame_page() -> bytes:
    """Return the HTML document of a frame."""
    return _mended("index.html")


@cache
def _mended(name: str) -> bytes:
    package = files("simcord.preview")
    source = package / name if name == "protocol.schema.json" else package / "static" / name
    content = source.read_bytes()
    for old, new in _MENDED.get(name, ()):
        if old.encode() not in content:
            raise PlaygroundError(
                f"simcord's {name} no longer contains {old!r}; install the release named in pyproject.toml."
            )
        content = content.replace(old.encode(), new.encode())
    return content


def check_simcord() -> None:
    """Make sure that the installed simcord is the one the playground knows how to serve.

    Raises:
        PlaygroundError: A part of it is not installed, or a line that the playground mends is not there.
    """
    try:
        _require_preview_runtime()
    except SetupError as error:
        raise PlaygroundError("The page's parts are not all installed; run `uv sync --group play`.") from error
    for name in _MENDED:
        _mended(name)


def _content_type(name: str) -> str:
    kinds = {"js": "text/javascript", "css": "text/css", "json": "application/json", "ttf": "font/ttf"}
    return kinds.get(name.rpartition(".")[2], "text/plain")
