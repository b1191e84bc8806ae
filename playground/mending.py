"""simcord's page files, with the few lines mended that do not suit a game.

simcord serves its page at the root of a port of its own and made it for developers. simcord is pinned: a release that
words these lines otherwise is refused at start rather than served half mended.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from simcord.backend.errors import SetupError
from simcord.preview import _require_preview_runtime

from playground.errors import PlaygroundError

# Where a frame's document finds what all frames share: it lies at as/PERSON/PLACE/.
_SHARED = "../../../"

_API = (('"/api/', '"api/'), ("`/api/", "`api/"))

_LOOK_UP_AT_ONCE = """const current = String(field.value || "");
            if (!autocompleteResults.has(autocompleteKey(currentDraft(), option.name, current))) {
              queryAutocomplete(option, current);
            }"""

_SAY_WHAT_IS_MISSING = """function whatIsMissing() {
    return autocomplete.state === "loading" ? "Looking…" : "No options match";
  }
  function optionalItems() {"""

_NOTE_THE_ARROWS = """popupElement().querySelector('[role="listbox"]')?.setAttribute("data-steered", "");
      return Boolean(suggestionListbox?.handleKey(event));"""

_SEND_WHEN_COMPLETE = """const offered = list?.querySelector(".command-suggestion-ellipsis")
          && !list.hasAttribute("data-steered");
        if (active instanceof HTMLElement && !(offered && submittable())) { active.click(); return true; }"""

_MENDED: dict[str, tuple[tuple[str, str], ...]] = {
    "index.html": (
        (
            'href="/preview.css">',
            f'href="{_SHARED}static/preview.css"><link rel="stylesheet" href="{_SHARED}page/frame.css">',
        ),
        (
            '<script type="module" src="/app.js"></script>',
            "".join(
                f'<script type="module" src="{_SHARED}{path}"></script>' for path in ("static/app.js", "page/frame.js")
            ),
        ),
    ),
    "preview.css": (('url("/fonts/', 'url("fonts/'),),
    "app.js": (*_API, ('"/backend-diagnostics.json"', f'"{_SHARED}static/backend-diagnostics.json"')),
    "transport.js": (_API[0],),
    "assets.js": (_API[1],),
    "media.js": (('"/vendor/', f'"{_SHARED}static/vendor/'),),
    # Times of day are the player's own.
    "presentation.js": (
        (
            'timezone: configured.timezone || state.profile.timezone || "UTC"',
            'timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"',
        ),
    ),
    # Relative times are marked, and kept moving by frame.js.
    "text.js": (
        (
            "if (valid) time.dateTime = date.toISOString();",
            'if (valid) { time.dateTime = date.toISOString(); time.toggleAttribute("data-relative", style === "R"); }',
        ),
    ),
    "commands.js": (
        # An option that completes itself asks at once, instead of claiming that nothing matches.
        ('const current = String(field.value || "");', _LOOK_UP_AT_ONCE),
        ('"Loading options failed" : "No options match"', '"Loading options failed" : whatIsMissing()'),
        ("function optionalItems() {", _SAY_WHAT_IS_MISSING),
        *(
            (f"`OPTIONS MATCHING ${{{typed}.toUpperCase()}}`", f'`OPTIONS ${{{typed} ? "MATCHING " + {typed} : ""}}`')
            for typed in ("current", "field.value", "input.value")
        ),
        # Enter sends a complete command; it picks an optional option only after the arrow keys went to one.
        ("return Boolean(suggestionListbox?.handleKey(event));", _NOTE_THE_ARROWS),
        ("if (active instanceof HTMLElement) { active.click(); return true; }", _SEND_WHEN_COMPLETE),
        ("renderCompose({ focus: Boolean(next) });", "renderCompose({ focus: true });"),
    ),
}


def check_simcord() -> None:
    """Make sure that the installed simcord is the one the playground knows how to serve.

    Raises:
        PlaygroundError: A part of it is not installed, or a line to mend is not there.
    """
    try:
        _require_preview_runtime()
    except SetupError as error:
        raise PlaygroundError("Parts of the page are not installed; run `uv sync --group play`.") from error
    for name in _MENDED:
        mended(name)


@cache
def mended(name: str) -> bytes:
    """Return a page file of simcord's as the playground serves it.

    Args:
        name: Its path below simcord's ``preview/static``, such as ``app.js``; or ``protocol.schema.json``.

    Raises:
        PlaygroundError: A line to mend is not there.
    """
    package = files("simcord.preview")
    source = package / name if name == "protocol.schema.json" else package / "static" / name
    content = source.read_bytes()
    for old, new in _MENDED.get(name, ()):
        if old.encode() not in content:
            raise PlaygroundError(f"simcord's {name} has no {old!r}: install the release that pyproject.toml names.")
        content = content.replace(old.encode(), new.encode())
    return content
