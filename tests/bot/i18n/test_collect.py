"""The catalogues list what the code says, and every place in a sentence is of a kind that there is."""

import re

from bot.i18n.collect import collected, files
from bot.i18n.kinds import KINDS


def test_the_catalogues_are_as_they_would_be_written() -> None:
    stale = [path.name for path, content in files().items() if path.read_bytes() != content]
    assert not stale, "run `uv run python -m bot.i18n.collect`, then translate what is new"


def test_every_place_has_a_kind_that_there_is() -> None:
    for message in collected():
        for sentence in [message.id] if isinstance(message.id, str) else message.id:
            for name, kind in re.findall(r"\{(\w+):(\w+)\}", sentence):
                assert kind in KINDS, f"{{{name}:{kind}}} in {sentence!r}"
