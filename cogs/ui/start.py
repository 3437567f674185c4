"""Where to open a pack, as a value and as the `custom_id` of a menu that opens packs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from api.catalogue.search import closest_names
from api.wire.models import PackClass, find_class
from cogs.interactions.control import OPEN_PACK
from cogs.language.class_words import likely_classes
from cogs.language.copied import asks_privately, read_options
from cogs.language.text import plain
from cogs.ui.controls import (
    FILTER_KEY,
    class_by_key,
    filter_key,
    names_by_filter_key,
    one_name,
)

ONE, FOUR = 1, 4

_PUBLIC, _PRIVATE, _NO_CLASS = "public", "private", "-"

# No class has a longer name; a typed text may have 6,000 characters.
_LONGEST_TYPED = 200

_NUMBER = re.compile(r"[1-9][0-9]{0,6}")

CUSTOM_ID = re.compile(
    rf"{OPEN_PACK}(?::(?P<class>{FILTER_KEY}|-):(?P<picture>\d{{1,7}}):(?P<size>[14])"
    rf":(?P<seen>{_PUBLIC}|{_PRIVATE}))?"
)
"""The `custom_id` in releases before 1.1, which had no class and no picture."""


@dataclass(frozen=True, slots=True)
class Start:
    """The place at which a person wants to open a pack."""

    class_name: str | None = None
    """As it was typed."""
    class_key: str | None = None
    """The class in another form: its key in a list's filter or in a menu of classes."""
    picture: int = 1
    """From 1."""
    at_a_time: int = ONE
    private: bool = True

    def custom_id(self) -> str:
        """Return the `custom_id` of a menu that opens a pack there."""
        key = self.class_key or (filter_key(self._meant) if self._meant else _NO_CLASS)
        seen = _PRIVATE if self.private else _PUBLIC
        return f"{OPEN_PACK}:{key}:{self.picture}:{self.at_a_time}:{seen}"

    @classmethod
    def parse(cls, custom_id: str) -> Self:
        """Parse the `custom_id` of a menu; raises ValueError."""
        found = CUSTOM_ID.fullmatch(custom_id)
        if found is None:
            raise ValueError(custom_id)
        if found["seen"] is None:
            return cls()
        return cls(
            class_key=None if found["class"] == _NO_CLASS else found["class"],
            picture=int(found["picture"]),
            at_a_time=int(found["size"]),
            private=found["seen"] == _PRIVATE,
        )

    def with_copied(self, text: str) -> Self:
        """Fill unset fields from a copied command."""
        options = read_options(text)
        picture, at_a_time = options.get("page", ""), options.get("pictures", "")
        begins = self.picture == 1 and _NUMBER.fullmatch(picture)
        return replace(
            self,
            class_name=self.class_name or (not self.class_key and options.get("class")) or None,
            picture=int(picture) if begins else self.picture,
            at_a_time=FOUR if at_a_time == str(FOUR) else self.at_a_time,
            private=self.private or asks_privately(text),
        )

    @property
    def names_class(self) -> bool:
        """Whether the class is set."""
        return bool(self.class_name or self.class_key)

    def class_of(self, classes: Sequence[PackClass]) -> PackClass | None:
        """Return the wanted class, if it is one of these; it may be mistyped."""
        if key := self.class_key:
            names = names_by_filter_key((one.name for one in classes), key)
            called = (one for one in classes if one.name in names)
            return class_by_key(classes, key) or next(called, None)
        return class_named(classes, self.class_name or "")

    @property
    def _meant(self) -> str | None:
        if not self.class_name:
            return None
        likely = likely_classes(self.class_name)
        return likely[0] if len(likely) == 1 else self.class_name


def class_named(classes: Sequence[PackClass], typed: str) -> PackClass | None:
    """Return the class of a pack that a person means by a typed text."""
    meant = class_meant([one.name for one in classes], typed)
    return find_class(classes, meant) if meant is not None else None


def class_meant(names: Sequence[str], typed: str) -> str | None:
    """Return the class that a person means: by its name, by a synonym, or by the closest one."""
    typed = typed.strip()[:_LONGEST_TYPED]
    for key in (str.strip, str.casefold, _as_shown, one_name):
        wanted = key(typed)
        if found := next((name for name in names if key(name) == wanted), None):
            return found
    likely = likely_classes(plain(typed))
    close = set[str]() if likely else set(closest_names(plain(typed), names))
    meant = [name for name in names if one_name(name) in likely or name in close]
    return meant[0] if len(meant) == 1 else None


def _as_shown(name: str) -> str:
    return plain(name).casefold()
