"""Every sentence the bot says, and how it writes money and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, format_decimal

from api.models import Include, Sort, Source
from cogs.text import escaped

_CENT = Decimal("0.01")

_LONGEST_QUOTE = 80
_LONGEST_CLASS_IN_A_LINE = 40


def _quote(text: str) -> str:
    return escaped(text, _LONGEST_QUOTE)


class Words:
    """The bot's words in one language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale

    # Money, numbers and dates

    def number(self, number: int) -> str:
        """Write a whole number."""
        return format_decimal(number, locale=self.locale)

    def price(self, usd: Decimal | None) -> str:
        """Write a price in US dollars to the cent, or to the fraction of a cent it has."""
        if usd is None:
            return "price unknown"
        exact = usd == usd.quantize(_CENT)
        pattern = None if exact else "¤#,##0.00##"
        return format_currency(usd, "USD", pattern, locale=self.locale, currency_digits=exact)

    def price_per_image(self, usd: Decimal | None) -> str | None:
        """Write what one image costs, rounded to the cent; nothing where it is unknown."""
        if usd is None:
            return None
        if 0 < usd < _CENT:
            return f"under {self.price(_CENT)} per image"
        return f"{self.price(usd.quantize(_CENT))} per image"

    def images(self, number: int | None) -> str:
        """Say how many images a class has."""
        if number is None:
            return "number of images unknown"
        return "1 image" if number == 1 else f"{self.number(number)} images"

    def date(self, moment: datetime) -> str:
        """Write a date that every client shows in its own way."""
        return f"<t:{int(moment.timestamp())}:D>"

    def stale(self, as_of: datetime, *, failing: bool) -> str:
        """Say how old the data is."""
        age = f"<t:{int(as_of.timestamp())}:R>"
        return f"*Astria cannot be reached; as of {age}.*" if failing else f"*As of {age}.*"

    # One pack

    def untitled(self, pack_id: int) -> str:
        """Name a pack that has no title."""
        return f"Pack {pack_id}"

    def standing(self, class_name: str, first: int, last: int, total: int) -> str:
        """Say which pictures of a class are shown."""
        shown = self.number(first) if first == last else f"{self.number(first)}–{self.number(last)}"
        return f"**{_quote(class_name)}** · {shown} of {self.number(total)}"

    def prompts(self, ids: Sequence[int]) -> str:
        """Name the prompts of the pictures."""
        listed = ", ".join(str(one) for one in ids)
        return f"Prompt {listed}" if len(ids) == 1 else f"Prompts {listed}"

    def identity(self, pack_id: int, slug: str | None, updated_at: datetime | None) -> str:
        """Say what a pack is called by machines, and when it was last changed."""
        parts = [f"Pack {pack_id}"]
        if slug:
            parts.append(_quote(slug))
        if updated_at:
            parts.append(f"updated {self.date(updated_at)}")
        return " · ".join(parts)

    def no_pictures(self, class_name: str) -> str:
        """Say that a class has no example pictures."""
        return f"**{_quote(class_name)}** · no example pictures yet"

    unnamed_class = "(no name)"
    no_classes = "This pack offers no classes yet."

    def more_classes(self, number: int) -> str:
        """Say how many classes are not shown."""
        return "1 more class" if number == 1 else f"{self.number(number)} more classes"

    in_the_menu = "In the class menu below"
    not_public = "🔒 Not public: only you can see this."

    def deep_link(self, pack_id: int, class_name: str | None, page: int) -> str:
        """Write the command that leads to the same view again."""
        parts = [f"/pack id:{pack_id}"]
        if class_name:
            parts.append(f"class:{class_name}")
        if page > 1:
            parts.append(f"page:{page}")
        return " ".join(parts)

    pack_gone = "This pack is no longer available."

    # Controls

    first = "First"
    previous = "Previous"
    next = "Next"
    last = "Last"
    one_picture = "One picture"
    four_pictures = "Four pictures"
    open_on_astria = "Open on Astria"
    choose_class = "Choose a class"
    earlier_classes = "Earlier classes …"
    later_classes = "More classes …"
    open_pack = "Open a pack"
    go_to_page = "Go to page"

    def page(self, first: int, last: int, total: int) -> str:
        """Label the page button."""
        shown = str(first) if first == last else f"{first}–{last}"
        return f"{shown} / {total}"

    def page_input(self, total: int | None) -> str:
        """Label the box that asks for a page."""
        return f"Page (1 to {total})" if total else "Page"

    def bad_page(self, text: str, total: int) -> str:
        """Say that a page was not understood."""
        return (
            f"“{_quote(text)}” is not one of the pages. "
            f"Press the page number again and type a number from 1 to {total}."
        )

    # The catalogue

    def catalogue_heading(self, total: int, page: int, pages: int) -> str:
        """Head a page of the catalogue."""
        packs = "1 pack" if total == 1 else f"{self.number(total)} packs"
        return f"**{packs}** · page {page} of {pages}" if pages > 1 else f"**{packs}**"

    def filters(
        self, search: str, class_name: str | None, source: Source, sort: Sort | None
    ) -> list[str]:
        """Say what a list was narrowed to, part by part."""
        parts: list[str] = []
        if search:
            parts.append(f"matching “{_quote(search)}”")
        if class_name:
            parts.append(f"for {_quote(class_name)}")
        if source is not Source.ALL:
            parts.append({Source.MINE: "our own", Source.GALLERY: "Astria's gallery"}[source])
        if sort is not None:
            parts.append(self.order(sort))
        return parts

    def order(self, sort: Sort) -> str:
        """Name the order of a list."""
        return {
            Sort.NEWEST: "newest first",
            Sort.TITLE: "by title",
            Sort.PRICE: "cheapest first",
        }[sort]

    def included(self, include: Include) -> str:
        """Say which packs beyond the public ones are in a list."""
        return {
            Include.UNLISTED: "with unlisted packs",
            Include.EVERYTHING: "with unlisted and private packs",
        }.get(include, "")

    def class_line(self, name: str, cost: Decimal | None, num_images: int | None) -> str:
        """Sum up one class of a pack in a list."""
        price = self.price(cost)
        priced = f"**{price}**" if cost is not None else price
        images = f" · {self.images(num_images)}" if num_images is not None else ""
        return f"{escaped(name, _LONGEST_CLASS_IN_A_LINE)}: {priced}{images}"

    part_missing = "*A part of the list cannot be reached at the moment.*"

    def nothing_found(self, search: str, class_name: str | None) -> str:
        """Say that a list has nothing of what was asked for, and what else to try."""
        what = f" matches “{_quote(search)}”" if search else " matches that"
        offer = f" for {_quote(class_name)}" if class_name else ""
        return f"No pack{offer}{what}. Try fewer words, or `/packs` alone for all of them."

    no_packs = "There are no packs to show yet."

    def pack_footer(self, pack_id: int, slug: str) -> str:
        """Name a pack the way `/pack` takes it."""
        return f"/pack id:{pack_id}" + (f" · {slug}" if slug else "")

    page_gone = "Those packs are no longer available."

    # What goes wrong

    def with_reference(self, sentence: str, reference: str) -> str:
        """Add the reference under which the log has the cause."""
        return f"{sentence}\n-# Reference: {reference}"

    def pack_not_found(self, ref: str) -> str:
        """Say that there is no such pack."""
        return (
            f"I know no pack “{_quote(ref)}”. "
            "Pick one from the list that appears while you type, or look at `/packs`."
        )

    def class_not_found(self, class_name: str, offered: Sequence[str]) -> str:
        """Say that a pack does not offer a class, and which it offers."""
        listed = ", ".join(_quote(name) for name in offered[:10])
        return f"This pack has no class “{_quote(class_name)}”. It offers: {listed}."

    def rate_limited(self, retry_after: float | None) -> str:
        """Say that Astria wants fewer requests."""
        if retry_after is None:
            return "Astria is getting too many questions from me. Please try again in a minute."
        seconds = max(1, round(retry_after))
        wait = "1 second" if seconds == 1 else f"{self.number(seconds)} seconds"
        return f"Astria is getting too many questions from me. Please try again in {wait}."

    key_refused = (
        "Astria does not let me in, so I cannot look anything up. "
        "Please tell whoever runs this bot: its Astria key needs to be checked."
    )
    unavailable = "Astria does not answer at the moment. Please try again in a few minutes."
    not_understood = (
        "Astria answered with something I cannot read. Please try again later; "
        "if it stays, tell whoever runs this bot."
    )
    unexpected = (
        "Something went wrong on my side. Please try again; "
        "if it happens again, tell whoever runs this bot the reference."
    )
    old_control = (
        "This button is from an older version of me. "
        "Please use `/pack` or `/packs` again for a fresh view."
    )
    class_gone = "That class is no longer in this pack. Use `/pack` again for a fresh view."
    picture_gone = "That picture is no longer in this pack. Use `/pack` again for a fresh view."
    needs_manage_messages = (
        "Only members with the *Manage Messages* permission can include packs that are not public."
    )


@lru_cache
def words_for(locale: str) -> Words:
    """Return the words for a Discord locale."""
    del locale
    return Words("en_US")
