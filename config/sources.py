"""Sources of the settings' text: the environment, `.env`, and files with secrets."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

FROM_FILES = ("DISCORD_TOKEN", "ASTRIA_API_KEY", "CACHE_URL")
"""Settings that `NAME_FILE` may read from a file, as Docker and Kubernetes pass secrets."""

_FILE = ".env"

# Other programs read these settings, the proxies, by lower-case names too.
_ANY_CASE = {"https_proxy", "http_proxy", "no_proxy"}


class SettingsError(Exception):
    """List all faults of the settings, one line each, without any secret."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

    def listed(self) -> str:
        """Return the problems as a list for a terminal."""
        return "\n".join(f"  - {problem}" for problem in self.problems)


def given_texts() -> dict[str, str]:
    """Return the settings that are given, by name; an empty one counts as not given.

    Raises SettingsError if `.env` cannot be read.
    """
    environment = {name: _without_quotes(text.strip()) for name, text in os.environ.items()}
    return {
        name.upper() if name in _ANY_CASE else name: text.strip()
        for source in (_dotenv(), environment)
        for name, text in source.items()
        if text and text.strip()
    }


def _without_quotes(text: str) -> str:
    """Remove one pair of quotes around a value, which `docker run --env-file` keeps."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _dotenv() -> Mapping[str, str | None]:
    try:
        content = Path(_FILE).read_bytes()
    except FileNotFoundError:
        return {}
    except IsADirectoryError:
        # Docker creates a directory if the file to mount does not exist.
        raise SettingsError([f"{_FILE} is a directory, not a file"]) from None
    except OSError as error:
        raise SettingsError([f"{_FILE} cannot be read: {error.strerror}"]) from None
    return dotenv_values(stream=StringIO(_decoded(content)), interpolate=False)


def _decoded(content: bytes) -> str:
    # Windows' Notepad and PowerShell save as UTF-16.
    if b"\0" in content or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SettingsError([f"{_FILE} is UTF-16 text; save it as UTF-8"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError([f"{_FILE} is not UTF-8 text; save it as UTF-8"]) from None


def read_files(given: dict[str, str]) -> Iterator[str]:
    """Add the contents of the files that `NAME_FILE` names; yield their faults."""
    for name in FROM_FILES:
        path = given.get(f"{name}_FILE")
        if path is None:
            continue
        if name in given:
            yield f"{name} and {name}_FILE are both set; keep one"
            continue
        try:
            content = Path(path).read_text("utf-8-sig").strip()
        except OSError as error:
            yield f"{name}_FILE names a file that cannot be read: {error.strerror}"
        except ValueError:
            yield f"{name}_FILE names a file that is not UTF-8 text"
        else:
            if content:
                given[name] = content
            else:
                yield f"{name}_FILE names an empty file"
