"""Packs as Astria describes them, as immutable values.

The fields are those of Astria's packs page (`GET /packs`, `GET /gallery/packs`, `GET /p/:id`); all
but the id may be missing. Money is in exact decimals; dates are in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec


class Source(StrEnum):
    """Where packs come from: the account's own, the public gallery, or both."""

    MINE = "mine"
    GALLERY = "gallery"
    ALL = "all"


class Include(StrEnum):
    """Which packs to ask Astria for: public and listed ones, public ones, or all."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    EVERYTHING = "everything"


class Sort(StrEnum):
    """The order of a list; unknown values come last."""

    NEWEST = "newest"
    TITLE = "title"
    PRICE = "price"
    PER_IMAGE = "image"
    """By the lowest price per image."""


class Visibility(StrEnum):
    """Who may see a pack, according to `public_at` and `unlisted_at`."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"
    UNSAID = "unsaid"
    """The answer had no `public_at`; only a list that Astria filtered can decide."""


class LinkKind(StrEnum):
    """The kind of a file that Discord cannot show as a picture."""

    VIDEO = "video"
    FILE = "file"


class Link(msgspec.Struct, frozen=True, gc=False):
    """A file to open in a browser: a video, a PDF, a HEIC."""

    url: str
    kind: LinkKind


class Prompt(msgspec.Struct, frozen=True, gc=False):
    """One prompt of a class, with its example images.

    Discord accepts all the addresses in an embed.
    """

    id: int | None
    images: tuple[str, ...] = ()
    """The addresses of its pictures, if any."""
    links: tuple[Link, ...] = ()
    """Videos and files, which do not count as pictures."""


class Price(msgspec.Struct, frozen=True, gc=False):
    """An amount of money, as shown to a reader."""

    amount: Decimal
    currency: str = "USD"
    """The code of ISO 4217."""
    approximate: bool = False
    """The amount rests on an assumption: replies say "about"."""


class PackClass(msgspec.Struct, frozen=True, gc=False):
    """A pack's offer for one class, such as woman or cat.

    `exact_cost` and `listed_units` are Astria's figures. The catalogue turns them into `price`, and
    removes them, before anybody sees the class.
    """

    name: str
    price: Price | None = None
    """The price of all images, for the reader; None if it is unknown."""
    price_shown: bool = True
    """False if this reader may not see prices; then not even "unknown" is written."""
    own_price: bool = False
    """Whether the price is the shop's own, not Astria's cost."""
    cost: Price | None = None
    """Astria's cost, only if the price is the shop's and this reader may see costs."""
    num_images: int | None = None
    prompts: tuple[Prompt, ...] = ()
    exact_cost: Decimal | None = None
    """US dollars, from `costs`, whose unit is known."""
    listed_units: Decimal | None = None
    """The figure of `cost_mc_hash`; its unit is not known here."""

    @property
    def price_per_image(self) -> Price | None:
        """The price of one image; None if the price or the number of images is unknown."""
        if self.price is None or not self.num_images:
            return None
        return msgspec.structs.replace(self.price, amount=self.price.amount / self.num_images)


class Pack(msgspec.Struct, frozen=True, kw_only=True, weakref=True):
    """One pack, from a list or in full; only a full one has prompts."""

    id: int
    slug: str | None = None
    slug_may_mislead: bool = False
    """Whether an address by slug may lead to another pack."""
    title: str | None = None
    subtitle: str | None = None
    cover_url: str | None = None
    cover_link: Link | None = None
    """The cover, if Discord cannot show it as a picture; then there is no `cover_url`."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    visibility: Visibility = Visibility.UNSAID
    classes: tuple[PackClass, ...] = ()
    """The main class first."""
    main_class_name: str | None = None
    reference_class_names: tuple[str, ...] = ()
    """Things that a person must bring a picture of besides themselves, such as a bag."""
    use_multi: bool = False
    """Whether one image combines several reference pictures."""
    base_tune_id: int | None = None
    user_id: int | None = None
    token: str | None = None
    multiplier: Decimal | None = None
    multiplier_api: Decimal | None = None
    model_type: str | None = None
    tag_category: str | None = None
    public_at: datetime | None = None
    unlisted_at: datetime | None = None
    unlisted: bool = False
    """Whether there was an `unlisted_at` with any value."""
    logo: str | None = None


# CPython's overhead for a string, and for a prompt or class. In bytes.
_STRING, _STRUCT = 50, 200


def weight_of(pack: Pack) -> int:
    """Estimate how many bytes a pack takes in memory."""
    prompts = [prompt for one in pack.classes for prompt in one.prompts]
    urls = [url for prompt in prompts for url in prompt.images]
    urls += [link.url for prompt in prompts for link in prompt.links]
    structs = 1 + len(pack.classes) + len(prompts)
    return structs * _STRUCT + len(urls) * _STRING + sum(map(len, urls))


_STRICTEST_FIRST = (
    Visibility.PRIVATE, Visibility.UNLISTED, Visibility.UNSAID, Visibility.PUBLIC,
)  # fmt: skip


def stricter(pack: Pack, other: Pack) -> Pack:
    """Return the one of two packs with the same id that fewer people may see; else the first."""
    return min(pack, other, key=lambda one: _STRICTEST_FIRST.index(one.visibility))


def find_class(classes: Iterable[PackClass], name: str) -> PackClass | None:
    """Return the class with that name; failing that, one that differs only by case."""
    offered = tuple(classes)
    exact = next((one for one in offered if one.name == name), None)
    return exact or next((one for one in offered if one.name.casefold() == name.casefold()), None)
