"""Addresses of pictures and videos: those that Discord takes, and what it can show of them."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from yarl import URL

from api.wire.models import LinkKind

# Discord's limit for the address of an embed's picture.
_LONGEST_ADDRESS = 2_048

# Discord refuses a whole message for a host without a dot, or with an underscore. A host whose last
# label begins with a digit is an IP address, in one of the ways to write it.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?"
_PORT = r"(?::(?P<port>[1-9][0-9]{0,4}))?"
# RFC 3986, "pchar" and what divides a path, a query and a fragment.
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

    One that is valid already stays as it is, byte for byte: its signature would no longer fit.
    """
    if not text or len(text) > _LONGEST_ADDRESS:
        return None
    return text if _is_valid(text) else _repaired(text)


def _is_valid(text: str) -> bool:
    found = _ADDRESS.fullmatch(text) if len(text) <= _LONGEST_ADDRESS else None
    return found is not None and int(found["port"] or 1) <= _LARGEST_PORT


def _repaired(text: str) -> str | None:
    """Return an address with what is not allowed in one as escapes, and its host in ASCII."""
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
    """Return what Discord can only link to, not show; None for a picture that it can show.

    The content type says so if there is a telling one, else the address's ending does.
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
