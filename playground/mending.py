"""simcord's page files, with the few lines mended that do not suit a game, and their words in the reader's language.

simcord serves its page at the root of a port of its own and made it for developers, in English. simcord is pinned: a
release that words these lines otherwise is refused at start rather than served half mended.
"""

from __future__ import annotations

import html
import json
from functools import cache
from importlib.resources import files

from simcord.backend.errors import SetupError
from simcord.preview import _require_preview_runtime

from bot.i18n import Language, said, speaking
from playground.errors import PlaygroundError
from playground.words import IN_PAGES

# Where a frame's document finds what all frames share: it lies at as/PERSON/PLACE/.
_SHARED = "../../../"

LANGUAGE, STATIC, EMPTY, FRAME_WORDS = "{{language}}", "{{static}}", "{{empty}}", "{{words}}"
"""What a frame's document holds in place of the reader's locale, the folder of its files in the reader's language, what
is said where nobody wrote yet, and what its script needs to know, as JSON."""

_API = (('"/api/', '"api/'), ("`/api/", "`api/"))

_LOOK_UP_AT_ONCE = """const current = String(field.value || "");
            if (!autocompleteResults.has(autocompleteKey(currentDraft(), option.name, current))) {
              queryAutocomplete(option, current);
            }"""

_SAY_WHAT_IS_MISSING = """function whatIsMissing() {
    return autocomplete.state === "loading" ? "Looking…" : "Nothing fits that. Delete a letter to see more.";
  }
  /** @param {string} typed */
  function optionsMatching(typed) {
    return typed ? "Options matching {typed}".replace("{typed}", () => typed) : "Options";
  }
  function optionalItems() {"""

_NOTE_THE_ARROWS = """popupElement().querySelector('[role="listbox"]')?.setAttribute("data-steered", "");
      return Boolean(suggestionListbox?.handleKey(event));"""

_WHO_USED_WHAT = """const used = "{person} used {command}".replace("{person}", () => invoker || "");
  const [before, after] = used.split("{command}");
  header.append(document.createTextNode(before));"""

_SEND_WHEN_COMPLETE = """const offered = list?.querySelector(".command-suggestion-ellipsis")
          && !list.hasAttribute("data-steered");
        if (active instanceof HTMLElement && !(offered && submittable())) { active.click(); return true; }"""

_DISCLAIMER = (
    '`This form will be submitted to ${modal.application_name || "this application"}. '
    "Do not share passwords or other sensitive information.`"
)
_OUR_DISCLAIMER = (
    '"This form is answered by {bot}. On Discord, give no form your passwords."'
    '.replace("{bot}", () => modal.application_name)'
)

_MENDED: dict[str, tuple[tuple[str, str], ...]] = {
    "index.html": (
        (
            'href="/preview.css">',
            f'href="{_SHARED}{STATIC}/preview.css"><link rel="stylesheet" href="{_SHARED}page/frame.css">',
        ),
        (
            '<script type="module" src="/app.js"></script>',
            f'<p id="notice" class="notice" role="alert" hidden></p>'
            f'<script type="application/json" id="words">{FRAME_WORDS}</script>'
            + "".join(
                f'<script type="module" src="{_SHARED}{path}"></script>'
                for path in (f"{STATIC}/app.js", "page/frame.js")
            ),
        ),
        ('<html lang="en">', f'<html lang="{LANGUAGE}">'),
        ("No messages in this channel.", EMPTY),
    ),
    "preview.css": (('url("/fonts/', 'url("fonts/'),),
    "app.js": (*_API, ('"/backend-diagnostics.json"', 'new URL("backend-diagnostics.json", import.meta.url)')),
    "transport.js": (_API[0],),
    "assets.js": (_API[1],),
    "media.js": (('"/vendor/', f'"{_SHARED}static/en-US/vendor/'),),
    # Times of day are the player's own, and so is how they are written.
    "presentation.js": (
        ('locale: configured.locale || state.profile.locale || "en-US"', "locale: document.documentElement.lang"),
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
        ('"OPTIONS"', '"Options"'),
        *(
            (f"`OPTIONS MATCHING ${{{typed}.toUpperCase()}}`", f"optionsMatching({typed})")
            for typed in ("current", "field.value", "input.value")
        ),
        ("`+${optional} optional`", '"+{count} optional".replace("{count}", String(optional))'),
        (
            '`+${remaining} ${displayed.length ? "more" : "options"}`',
            '"+{count} more".replace("{count}", String(remaining))',
        ),
        # Enter sends a complete command; it picks an optional option only after the arrow keys went to one.
        ("return Boolean(suggestionListbox?.handleKey(event));", _NOTE_THE_ARROWS),
        ("if (active instanceof HTMLElement) { active.click(); return true; }", _SEND_WHEN_COMPLETE),
        ("renderCompose({ focus: Boolean(next) });", "renderCompose({ focus: true });"),
    ),
    # Sentences with places, which another language may turn round.
    "messages.js": (
        ('header.append(document.createTextNode(invoker ? `${invoker} used ` : "Used "));', _WHO_USED_WHAT),
        ('header.append(node("strong", "", command));', 'header.append(node("strong", "", command), after);'),
        ('" (edited)"', '" " + "(edited)"'),
    ),
    "composer.js": (
        (
            "`Message ${channel.glyph}${channel.name}`",
            '"Message {place}".replace("{place}", () => channel.glyph + channel.name)',
        ),
    ),
    "components.js": (
        (_DISCLAIMER, _OUR_DISCLAIMER),
        ('"Close modal"', '"Close this form"'),
    ),
    # What went wrong, in words that help; frame.js shows it above the composer.
    "actions.js": (
        (
            '"Action was not completed."',
            '"That did not go through. Nothing was lost: look at the newest card, then try again."',
        ),
        (
            '"Action outcome uncertain. It will not be retried."',
            '"Whether that arrived is uncertain. Look before you try again."',
        ),
        ('"Connection interrupted; trying again…"', '"The connection was interrupted; trying again…"'),
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
    for name in {*_MENDED, *IN_PAGES}:
        mended(name)


@cache
def mended(name: str, language: Language = Language.ENGLISH) -> bytes:
    """Return a page file of simcord's as the playground serves it.

    Args:
        name: Its path below simcord's ``preview/static``, such as ``app.js``; or ``protocol.schema.json``.
        language: In which its words are.

    Raises:
        PlaygroundError: A line to mend, or a word to say, is not there.
    """
    package = files("simcord.preview")
    source = package / name if name == "protocol.schema.json" else package / "static" / name
    content = source.read_bytes()
    for old, new in _MENDED.get(name, ()):
        content = _replaced(name, content, old, new)
    quote = _in_markup if name.endswith(".html") else _in_script
    with speaking(language):
        for word in IN_PAGES.get(name, ()):
            content = _replaced(name, content, quote(word), quote(said(word)))
    return content


def _replaced(name: str, content: bytes, old: str, new: str) -> bytes:
    if old.encode() not in content:
        raise PlaygroundError(f"simcord's {name} has no {old!r}: install the release that pyproject.toml names.")
    return content.replace(old.encode(), new.encode())


def _in_script(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)


def _in_markup(word: str) -> str:
    return f">{html.escape(word)}<"
