"""The languages that the bot speaks, read from `locales/`; English is what the code says itself.

To compile them at each start would take a twentieth of it; `make words` does it once.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError
from discord.app_commands import TranslationContextTypes, Translator, locale_str
from discord.enums import Locale as DiscordLocale

FOLDER = Path(__file__).parent / "locales"
TRANSLATED = ("de", "es", "fr")


@dataclass(frozen=True, slots=True)
class Language:
    """Sentences in a language, and the way a region writes its numbers."""

    translations: NullTranslations
    locale: Locale


@lru_cache
def language_of(discord_locale: str) -> Language:
    """Return the language for a Discord locale; English if the bot does not speak it.

    Discord adds locales without notice, and a region may be one that Babel does not know.
    """
    locale = _locale(discord_locale)
    if locale.language in TRANSLATED:
        return Language(_translations(locale.language), locale)
    english = locale if locale.language == "en" else Locale("en", "US")
    return Language(NullTranslations(), english)


def _locale(tag: str) -> Locale:
    for one in (tag, tag.partition("-")[0]):
        with suppress(ValueError, UnknownLocaleError):
            return Locale.parse(one, sep="-")
    return Locale("en", "US")


@lru_cache
def _translations(language: str) -> NullTranslations:
    with (FOLDER / f"{language}.mo").open("rb") as file:
        return GNUTranslations(file)


class CommandTranslator(Translator):
    """Translate the texts of the commands in Discord's clients."""

    async def translate(
        self, string: locale_str, locale: DiscordLocale, context: TranslationContextTypes
    ) -> str | None:
        """Return a name or description in a language; None if it is the same as in English."""
        language = locale.value.partition("-")[0]
        if language not in TRANSLATED:
            return None
        translated = _translations(language).gettext(string.message)
        return translated if translated != string.message else None
