"""A carousel's place (pack, class and pictures) as a value and as a `custom_id`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from api.wire.models import Link, Pack, PackClass, Prompt
from cogs.ui.controls import CLASS_KEY, NO_CLASS, class_by_key, class_key_in
from cogs.ui.start import ONE

CUSTOM_ID = re.compile(
    rf"pack:(?P<action>[a-z]+):(?P<pack>\d{{1,19}}):(?P<class>{CLASS_KEY})"
    r":(?P<index>\d{1,7}):(?P<size>[14])"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a carousel: pack, class, index of the picture, and pictures at a time.

    With four at a time, the index is that of one of them, for the way back to one at a time.
    """

    pack_id: int
    class_key: str = NO_CLASS
    index: int = 0
    size: int = ONE

    def custom_id(self, action: str) -> str:
        """Return the `custom_id` of a control for an action at this place."""
        return f"pack:{action}:{self.pack_id}:{self.class_key}:{self.index}:{self.size}"

    @classmethod
    def parse(cls, custom_id: str) -> tuple[str, Self]:
        """Return the action and the place in a `custom_id`; raises ValueError."""
        found = CUSTOM_ID.fullmatch(custom_id)
        if found is None:
            raise ValueError(custom_id)
        place = cls(int(found["pack"]), found["class"], int(found["index"]), int(found["size"]))
        return found["action"], place

    def in_class(self, key: str) -> Self:
        """Return the first place of another class."""
        return replace(self, class_key=key, index=0)


@dataclass(frozen=True, slots=True)
class Picture:
    """One prompt image that Discord can show."""

    url: str
    prompt_id: int | None


class Pictures:
    """The pictures of a class, in order; the objects are only made for those that are shown."""

    def __init__(self, prompts: Sequence[Prompt]) -> None:
        self._prompts = prompts
        self._total = sum(len(prompt.images) for prompt in prompts)

    def __len__(self) -> int:
        return self._total

    def between(self, start: int, stop: int) -> tuple[Picture, ...]:
        """Return the pictures from index `start` to before `stop`."""
        found: list[Picture] = []
        before = 0
        for prompt in self._prompts:
            if before >= stop:
                break
            urls = prompt.images[max(0, start - before) : stop - before]
            found += [Picture(url, prompt.id) for url in urls]
            before += len(prompt.images)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Carousel:
    """A pack opened at a place: what it shows, and the places around it."""

    pack: Pack
    place: Place
    pack_class: PackClass | None
    pictures: Pictures

    @property
    def start(self) -> int:
        """The index of the first picture shown."""
        return self.place.index - self.place.index % self.place.size

    @property
    def shown(self) -> tuple[Picture, ...]:
        """The pictures at this place."""
        return self.pictures.between(self.start, self.start + self.place.size)

    @property
    def links(self) -> tuple[Link, ...]:
        """The files among or after these pictures that Discord cannot show."""
        found: list[Link] = []
        before = 0
        for prompt in self.pack_class.prompts if self.pack_class else ():
            before += len(prompt.images)
            if self.start < before <= self.last or before == self.start == 0:
                found += prompt.links
        return tuple(found)

    @property
    def first(self) -> int:
        """The number of the first picture shown, from 1."""
        return self.start + 1

    @property
    def last(self) -> int:
        """The number of the last picture shown, from 1."""
        return self.start + len(self.shown)

    @property
    def pages(self) -> int:
        """The number of pages of the carousel."""
        return -(-len(self.pictures) // self.place.size)

    def at(self, index: int) -> Place:
        """Return the place of a picture, or of the nearest one."""
        return replace(self.place, index=max(0, min(index, len(self.pictures) - 1)))

    def resized(self, size: int) -> Place:
        """Return the place of the same picture with another number of pictures at a time."""
        return replace(self.place, size=size)


class ClassGone(Exception):
    """The pack no longer has the class in the `custom_id`."""


class PictureGone(Exception):
    """The class no longer has the picture in the `custom_id`."""


def open_carousel(pack: Pack, place: Place) -> Carousel:
    """Open a pack at a place; raises ClassGone or PictureGone."""
    if place.class_key == NO_CLASS:
        pack_class = _first_class(pack)
    else:
        pack_class = class_by_key(pack.classes, place.class_key)
        if pack_class is None:
            raise ClassGone
    pictures = Pictures(pack_class.prompts if pack_class else ())
    if place.index and place.index >= len(pictures):
        raise PictureGone
    key = class_key_in(pack.classes, pack_class) if pack_class else NO_CLASS
    return Carousel(pack, replace(place, class_key=key), pack_class, pictures)


def _first_class(pack: Pack) -> PackClass | None:
    """Return the first class with pictures or links, else the first one."""
    with_pictures = (one for one in pack.classes if any(prompt.images for prompt in one.prompts))
    return next(with_pictures, next(iter(pack.classes), None))
