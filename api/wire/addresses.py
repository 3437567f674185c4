"""References to a pack: Astria's web addresses, and the forms in which the bot writes them."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

SITE = "https://www.astria.ai"
GALLERY = f"{SITE}/gallery/packs"

# The pages of a pack, after the host: with or without the language of the site.
_PAGE = (
    r"/(?:[a-z]{2}(?:-[a-z]{2,4})?/)?"
    r"(?:p/(?P<ref>[^\s/?#<>()\[\]{}\"'`|*,;“”„«»…\\]+)"
    r"|packs/(?P<pack>[0-9]+)(?![\w-])"
    r"|prompts[^\s?#]*\?(?:[^\s#]*?[&;])?pack_id=(?P<of>[0-9]+))"
)
_PACK_ADDRESS = re.compile(
    rf"(?<![\w.-])(?:www\.|api\.)?astria\.ai(?::[0-9]+)?{_PAGE}", re.IGNORECASE
)
_PATH = re.compile(rf"{_PAGE}(?:[/?#]\S*)?", re.IGNORECASE)

# These end a sentence or a piece of markdown; a slug does not end in them.
_AFTER_AN_ADDRESS = ".:!~_"

# Words before the id of a pack; Astria's site calls a pack "template".
_NUMBERED = re.compile(
    r"(?:(?:(?:foto-)?pack|template)\s*)?#?\s*(?P<id>[0-9]{1,19})", re.IGNORECASE
)

_DIVIDER = " · "

# "name:value", as clients copy the options of a command; a value ends before the next option.
_OPTION = re.compile(
    r"(?:^|(?<=\s))(?P<name>[^\W\d_]+):(?!//)\s*(?P<value>.*?)\s*"
    r"(?=\s[^\W\d_]+:(?!//)|$)",
    re.DOTALL,
)
_ID_OPTION = "id"


def pack_address(pack_id: int, slug: str | None = None) -> str:
    """Return the web address of a pack: by its slug, unless that would lead elsewhere."""
    # A slug of digits would be another pack's id, and dots would change the path.
    named = slug and slug.strip(".") and not slug.isdecimal()
    return f"{SITE}/p/{quote(slug or '', safe='') if named else pack_id}"


def pack_references(text: str) -> list[str]:
    """Return the ids and slugs of all pack addresses in a text, in order, each once."""
    return list(dict.fromkeys(filter(None, map(_named, _PACK_ADDRESS.finditer(text)))))


def pack_reference(text: str) -> str:
    """Return the id or slug that a person meant, or the text itself if it has no known form.

    The forms: a pasted address, a copied command (`/pack id:260 class:man`), and the bot's names
    of a pack: `Pack 260`, `#260`, `260 · slug`, `Title · 260 · woman, man`.
    """
    if addresses := pack_references(text):
        return addresses[0]
    named = copied_options(text).get(_ID_OPTION, text).strip()
    if (path := _PATH.fullmatch(named)) and (ref := _named(path)):
        return ref
    return _numbered(named.split(_DIVIDER)) or named


def copied_options(text: str) -> dict[str, str]:
    """Return the options of a copied command by name; empty if the text is not a command."""
    command = text.strip()
    if not command.startswith("/") and not command.casefold().startswith(f"{_ID_OPTION}:"):
        return {}
    return {found["name"].casefold(): found["value"] for found in _OPTION.finditer(command)}


def _named(address: re.Match[str]) -> str | None:
    """Return the id or slug in an address."""
    if number := address["pack"] or address["of"]:
        return number
    return unquote(address["ref"].rstrip(_AFTER_AN_ADDRESS).removesuffix(".json")) or None


def _numbered(parts: list[str]) -> str | None:
    """Return the id in the parts of one of the bot's own names of a pack."""
    ids = [found["id"] if (found := _NUMBERED.fullmatch(part.strip())) else None for part in parts]
    # A number before a name is an id; before another number it is a title.
    if ids[0] and (len(ids) < 3 or not ids[1]):
        return ids[0]
    # After the title come the id and, if there are any, the classes.
    return (len(ids) > 2 and ids[-2]) or next(filter(None, reversed(ids)), None)
