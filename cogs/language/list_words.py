"""Sentences about several packs: the catalogue and comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.wire.models import Include, Price, Sort, Source
from cogs.language.pack_words import PackWords
from cogs.language.speech import Sentence, quote


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The filters and the order of a list, for sentences."""

    search: str = ""
    class_name: str | None = None
    source: Source = Source.ALL
    sort: Sort | None = None
    include: Include = Include.PUBLIC
    max_price: Price | None = None
    min_images: int | None = None


class ListWords(PackWords):
    """Sentences about several packs."""

    # The catalogue

    def packs(self, number: int) -> str:
        """Say how many packs there are."""
        return self.count("{number} pack", "{number} packs", number)

    def number_of_packs(self, total: int, class_name: str | None) -> str:
        """Say how many packs a list has, and for which class."""
        packs = f"**{self.packs(total)}**"
        if class_name is None:
            return packs
        return self.say("{packs} for {pack_class}", packs=packs, pack_class=quote(class_name))

    def page_of(self, page: int, pages: int) -> str:
        """Say which page of a list is shown."""
        return self.say("page {page} of {pages}", page=self.number(page), pages=self.number(pages))

    def catalogue_link(self, to: Narrowing, source: Source | None, page: int) -> str:
        """Write the command that leads to the same page, with the choices as clients show them.

        `source` is None if it need not be said; pages count from 1.
        """
        sources = {
            Source.MINE: self.say("Our own packs"),
            Source.GALLERY: self.say("Astria's gallery"),
            Source.ALL: self.say("Both"),
        }
        includes = {
            Include.UNLISTED: self.say("Unlisted too"),
            Include.EVERYTHING: self.say("Private and unlisted too"),
        }
        return self.with_options(
            "packs",
            {
                "search": quote(to.search),
                "class": quote(to.class_name or ""),
                "max_price": to.max_price and str(to.max_price.amount),
                "min_images": to.min_images,
                "source": source and sources[source],
                "sort": to.sort and self.order_label(to.sort),
                "include": includes.get(to.include),
                "page": page if page > 1 else None,
            },
        )

    def order_label(self, sort: Sort) -> str:
        """Name the order of a list as the choices of `/packs` do."""
        return {
            Sort.NEWEST: self.say("Newest first"),
            Sort.TITLE: self.say("By title"),
            Sort.PRICE: self.say("Cheapest first"),
            Sort.PER_IMAGE: self.say("Lowest price per image"),
        }[sort]

    best_match = Sentence("Best match first")
    choose_order = Sentence("Order")

    def filters(self, to: Narrowing) -> Iterator[str]:
        """Say the filters of a list, except its search, one by one."""
        if to.class_name:
            yield self.say("for {pack_class}", pack_class=quote(to.class_name))
        if to.max_price is not None:
            yield self.say("up to {price}", price=self.price(to.max_price))
        if to.min_images is not None:
            yield self.count(
                "with at least {number} image", "with at least {number} images", to.min_images
            )
        if to.source is Source.MINE:
            yield self.say("of our own")
        if to.source is Source.GALLERY:
            yield self.say("from Astria's gallery")
        yield from filter(None, [self.included(to.include)])

    def matching(self, search: str) -> str:
        """Say what a list was searched for."""
        return self.say("matching “{search}”", search=quote(search))

    def order(self, sort: Sort) -> str:
        """Name the order of a list."""
        return {
            Sort.NEWEST: self.say("newest first"),
            Sort.TITLE: self.say("by title"),
            Sort.PRICE: self.say("cheapest first"),
            Sort.PER_IMAGE: self.say("lowest price per image first"),
        }[sort]

    def left_out(self, number: int) -> str:
        """Say how many more packs may match, but have an unknown price or number of images."""
        return self.count(
            "*{number} more pack may fit, but its price or number of images isn't known.*",
            "*{number} more packs may fit, but their price or number of images isn't known.*",
            number,
        )

    def none_for(self, classes: Sequence[str]) -> str:
        """Say that no pack of a list is for the classes that the search mentions."""
        return self.say("*None of these is for {classes}.*", classes=", ".join(classes))

    prices_not_shown = Sentence("*Prices aren't shown here, so I can't filter or sort by them.*")

    def included(self, include: Include) -> str:
        """Say which packs beyond the public ones are in a list."""
        return {
            Include.PUBLIC: "",
            Include.UNLISTED: self.say("with unlisted packs"),
            Include.EVERYTHING: self.say("with unlisted and private packs"),
        }[include]

    part_missing = Sentence("*Part of the list can't be reached at the moment.*")

    def nothing_found(self, to: Narrowing) -> str:
        """Say that no pack matches, and name the filters."""
        filters = ", ".join(self.filters(to))
        if to.search and filters:
            missed = self.say(
                "No packs match “{search}” {filters}.", search=quote(to.search), filters=filters
            )
        elif to.search:
            missed = self.say("No packs match “{search}”.", search=quote(to.search))
        else:
            missed = self.say("There are no packs {filters}.", filters=filters)
        way_out = self.say(
            "Press a button to widen the search, or use `{packs}` on its own for the whole list.",
            packs=self.command("packs"),
        )
        return f"{missed} {way_out}"

    def no_such_class(self, name: str) -> str:
        """Say that no pack has a class, above a menu of existing classes."""
        return self.say(
            "No pack has the class “{pack_class}”. Choose another one:",
            pack_class=quote(name),
        )

    no_packs = Sentence("There are no packs to show yet.")

    def without_search(self, search: str) -> str:
        """Label the button that drops the search."""
        return self.say("Without “{search}”", search=search)

    unknown_class = Sentence("an unknown class")
    any_class = Sentence("Any class")
    all_sources = Sentence("All sources")
    any_price = Sentence("Any price")
    any_number_of_images = Sentence("Any number of images")

    # The form with the filters of a list

    narrow = Sentence("Narrow…")
    narrow_the_list = Sentence("Narrow the list")
    class_input = Sentence("Class")
    search_input = Sentence("Words")

    def price_input(self, currency: str) -> str:
        """Label the box for the highest price."""
        return self.say("Highest price ({currency})", currency=currency)

    images_input = Sentence("At least this many images")

    def bad_price(self, text: str) -> str:
        """Say that a price was not understood."""
        return self.say(
            "I can't read “{text}” as a price. Write it like 5 or 5.50.", text=quote(text)
        )

    def bad_number(self, text: str) -> str:
        """Say that a number of images was not understood."""
        return self.say(
            "I can't read “{text}” as a number of images. Write it like 20.", text=quote(text)
        )

    page_gone = Sentence("Those packs are no longer available.")

    # Comparing

    def comparison_heading(self, number: int) -> str:
        """Return the heading of a comparison."""
        return self.count("**{number} pack compared**", "**{number} packs compared**", number)

    lowest = Sentence("lowest price per image")
    lowest_known = Sentence("lowest known price per image")
    lowest_about = Sentence("lowest price per image, going by approximate prices")

    def compare_with_what(self, title: str) -> str:
        """Ask what to compare a pack with."""
        return self.say("What should I compare **{title}** with?", title=quote(title))

    choose_to_compare = Sentence("Choose one or two packs")
    nothing_to_compare = Sentence("There's no other pack to compare this one with.")
    compare_same = Sentence("Those are all the same pack. Name two or three different ones.")

    def comparison_link(self, pack_ids: Sequence[int]) -> str:
        """Write the command that leads to the same comparison again."""
        names = ("first", "second", "third")
        return self.with_options("compare", dict(zip(names, pack_ids, strict=False)))
