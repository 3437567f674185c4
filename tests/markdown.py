"""What Discord's clients would make of a text: markup, mentions and links that are alive in it."""

from __future__ import annotations

import re

_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")

# What the bot itself writes: dates, the names of its commands, and where a pack's title leads.
_OWN = re.compile(
    r"<t:-?\d+:[tTdDfFR]>|`/[a-z]+`|\]\(https://www\.astria\.ai/p/[\w.~%-]+\)"
    r"|\]\(<https?://[^<>\s()]+>\)"
    r"|<https://www\.astria\.ai/p/[\w.~%-]+>",
    re.ASCII,
)

_MARKUP = re.compile(r"[*_~`|<>\[\]()#@]|:\w+:|://|^\d+\.|^[-#>]|(?<=\w)\.(?=\w)", re.MULTILINE)
_REACHES_OUT = re.compile(r"[@<`]|\]\(|://|\|\||<[@#:]")


def is_plain(text: str) -> bool:
    """Tell whether a client shows a text as it is: no markup in it is alive."""
    return not _MARKUP.search(_ESCAPED.sub("·", text))


def is_closed(text: str) -> bool:
    """Tell whether all that is bold in a text ends in it."""
    return _ESCAPED.sub("x", text).count("**") % 2 == 0


def reaches_out(text: str) -> bool:
    """Tell whether a text of the bot's pings somebody, links, or hides a part of itself."""
    alive = _ESCAPED.sub("x", _OWN.sub("", text))
    return bool(_REACHES_OUT.search(alive))
