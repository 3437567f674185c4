"""Pages name existing tests, files and figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cogs.interactions.allowances import LOOKUPS_A_MEMBER, LOOKUPS_AT_ONCE
from cogs.interactions.cooldown import REQUESTS, SECONDS
from cogs.interactions.suggestions import SUGGESTIONS_A_MEMBER
from standins.processes import ROOT

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def test_each_named_test_exists() -> None:
    named = {
        path
        for page in ("security.md", "reliability.md")
        for path in re.findall(r"`((?:\w+/)?test_\w+\.py)`", (ROOT / "docs" / page).read_text())
    }
    assert len(named) > 30
    assert not [path for path in named if not (ROOT / "tests" / path).is_file()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_link_has_a_target(page: Path) -> None:
    assert not [link for link in links(page) if not leads_somewhere(page, link)]


def test_links_to_security_and_privacy() -> None:
    assert {"docs/security.md", "PRIVACY.md", "TERMS.md"} <= set(links(ROOT / "SECURITY.md"))
    assert {"SECURITY.md", "PRIVACY.md", "TERMS.md"} <= set(links(ROOT / "README.md"))


def test_privacy_names_the_storage_times() -> None:
    page, compose = ((ROOT / name).read_text() for name in ("PRIVACY.md", "compose.yaml"))
    assert f"{SECONDS:.0f} seconds" in page
    (size, files), *_ = re.findall(r'max-size: (\d+)m, max-file: "(\d+)"', compose)
    assert f"{int(size) * int(files)} MB" in page
    (days,) = re.findall(r"retention\.time=(\d+)d", compose)
    assert f"{days} days in Prometheus" in page


def test_security_names_the_bounds() -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    for count in (REQUESTS, SUGGESTIONS_A_MEMBER, LOOKUPS_A_MEMBER):
        assert f"| {count} in {SECONDS:.0f} seconds" in page
    assert f"{LOOKUPS_AT_ONCE} with one command" in page


def links(page: Path) -> list[str]:
    """Return the links of a page within the repository."""
    return re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text())


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, heading = link.partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not heading or heading in headings(target))


def headings(page: Path) -> set[str]:
    """Return the names under which GitHub links to a page's headings."""
    found = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in found}
