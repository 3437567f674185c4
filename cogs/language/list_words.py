"""The sentences about several packs: the catalogue and comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.wire.models import Include, Price, Sort, Source
from cogs.language.pack_words import PackWords
from cogs.language.speech import Sentence, quote
from cogs.language.text import escaped

_LONGEST_CLASS_IN_A_LINE = 40


class ListWords(PackWords):
    """What is said about several packs."""

    # The catalogue

    def catalogue_heading(self, total: int, page: int, pages: int) -> str:
        """Head a page of the catalogue."""
        packs = self.count("**{number} pack**", "**{number} packs**", total)
        if pages <= 1:
            return packs
        standing = self.say(
            "page {page} of {pages}", page=self.number(page), pages=self.number(pages)
        )
        return f"{packs} · {standing}"

    def catalogue_link(
        self,
        search: str,
        class_name: str | None,
        source: Source | None,
        sort: Sort | None,
        include: Include,
        page: int,
    ) -> str:
        """Write the command that leads to the same page again, with the choices as they are shown.

        `source` is None where it need not be said; pages count from 1.
        """
        sources = {
            Source.MINE: self.say("Our own packs"),
            Source.GALLERY: self.say("Astria's gallery"),
            Source.ALL: self.say("All packs"),
        }
        sorts = {
            Sort.NEWEST: self.say("Newest first"),
            Sort.TITLE: self.say("By title"),
            Sort.PRICE: self.say("Cheapest first"),
        }
        includes = {
            Include.UNLISTED: self.say("Unlisted packs too"),
            Include.EVERYTHING: self.say("Every pack"),
        }
        link = self.with_options(
            "packs",
            {
                "search": quote(search),
                "class": quote(class_name or ""),
                "source": source and sources[source],
                "sort": sort and sorts[sort],
                "include": includes.get(include),
                "page": page if page > 1 else None,
            },
        )
        return f"-# {link}"

    def filters(
        self, search: str, class_name: str | None, source: Source, sort: Sort | None
    ) -> Iterator[str]:
        """Say what a list was narrowed to, part by part."""
        if search:
            yield self.say("matching “{search}”", search=quote(search))
        if class_name:
            yield self.say("for {pack_class}", pack_class=quote(class_name))
        if source is Source.MINE:
            yield self.say("our own")
        if source is Source.GALLERY:
            yield self.say("Astria's gallery")
        if sort is not None:
            yield self.order(sort)

    def order(self, sort: Sort) -> str:
        """Name the order of a list."""
        return {
            Sort.NEWEST: self.say("newest first"),
            Sort.TITLE: self.say("by title"),
            Sort.PRICE: self.say("cheapest first"),
        }[sort]

    def included(self, include: Include) -> str:
        """Say which packs beyond the public ones are in a list."""
        return {
            Include.PUBLIC: "",
            Include.UNLISTED: self.say("with unlisted packs"),
            Include.EVERYTHING: self.say("with unlisted and private packs"),
        }[include]

    def class_line(self, name: str, price: Price | None, num_images: int | None) -> str:
        """Sum up one class of a pack in a list."""
        written = self.price(price)
        priced = f"**{written}**" if price is not None else written
        images = f" · {self.images(num_images)}" if num_images is not None else ""
        label = escaped(name, _LONGEST_CLASS_IN_A_LINE)
        return self.say("{pack_class}: {price}", pack_class=label, price=priced) + images

    part_missing = Sentence("*A part of the list cannot be reached at the moment.*")

    def nothing_found(
        self, search: str, class_name: str | None, source: Source, include: Include
    ) -> str:
        """Say that a list has nothing of what was asked for, and what that was."""
        asked = [*self.filters(search, class_name, source, None), self.included(include)]
        return self.say(
            "No pack was found: {filters}. Press a button to look further, or use `{packs}` alone "
            "for the whole list.",
            filters=" · ".join(filter(None, asked)),
            packs=self.command("packs"),
        )

    no_packs = Sentence("There are no packs to show yet.")

    def without_search(self, search: str) -> str:
        """Label the button that drops the search."""
        return self.say("Without “{search}”", search=search)

    unknown_class = Sentence("a class that no pack has")
    any_class = Sentence("Any class")
    all_sources = Sentence("All sources")

    def pack_footer(self, pack_id: int, slug: str) -> str:
        """Name a pack the way `/pack` takes it."""
        return self.deep_link(pack_id) + (f" · {slug}" if slug else "")

    page_gone = Sentence("Those packs are no longer available.")

    # Comparing

    def comparison_heading(self, number: int) -> str:
        """Head a comparison."""
        return self.count("**{number} pack compared**", "**{number} packs compared**", number)

    cheapest = Sentence("cheapest")
    not_offered = Sentence("not offered")
    compare_same = Sentence("Those are all the same pack. Name two or three different ones.")

    def comparison_link(self, pack_ids: Sequence[int]) -> str:
        """Write the command that leads to the same comparison again."""
        names = ("first", "second", "third")
        return self.with_options("compare", dict(zip(names, pack_ids, strict=False)))
