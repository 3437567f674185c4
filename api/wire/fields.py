"""Convert one JSON value to one type; the result is None or empty if it is of another type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import cast

# A larger number is not an id of Astria's, and would not fit into a `custom_id`.
_LARGEST_ID = 2**63 - 1

# A longer text is cut. Valid addresses are shorter, so cutting never makes one out of another.
_LONGEST_TEXT = 4_096

# A longer text is not a class name; thousands of them would slow down each search.
_LONGEST_NAME = 200
_MOST_NAMES = 1_000

_WHOLE = re.compile(r"([0-9]{1,19})(\.0*)?", re.ASCII)


def mapping(value: object) -> dict[str, object]:
    """Return an object's members; empty if it is not an object."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def sequence(value: object) -> list[object]:
    """Return a list's entries; empty if it is not a list."""
    return cast("list[object]", value) if isinstance(value, list) else []


def by_class(value: object) -> dict[str, list[object]]:
    """Return an object's members by class name, without keys that cannot be class names.

    A name has several members if it is written in several ways: "cat" and " cat".
    """
    found: dict[str, list[object]] = {}
    for key, entry in islice(mapping(value).items(), _MOST_NAMES):
        if (name := text(key)) and len(name) <= _LONGEST_NAME:
            found.setdefault(name, []).append(entry)
    return found


def names(value: object) -> Iterator[str]:
    """Yield the names in a list, or a single name."""
    for entry in [value] if isinstance(value, str) else sequence(value)[:_MOST_NAMES]:
        name = text(entry)
        if name and len(name) <= _LONGEST_NAME:
            yield name


def text(value: object) -> str | None:
    """Return a text, or a number as text; None if it is blank."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    # A lone surrogate cannot be sent anywhere.
    return value[:_LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8").strip() or None


def whole(value: object, largest: int) -> int | None:
    """Return a number from 0 to `largest`; it may be written as text."""
    if isinstance(value, str):
        digits = _WHOLE.fullmatch(value.strip())
        value = int(digits[1]) if digits else None
    if isinstance(value, Decimal):
        value = int(value) if 0 <= value <= largest and value == value.to_integral() else None
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= largest else None


def identifier(value: object) -> int | None:
    """Return an id: a number above 0."""
    return whole(value, _LARGEST_ID) or None


def moment(value: object) -> datetime | None:
    """Return a date in UTC."""
    if not isinstance(value, str):
        return None
    try:
        date = datetime.fromisoformat(value.strip())
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
