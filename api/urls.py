"""Astria's web addresses: for members to open, and to recognise in what they paste."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

SITE = "https://www.astria.ai"
GALLERY = f"{SITE}/gallery/packs"

_PACK_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|api\.)?astria\.ai/p/(?P<ref>[^\s/?#<>()\[\]\"'|*,;]+)", re.IGNORECASE
)


def pack_address(ref: str | int) -> str:
    """Return the web address of a pack, given its slug or id."""
    return f"{SITE}/p/{quote(str(ref), safe='')}"


def pack_reference(text: str) -> str:
    """Return the id or slug that a person meant: the one in a pasted pack address, or the text."""
    found = _PACK_ADDRESS.search(text)
    return unquote(found["ref"]) if found else text.strip()


def pack_references(text: str) -> list[str]:
    """Return the ids and slugs of all pack addresses in a text, in order, each once."""
    return list(dict.fromkeys(unquote(ref) for ref in _PACK_ADDRESS.findall(text)))
