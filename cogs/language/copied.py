"""Read a copied command, in any of the bot's languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from discord.app_commands import locale_str

from api.wire.addresses import copied_options, pack_reference
from cogs.language import command_words as said
from cogs.language.languages import TRANSLATED, language_of

_COMPARED = (said.FIRST, said.SECOND, said.THIRD)

# The ways in which a client may write that an answer is not private.
_PUBLIC_WORDS = frozenset({"false", "0", ""})


def asks_privately(text: str) -> bool:
    """Tell whether a copied command asks for a private answer."""
    return read_options(text).get("private", "false").casefold() not in _PUBLIC_WORDS


def packs_to_compare(text: str) -> list[str]:
    """Return the references to packs in a copied `/compare`; for other texts, the text itself."""
    options = read_options(text)
    return [options[one.message] for one in _COMPARED if one.message in options] or [text]


def copied_commands(text: str) -> Iterator[str]:
    """Yield the bot's own commands that stand in a message, each on a line of its own."""
    for line in text.splitlines():
        # Replies end with their command in small print, where marks of markdown are escaped.
        command = re.sub(r"\\([^\w\s])", r"\1", line.removeprefix("-# "))
        name = command.removeprefix("/").partition(" ")[0]
        if command.startswith("/") and name.casefold() in _command_names():
            yield command


def packs_named(command: str) -> list[str]:
    """Return the ids, slugs or addresses of packs in a copied command."""
    options = copied_options(command)
    named = [pack_reference(command)] if "id" in options else packs_to_compare(command)
    return [ref for ref in named if ref != command and " " not in ref]


def read_options(text: str) -> dict[str, str]:
    """Return the options of a copied command by English name; empty if it is not a command."""
    known = _option_names()
    options = copied_options(text)
    return {known[name]: value for name, value in options.items() if name in known}


@lru_cache
def _option_names() -> Mapping[str, str]:
    options = (said.CLASS, said.PAGE, said.PICTURES, said.PRIVATE, *_COMPARED)
    return _english_names(options)


@lru_cache
def _command_names() -> Mapping[str, str]:
    return _english_names((said.PACK, said.COMPARE))


def _english_names(named: Sequence[locale_str]) -> Mapping[str, str]:
    """Return what clients show in any language, each with its English name."""
    names = [one.message for one in named]
    translations = [language_of(language).translations for language in ("en", *TRANSLATED)]
    return {each.gettext(name).casefold(): name for each in translations for name in names}
