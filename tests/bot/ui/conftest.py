"""Every test that asks for a `tongue` is run in each."""

from collections.abc import Iterator

import pytest

from tests.bot.ui.tongues import TONGUES, Tongue


@pytest.fixture(params=TONGUES, ids=lambda tongue: tongue.name)
def tongue(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tongue]:
    """Speak a language throughout a test."""
    spoken: Tongue = request.param
    with spoken.spoken(monkeypatch):
        yield spoken
