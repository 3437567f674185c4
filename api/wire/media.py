"""Addresses of pictures and videos: which of them Discord accepts, and which it can show."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from yarl import URL

from api.wire.models import LinkKind

# Discord's limit for the address of an embed's image.
_LONGEST_ADDRESS = 2_048

# Discord refuses a whole message for a host without a dot, or with an underscore. A host whose last
# label begins with a digit is a form of an IP address.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?"
_PORT = r"(?::(?P<port>[1-9][0-9]{0,4}))?"
# RFC 3986: "pchar" and the separators of path, query and fragment.
_SAFE = "-._~!$&'()*+,;=:@/?#"
_ALLOWED = rf"[a-z0-9{re.escape(_SAFE)}]*+"
_REST = rf"(?:[/?#]{_ALLOWED}(?:%[0-9a-f]{{2}}{_ALLOWED})*+)?"
_ADDRESS = re.compile(rf"https?://{_HOST}{_PORT}{_REST}", re.ASCII | re.IGNORECASE)

_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#\\@]+)(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_LONE_PERCENT = re.compile(r"%(?![0-9a-f]{2})", re.IGNORECASE)
_LARGEST_PORT = 65_535

_VIDEO_ENDINGS = frozenset(
    ["3gp", "avi", "flv", "m3u8", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "ogv", "webm", "wmv"]
)
_FILE_ENDINGS = frozenset(
    ["bmp", "eps", "heic", "heics", "heif", "heifs", "jxl", "pdf", "psd", "svg", "svgz", "tif",
     "tiff", "zip"]
)  # fmt: skip
_SHOWN_TYPES = frozenset(
    ["image/jpeg", "image/jpg", "image/pjpeg", "image/png", "image/apng", "image/gif",
     "image/webp", "image/avif"]
)  # fmt: skip


def web_address(text: str | None) -> str | None:
    """Return an http(s) address that an embed accepts, or None.

    A valid address stays the same, byte for byte: a change would break its signature.
    """
    if not text or len(text) > _LONGEST_ADDRESS:
        return None
    return text if _is_valid(text) else _repaired(text)


def _is_valid(text: str) -> bool:
    found = _ADDRESS.fullmatch(text) if len(text) <= _LONGEST_ADDRESS else None
    return found is not None and int(found["port"] or 1) <= _LARGEST_PORT


def _repaired(text: str) -> str | None:
    """Return an address with forbidden characters escaped, and its host in ASCII."""
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    try:
        authority = URL(f"{parts['scheme']}://{parts['authority']}").raw_authority
        rest = quote(_LONE_PERCENT.sub("%25", parts["rest"]), safe=f"{_SAFE}%")
    except (ValueError, UnicodeError):
        return None
    address = f"{parts['scheme']}://{authority}{rest}"
    return address if _is_valid(address) else None


def link_kind(address: str, content_type: str | None) -> LinkKind | None:
    """Return the kind of a file that Discord can only link to; None for a picture that it can show.

    The content type decides if it says enough, else the file extension in the address.
    """
    kind = (content_type or "").partition(";")[0].strip().casefold()
    if kind in _SHOWN_TYPES:
        return None
    if "/" in kind and not kind.endswith("/octet-stream"):
        return LinkKind.VIDEO if kind.startswith("video/") else LinkKind.FILE
    name = urlsplit(address).path.rpartition("/")[2]
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if ending in _VIDEO_ENDINGS:
        return LinkKind.VIDEO
    return LinkKind.FILE if ending in _FILE_ENDINGS else None
