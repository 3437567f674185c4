"""The page on security names tests that exist."""

from __future__ import annotations

import re

from standins.processes import ROOT


def test_each_test_it_names_exists() -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    named = set(re.findall(r"`((?:\w+/)?test_\w+\.py)`", page))
    assert len(named) > 10
    assert not [path for path in named if not (ROOT / "tests" / path).is_file()]
