"""Find live markup, mentions and links in a text, as Discord's clients would."""

from __future__ import annotations

import re

_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")

# The bot's own markup: dates, its commands, and the links of pack titles.
_OWN = re.compile(
    r"<t:-?\d+:[tTdDfFR]>|`/[a-z]+`|\]\(https://www\.astria\.ai/p/[\w.~%-]+\)"
    r"|\]\(<https?://[^<>\s()]+>\)"
    r"|<https://www\.astria\.ai/p/[\w.~%-]+>",
    re.ASCII,
)

_MARKUP = re.compile(r"[*_~`|<>\[\]()#@]|:\w+:|://|^\d+\.|^[-#>]|(?<=\w)\.(?=\w)", re.MULTILINE)
_REACHES_OUT = re.compile(r"[@<`]|\]\(|://|\|\||<[@#:]")


def is_plain(text: str) -> bool:
    """Tell whether a client shows a text unchanged, without live markup."""
    return not _MARKUP.search(_ESCAPED.sub("·", text))


def is_closed(text: str) -> bool:
    """Tell whether all bold markup of a text is closed."""
    return _ESCAPED.sub("x", text).count("**") % 2 == 0


def reaches_out(text: str) -> bool:
    """Tell whether a text of the bot pings somebody, has a foreign link, or hides a part."""
    alive = _ESCAPED.sub("x", _OWN.sub("", text))
    return bool(_REACHES_OUT.search(alive))
