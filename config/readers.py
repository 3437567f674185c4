"""Prepare the text of a setting for msgspec, which converts and checks it.

All readers raise ValueError or ArithmeticError.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is not part of any text unless it is asked for."""

    _value: str = field(repr=False)

    def get_secret_value(self) -> str:
        """Return the value."""
        return self._value


def read_header(text: str) -> str:
    """Return a text that is valid in an HTTP header."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError
    return text


def read_token(text: str) -> Secret:
    """Return a Discord token, without the "Bot " of an HTTP header that many copy with it."""
    return Secret(read_header(text.removeprefix("Bot ").lstrip()))


def read_key(text: str) -> Secret:
    """Return an API key, without the "Bearer " of an HTTP header."""
    return Secret(read_header(text.removeprefix("Bearer ").lstrip()))


def read_web_address(text: str) -> str:
    """Return an http(s) address to which paths can be appended."""
    parts = _web_parts(text)
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError
    return text.rstrip("/")


def read_proxy(text: str) -> str:
    """Return the address of an HTTP proxy; as with curl, the scheme may be missing."""
    address = text if "://" in text else f"http://{text}"
    _web_parts(address)
    return address


def _web_parts(address: str) -> SplitResult:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError
    return parts


def read_cache_address(text: str) -> str:
    """Return the address of a store: in memory, on disk or in Redis."""
    parts = urlsplit(text)
    complete = {
        "mem": True,
        # In "disk://data/cache", "data" is a host: the path would be /cache.
        "disk": not parts.netloc and len(parts.path) > 1,
        "redis": bool(parts.hostname),
        "rediss": bool(parts.hostname),
    }
    if not complete.get(parts.scheme, False) or parts.port == 0:
        raise ValueError
    return text


def read_units(text: str) -> Decimal | None:
    """Return a number above 0, or None for "auto"."""
    if text.lower() == "auto":
        return None
    number = Decimal(text)
    if not number.is_finite() or number <= 0:
        raise ValueError
    return number


def read_list(text: str) -> list[str]:
    """Return the parts of a comma-separated list."""
    return [part.strip() for part in text.split(",")]
