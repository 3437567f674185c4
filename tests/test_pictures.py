"""The guides' pictures: a guide shows each of them in English, and each exists in German too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"


def test_each_picture_exists_and_is_shown() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    shown = set(re.findall(r"pictures/en/([\w-]+)\.png", text))
    assert {path.stem for path in (PICTURES / "en").glob("*.png")} == shown
    assert {path.stem for path in (PICTURES / "de").glob("*.png")} == shown


def test_make_pictures_makes_all_pictures() -> None:
    pytest.importorskip("playwright")
    from preview.views import VIEWS

    taken = {name for name, view in VIEWS.items() if view.in_guides}
    assert {path.stem for path in (PICTURES / "en").glob("*.png")} == taken
