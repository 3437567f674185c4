"""Astria's web addresses: for members to open, and to recognise in what they paste."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

SITE = "https://www.astria.ai"
GALLERY = f"{SITE}/gallery/packs"

_PACK_ADDRESS = re.compile(
    r"(?<![\w.-])(?:www\.|api\.)?astria\.ai/p/(?P<ref>[^\s/?#<>()\[\]{}\"'`|*,;“”„«»…\\]+)",
    re.IGNORECASE,
)

# What ends a sentence or a piece of markdown, not a slug.
_AFTER_AN_ADDRESS = ".:!~_"


def pack_address(pack_id: int, slug: str | None = None) -> str:
    """Return the web address of a pack: by its slug, unless that would lead elsewhere."""
    # Digits are another pack's id, and dots are the way up.
    named = slug and slug.strip(".") and not slug.isdecimal()
    return f"{SITE}/p/{quote(slug or '', safe='') if named else pack_id}"


def pack_reference(text: str) -> str:
    """Return the id or slug that a person meant: the one in a pasted pack address, or the text."""
    return next(iter(pack_references(text)), text.strip())


def pack_references(text: str) -> list[str]:
    """Return the ids and slugs of all pack addresses in a text, in order, each once."""
    found = (ref.rstrip(_AFTER_AN_ADDRESS) for ref in _PACK_ADDRESS.findall(text))
    return list(dict.fromkeys(unquote(ref) for ref in found if ref))
