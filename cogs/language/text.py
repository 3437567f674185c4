"""Make text from outside safe and short enough to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_ELLIPSIS = "…"

# Discord's client shows any ASCII punctuation after a backslash as itself. Colons are among
# them because they make links, emoji and timestamps.
# A dot inside a word makes links and invites ("discord.gg/…"), even without "https".
_MARKUP = re.compile(r"([\\*_~`|<>\[\]()#@:+\-]|(?<=\w)\.(?=\w))")
_NUMBERED = re.compile(r"^(\d+)\.")

# Invisible letters and symbols (Unicode, "Default_Ignorable_Code_Point", and the blanks of
# Braille and of music).
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\U0001d159")

# How many names of packs and classes are remembered: enough for those of a list.
_MOST_NAMES, _LONGEST_NAME = 4_000, 200

_ZERO_WIDTH_JOINER = "\u200d"
_MOST_MARKS = 2


def length(text: str) -> int:
    """Return the length as Discord's clients count it, in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def plain(text: str | None) -> str:
    """Return a text on one line, without invisible characters and stacked accents."""
    text = text or ""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return _remembered(text) if len(text) <= _LONGEST_NAME else _visible(text)


def _visible(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if kind[0] == "Z" or character in _BLANKS or character in "\t\n\r":
            kept.append(" ")
        elif (kind[0] != "C" or character == _ZERO_WIDTH_JOINER) and marks <= _MOST_MARKS:
            kept.append(character)
    cleaned = " ".join("".join(kept).split())
    visible = any(unicodedata.category(character)[0] not in "CMZ" for character in cleaned)
    return cleaned if visible else ""


@lru_cache(_MOST_NAMES)
def _remembered(text: str) -> str:
    return _visible(text)


def clipped(text: str, limit: int) -> str:
    """Return the beginning of a text, of at most `limit` characters."""
    kept = text[:limit]
    while length(kept) > limit:
        kept = kept[:-1]
    return kept


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters, ended at a word with "…" if it is longer."""
    if length(text) <= limit:
        return text
    kept = clipped(text, limit - 1)
    at_word = kept.rsplit(" ", 1)[0] if " " in kept[limit // 2 :] else kept
    return at_word.rstrip() + _ELLIPSIS


def escaped(text: str, limit: int) -> str:
    """Escape a text, so that it has no markdown, mention or link, within the limit."""
    room = limit
    while True:
        safe = _NUMBERED.sub(r"\1\\.", _MARKUP.sub(r"\\\1", cut(text, room)))
        excess = length(safe) - limit
        if excess <= 0:
            return safe
        room -= max(1, excess // 2)


def fitting(lines: Iterable[str], limit: int) -> list[str]:
    """Return as many whole lines as fit; a price that is cut would be wrong."""
    kept: list[str] = []
    room = limit + 1
    for line in lines:
        room -= length(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept
