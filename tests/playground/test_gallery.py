"""The gallery in the repository is whole: every card, at both widths, by night and by day, on its page, and small."""

import os
import re
from pathlib import Path

import pytest
from PIL import Image

from playground.gallery import CARDS, SCHEMES, WIDTHS, capture, file_name, index

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "images" / "gallery"
MOST_BYTES = 2_000_000

NAMES = {file_name(card, width, scheme) for card in CARDS for width in WIDTHS for scheme in SCHEMES}


def test_every_card_is_there_at_both_widths_and_in_both_lights() -> None:
    assert {path.name for path in KEPT.iterdir()} == NAMES
    for name in NAMES:
        with Image.open(KEPT / name) as image:
            most = 390 if "-phone-" in name else 1280
            assert 200 <= image.width <= most


def test_the_gallery_stays_small() -> None:
    assert sum(path.stat().st_size for path in KEPT.iterdir()) <= MOST_BYTES


def test_its_page_is_the_one_the_command_writes() -> None:
    page = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    council = re.search(r"--council ([\w-]+)", page)
    assert council is not None
    assert page == index(council[1])
    assert set(re.findall(r"\(images/gallery/([\w.-]+)\)", page)) == NAMES
    assert all(re.findall(r"!\[([^\]]+)\]", page)), "every capture says what it shows"


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_command_captures_every_card(tmp_path: Path) -> None:
    """Slow: it plays a wood in Chromium, which needs the group `browser`."""
    await capture(tmp_path, "light", "standin")
    assert set(os.listdir(tmp_path)) == {name for name in NAMES if name.endswith("-light.png")}
