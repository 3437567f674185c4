"""Read a command that somebody copied, in whatever language their client showed it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from api.wire.addresses import copied_options
from cogs.language import command_words as said
from cogs.language.languages import TRANSLATED, language_of


def read_options(text: str) -> dict[str, str]:
    """Return the options of a copied `/pack` by their English names; none if it is no command."""
    known = _option_names()
    options = copied_options(text)
    return {known[name]: value for name, value in options.items() if name in known}


@lru_cache
def _option_names() -> Mapping[str, str]:
    names = [one.message for one in (said.CLASS, said.PAGE, said.PICTURES, said.PRIVATE)]
    translations = [language_of(language).translations for language in ("en", *TRANSLATED)]
    return {each.gettext(name).casefold(): name for each in translations for name in names}
