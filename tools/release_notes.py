"""Print the notes of a version in CHANGELOG.md: `python tools/release_notes.py v1.2.3`.

Ends with status 1 if the tag is not the version of pyproject.toml, or the changelog lacks it.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


def notes_of(version: str, changelog: str) -> str | None:
    """Return the section of a version without its heading; None if it is missing or empty."""
    heading = rf"^## \[{re.escape(version)}\][^\n]*$"
    found = re.search(rf"{heading}\n(.*?)(?=^## \[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    return (found[1].strip() or None) if found else None


def main(tag: str) -> int:
    """Print the notes of a tag; return the exit status."""
    version = tag.removeprefix("v")
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))
    # A pre-release such as 1.2.0-rc.1 is made from the version that it leads to.
    if version.partition("-")[0] != project["project"]["version"]:
        sys.stderr.write(f"{tag} is not the version of pyproject.toml\n")
        return 1
    notes = notes_of(version.partition("-")[0], (_ROOT / "CHANGELOG.md").read_text("utf-8"))
    if notes is None:
        sys.stderr.write(f"CHANGELOG.md says nothing of {version}\n")
        return 1
    sys.stdout.write(f"{notes}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
