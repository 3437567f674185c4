"""Sentences in a language, with numbers and dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from cogs.language.languages import Language
from cogs.language.text import escaped

_LONGEST_QUOTE = 80


def quote(text: str) -> str:
    """Escape a text from outside for use in a sentence."""
    return escaped(text, _LONGEST_QUOTE)


class Sentence:
    """A sentence without placeholders; each language translates it once, and remembers it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._name = ""

    def __set_name__(self, owner: type[Speech], name: str) -> None:
        self._name = name

    def __get__(self, speech: Speech, owner: type[Speech]) -> str:
        said = speech.__dict__[self._name] = speech.say(self._text)
        return said


class Speech:
    """The base of all classes of sentences: a language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    @property
    def language(self) -> str:
        """The code of the language, such as "de"."""
        return self._language.locale.language

    def say(self, text: str, /, **values: str) -> str:
        """Return a sentence in this language, with values for its placeholders in braces."""
        return self._language.translations.gettext(text).format(**values)

    def count(self, one: str, many: str, number: int) -> str:
        """Return the plural form of a sentence for a number, with the number filled in."""
        form = self._language.translations.ngettext(one, many, number)
        return form.format(number=self.number(number))

    def number(self, number: int | Decimal) -> str:
        """Write a number."""
        return format_decimal(number, locale=self._language.locale)

    def date(self, moment: datetime) -> str:
        """Write a date that each client shows in its own format."""
        return f"<t:{int(moment.timestamp())}:D>"

    def day(self, moment: datetime) -> str:
        """Write a date in words, for text outside Discord."""
        return format_date(moment, "medium", locale=self._language.locale)

    def age(self, moment: datetime) -> str:
        """Write a relative time; clients keep it up to date."""
        return f"<t:{int(moment.timestamp())}:R>"

    def stale(self, as_of: datetime, *, failing: bool) -> str:
        """Say how old the data is."""
        age = self.age(as_of)
        if failing:
            return self.say("*Astria can't be reached; as of {age}.*", age=age)
        return self.say("*As of {age}.*", age=age)

    def command(self, name: str) -> str:
        """Write a command as the reader's client shows it."""
        return f"/{self.say(name)}"

    def with_options(self, command: str, options: Mapping[str, object]) -> str:
        """Write a command and those options that have a value, as the reader's client does."""
        said = (f"{self.say(name)}:{value}" for name, value in options.items() if value)
        return " ".join([self.command(command), *said])
