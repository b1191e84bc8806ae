"""The gallery in the repository is whole: every card, at both widths, by night and by day, on its page, and small."""

import os
import re
from pathlib import Path

import pytest
from PIL import Image

from bot.i18n import Language
from playground.gallery import CARDS, SCHEMES, WIDTHS, Edition, capture, editions, index

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "images" / "gallery"
MOST_BYTES = 3_000_000

PAGE = (ROOT / "docs" / "gallery.md").read_text("utf-8")
MADE = re.search(r"--council ([\w-]+)(?: --languages ((?:\w+ ?)+))?`", PAGE)
assert MADE is not None, "docs/gallery.md says with which command it was made"
LANGUAGES = [Language(code) for code in (MADE[2] or "en").split()]
NAMES = {name for edition in editions(LANGUAGES) for name in edition.files}


def test_every_card_is_there_at_both_widths_and_in_both_lights() -> None:
    assert {path.name for path in KEPT.iterdir()} == NAMES
    assert len(NAMES) >= len(CARDS) * len(WIDTHS) * len(SCHEMES)
    for name in NAMES:
        with Image.open(KEPT / name) as image:
            most = 390 if "-phone-" in name else 1280
            assert 200 <= image.width <= most


def test_another_language_has_every_card_by_night() -> None:
    japanese = editions([Language.ENGLISH, Language.JAPANESE])[-1]
    assert japanese == Edition(Language.JAPANESE, "dark")
    assert japanese.files == [f"{card}-{width}-dark-ja.png" for card in CARDS for width in WIDTHS]
    page = index("standin", [Language.ENGLISH, Language.JAPANESE])
    assert set(japanese.files) < set(re.findall(r"\(images/gallery/([\w.-]+)\)", page))


def test_the_gallery_stays_small() -> None:
    assert sum(path.stat().st_size for path in KEPT.iterdir()) <= MOST_BYTES


def test_its_page_is_the_one_the_command_writes() -> None:
    assert MADE is not None
    assert index(MADE[1], LANGUAGES) == PAGE
    assert set(re.findall(r"\(images/gallery/([\w.-]+)\)", PAGE)) == NAMES
    assert all(re.findall(r"!\[([^\]]+)\]", PAGE)), "every capture says what it shows"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("edition", [Edition(Language.ENGLISH, "light"), Edition(Language.JAPANESE, "dark")])
async def test_the_command_captures_every_card(edition: Edition, tmp_path: Path) -> None:
    """Slow: it plays a wood in Chromium, which needs the group `browser`."""
    await capture(tmp_path, edition, "standin")
    assert set(os.listdir(tmp_path)) == set(edition.files)
