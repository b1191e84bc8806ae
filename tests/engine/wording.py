"""What the engine says while a test runs, held together with what `bot.i18n` can find again in other languages."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.i18n.told import read_all
from engine.actions.base import Receipt, Refusal
from engine.vault import Vault
from engine.world import Event


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Collect the text of every refusal, receipt, event and letter that the engine makes within."""
    texts: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Refusal, "__init__", _refusal(texts))
        for kind in (Receipt, Event):
            patch.setattr(kind, "__init__", _made(kind.__init__, texts))
        patch.setattr(Vault, "post_letter", _posted(Vault.post_letter, texts))
        yield texts


def unread(texts: list[str]) -> set[str]:
    """Return those of some texts that no template of the engine fits, so that no other language can have them."""
    return {text for text in texts if not read_all(text)}


def _refusal(texts: list[str]) -> Callable[..., None]:
    def init(self: Refusal, text: str) -> None:
        if _made_by_engine():
            texts.append(text)
        Exception.__init__(self, text)

    return init


def _made(original: Callable[..., None], texts: list[str]) -> Callable[..., None]:
    def init(self: Any, **fields: Any) -> None:
        if _made_by_engine():
            texts.append(fields["text"])
        original(self, **fields)

    return init


def _posted(original: Callable[..., None], texts: list[str]) -> Callable[..., None]:
    def post_letter(self: Vault, mask: str, turn: int, text: str) -> None:
        if _made_by_engine():
            texts.append(text)
        original(self, mask, turn, text)

    return post_letter


def _made_by_engine() -> bool:
    """Say whether it was a module of the engine that called who asks this, and not a test."""
    return str(sys._getframe(2).f_globals["__name__"]).startswith("engine.")
