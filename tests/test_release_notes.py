"""The notes of a release, as the workflow reads them from the changelog."""

from __future__ import annotations

import pytest

from tools.release_notes import main, notes_of
from version import version

CHANGELOG = """# Changelog

## [Unreleased]

## [1.1.0] - 2026-12-01

### Added

- Something.

## [1.0.0] - 2026-11-24

The first release.
"""


def test_section_of_a_version_has_nothing_of_others() -> None:
    assert notes_of("1.1.0", CHANGELOG) == "### Added\n\n- Something."
    assert notes_of("1.0.0", CHANGELOG) == "The first release."


@pytest.mark.parametrize("version", ["Unreleased", "1.1", "2.0.0", "1.1.0] - 2026"])
def test_missing_or_empty_version_has_no_notes(version: str) -> None:
    assert notes_of(version, CHANGELOG) is None


def test_tag_of_another_version_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("v0.0.1") == 1
    assert "pyproject.toml" in capsys.readouterr().err


def test_current_version_has_valid_notes(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(f"v{version()}")
    said = capsys.readouterr()
    assert (status == 0 and said.out) or "CHANGELOG.md says nothing" in said.err
