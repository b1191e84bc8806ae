"""Makes simcord's pages light enough to be drawn anew at every change of a busy channel.

Drawing fifty cards parses a thousand little texts, each with a parser built for it, and summarises the whole channel
for an index that players do not see: a third of a second in which the bot stands still. Remembering the parsed texts
and leaving the index out brings that down to a few hundredths.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from simcord.preview import _component_projection, _markdown, _messages, _snapshot

_REMEMBERED = 4096  # texts
_WINDOW = 30  # messages on a page; earlier ones are a click away


@contextmanager
def lighter_pages() -> Iterator[None]:
    """Draw pages the lighter way inside."""
    with ExitStack() as stack:
        for module in (_component_projection, _messages, _snapshot):
            stack.enter_context(patch.object(module, "markdown_tokens", _tokens))
        stack.enter_context(patch.object(_snapshot, "_message_navigation", _no_index))
        stack.enter_context(patch.object(_snapshot, "HISTORY_WINDOW_SIZE", _WINDOW))
        yield


def _tokens(value: Any, profile: str = "message", *, context: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    if value is None:
        return []
    return json.loads(_parsed(str(value), profile, json.dumps(context, sort_keys=True)))


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str, profile: str, context: str) -> str:
    return json.dumps(_markdown.markdown_tokens(text, profile, context=json.loads(context)))


def _no_index(_preview: Any, page: Any, _visible: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    navigation = {"query": page.navigation_query, "filter": "all", "hasPrevious": False, "hasNext": False}
    return [], {**navigation, "previousCursor": None, "nextCursor": None}
