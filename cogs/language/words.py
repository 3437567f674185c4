"""Every sentence the bot says, and how it writes money and numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, format_decimal

from api.wire.models import Include, Sort, Source
from cogs.language.languages import Language, language_of
from cogs.language.text import escaped

_CENT = Decimal("0.01")

# Babel leaves out the space that CLDR wants between a currency's letters and an amount.
_BEFORE_AMOUNT = re.compile(r"(?<=[A-Z])(?=\d)")

# From here on a wait is said in minutes.
_LONG_IN_SECONDS = 120

_LONGEST_QUOTE = 80
_LONGEST_CLASS_IN_A_LINE = 40
_MOST_CLASSES_NAMED = 10


def _quote(text: str) -> str:
    return escaped(text, _LONGEST_QUOTE)


class Sentence:
    """A sentence that has nothing to fill in."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __get__(self, words: Words, owner: type[Words]) -> str:
        return words.say(self._text)


class Words:
    """The bot's words in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def say(self, text: str, /, **values: str) -> str:
        """Return a sentence in this language, with values for what stands in braces."""
        return self._language.translations.gettext(text).format(**values)

    def count(self, one: str, many: str, number: int) -> str:
        """Return the form of a sentence that a number asks for, with the number filled in."""
        form = self._language.translations.ngettext(one, many, number)
        return form.format(number=self.number(number))

    # Money, numbers and dates

    def number(self, number: int) -> str:
        """Write a whole number."""
        return format_decimal(number, locale=self._language.locale)

    def price(self, usd: Decimal | None) -> str:
        """Write a price in US dollars to the cent, or to the fraction of a cent it has."""
        if usd is None:
            return self.say("price unknown")
        locale = self._language.locale
        pattern = locale.currency_formats["standard"].pattern
        if usd != usd.quantize(_CENT):
            pattern = pattern.replace("0.00", "0.00##")
        written = format_currency(usd, "USD", pattern, locale=locale, currency_digits=False)
        return _BEFORE_AMOUNT.sub("\N{NO-BREAK SPACE}", written)

    def price_per_image(self, usd: Decimal | None) -> str | None:
        """Write what one image costs, rounded to the cent; nothing where it is unknown."""
        if usd is None:
            return None
        if 0 < usd < _CENT:
            return self.say("under {price} per image", price=self.price(_CENT))
        rounded = usd.quantize(_CENT, ROUND_HALF_UP)
        return self.say("{price} per image", price=self.price(rounded))

    def images(self, number: int | None) -> str:
        """Say how many images a class has."""
        if number is None:
            return self.say("number of images unknown")
        return self.count("{number} image", "{number} images", number)

    def date(self, moment: datetime) -> str:
        """Write a date that every client shows in its own way."""
        return f"<t:{int(moment.timestamp())}:D>"

    def age(self, moment: datetime) -> str:
        """Write how long ago a moment was; every client counts on by itself."""
        return f"<t:{int(moment.timestamp())}:R>"

    def stale(self, as_of: datetime, *, failing: bool) -> str:
        """Say how old the data is."""
        age = self.age(as_of)
        if failing:
            return self.say("*Astria cannot be reached; as of {age}.*", age=age)
        return self.say("*As of {age}.*", age=age)

    # One pack

    def untitled(self, pack_id: int) -> str:
        """Name a pack that has no title."""
        return self.say("Pack {id}", id=str(pack_id))

    def standing(self, class_name: str, first: int, last: int, total: int) -> str:
        """Say which pictures of a class are shown."""
        return self.say(
            "**{pack_class}** · {shown} of {total}",
            pack_class=_quote(class_name),
            shown=self._span(first, last),
            total=self.number(total),
        )

    def prompts(self, ids: Sequence[int]) -> str:
        """Name the prompts of the pictures."""
        listed = ", ".join(str(one) for one in ids)
        if len(ids) == 1:
            return self.say("Prompt {ids}", ids=listed)
        return self.say("Prompts {ids}", ids=listed)

    def identity(self, pack_id: int, slug: str, updated_at: datetime | None) -> str:
        """Say what a pack is called by machines, and when it was last changed."""
        parts = [self.untitled(pack_id)]
        if slug:
            parts.append(_quote(slug))
        if updated_at:
            parts.append(self.say("updated {date}", date=self.date(updated_at)))
        return " · ".join(parts)

    def no_pictures(self, class_name: str) -> str:
        """Say that a class has no example pictures."""
        return self.say("**{pack_class}** · no example pictures yet", pack_class=_quote(class_name))

    unnamed_class = Sentence("(no name)")
    no_classes = Sentence("This pack offers no classes yet.")

    def more_classes(self, number: int) -> str:
        """Say how many classes are not shown."""
        return self.count("{number} more class", "{number} more classes", number)

    in_the_menu = Sentence("In the class menu below")
    not_public = Sentence("🔒 Not public: only you see this, and it cannot be shared.")

    def command(self, name: str) -> str:
        """Write a command the way the reader's client calls it."""
        return f"/{self.say(name)}"

    def _with_options(self, command: str, options: Mapping[str, object]) -> str:
        """Write a command and those options that have a value, as the reader's client does."""
        said = (f"{self.say(name)}:{value}" for name, value in options.items() if value)
        return " ".join([self.command(command), *said])

    def deep_link(
        self, pack_id: int, class_name: str | None = None, picture: int = 1, at_a_time: int = 1
    ) -> str:
        """Write the command that leads to the same view of a pack; pictures count from 1."""
        return self._with_options(
            "pack",
            {
                "id": pack_id,
                "class": class_name,
                "page": picture if picture > 1 else None,
                "pictures": at_a_time if at_a_time > 1 else None,
            },
        )

    pack_gone = Sentence("This pack is no longer available.")

    # Controls

    first = Sentence("First")
    previous = Sentence("Previous")
    next = Sentence("Next")
    last = Sentence("Last")
    one_picture = Sentence("One picture")
    four_pictures = Sentence("Four pictures")
    open_on_astria = Sentence("Open on Astria")
    choose_class = Sentence("Choose a class")
    earlier_classes = Sentence("Earlier classes …")
    later_classes = Sentence("More classes …")
    open_pack = Sentence("Open a pack")
    go_to_page = Sentence("Go to page")

    def _span(self, first: int, last: int) -> str:
        return "–".join(self.number(one) for one in dict.fromkeys([first, last]))

    def page(self, first: int, last: int, total: int) -> str:
        """Label the page button."""
        return f"{self._span(first, last)} / {self.number(total)}"

    page_input = Sentence("Page")

    def bad_page(self, text: str, total: int) -> str:
        """Say that a page was not understood."""
        return self.say(
            "“{text}” is not one of the pages. "
            "Press the page number again and type a number from 1 to {total}.",
            text=_quote(text),
            total=self.number(total),
        )

    # Sharing

    share = Sentence("Share in channel")
    shared = Sentence("Shared")

    def shared_by(self, user_id: int) -> str:
        """Say who shared what is shown."""
        return self.say("Shared by {member}", member=f"<@{user_id}>")

    share_not_public = Sentence("This is no longer public, so it cannot be shared.")
    share_not_yours = Sentence("You may not write in this channel, so you cannot share here.")
    share_not_mine = Sentence(
        "I may not post in this channel. Share in another one, or ask somebody who manages this "
        "one to give me the permissions *View Channel*, *Send Messages* (in threads *Send Messages "
        "in Threads*) and *Embed Links*."
    )
    share_not_here = Sentence(
        "In this server only you see what I answer, as I am your own app and not the server's. "
        "So you cannot share here."
    )

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
        link = self._with_options(
            "packs",
            {
                "search": _quote(search),
                "class": _quote(class_name or ""),
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
            yield self.say("matching “{search}”", search=_quote(search))
        if class_name:
            yield self.say("for {pack_class}", pack_class=_quote(class_name))
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

    def class_line(self, name: str, cost: Decimal | None, num_images: int | None) -> str:
        """Sum up one class of a pack in a list."""
        price = self.price(cost)
        priced = f"**{price}**" if cost is not None else price
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
        return self._with_options("compare", dict(zip(names, pack_ids, strict=False)))

    # Packs in a message

    no_address = Sentence(
        "There is no pack address in that message. One looks like this: "
        "https\\://www.astria.ai/p/corporate-headshots"
    )

    def which_pack(self, number: int) -> str:
        """Ask which of the packs in a message to show."""
        return self.count(
            "There is {number} pack in that message.",
            "There are {number} packs in that message. Which one?",
            number,
        )

    # About the bot

    def about(self, version: str) -> str:
        """Head what the bot tells about itself."""
        return self.say("Astria packs bot {version}", version=version)

    about_catalogue = Sentence("Catalogue")
    about_astria = Sentence("Astria")
    about_shard = Sentence("Shard")
    nothing_loaded = Sentence("Nothing has been loaded yet.")

    def freshness(self, number: int, as_of: datetime) -> str:
        """Say how many packs are known, and since when."""
        packs = self.count("{number} pack", "{number} packs", number)
        return self.say("{packs}, as of {age}", packs=packs, age=self.age(as_of))

    def answers_in(self, milliseconds: int) -> str:
        """Say that Astria answers, and how fast."""
        return self.count(
            "✅ answers in {number} millisecond",
            "✅ answers in {number} milliseconds",
            milliseconds,
        )

    def answers_not(self, reason: str) -> str:
        """Say that Astria does not answer, and why."""
        return self.say("❌ {reason}", reason=reason)

    def shard(self, shard: int, shards: int, milliseconds: int | None) -> str:
        """Say which shard this is, and how long Discord takes to answer it."""
        standing = self.say(
            "{shard} of {shards}, numbered from 0",
            shard=self.number(shard),
            shards=self.number(shards),
        )
        if milliseconds is None:
            return standing
        latency = self.count(
            "Discord answers in {number} millisecond",
            "Discord answers in {number} milliseconds",
            milliseconds,
        )
        return f"{standing}\n{latency}"

    needs_manage_server = Sentence("Only members with the *Manage Server* permission can see this.")

    # What goes wrong

    def with_reference(self, sentence: str, reference: str) -> str:
        """Add the reference under which the log has the cause."""
        named = self.say("Reference: {reference}", reference=reference)
        return f"{sentence}\n-# {named}"

    def pack_not_found(self, ref: str, *, similar: bool) -> str:
        """Say that there is no such pack, and what to do."""
        if similar:
            return self.say(
                "I know no pack “{ref}”. Is it one of those in the menu?", ref=_quote(ref)
            )
        return self.say(
            "I know no pack “{ref}”. Pick one from the list that appears while you type, "
            "or look at `{packs}`.",
            ref=_quote(ref),
            packs=self.command("packs"),
        )

    similar_packs = Sentence("Similar packs")

    def class_not_found(self, class_name: str, offered: Sequence[str]) -> str:
        """Say that a pack does not offer a class, and which it offers."""
        if not offered:
            return self.no_classes
        named = [_quote(name) for name in offered[:_MOST_CLASSES_NAMED]]
        if rest := len(offered) - len(named):
            named.append(self.more_classes(rest))
        return self.say(
            "This pack has no class “{pack_class}”. It offers: {offered}.",
            pack_class=_quote(class_name),
            offered=", ".join(named),
        )

    def rate_limited(self, retry_after: float | None) -> str:
        """Say that Astria wants fewer requests."""
        if retry_after is None:
            return self.say(
                "Astria is getting too many questions from me. Please try again in a minute."
            )
        if retry_after >= _LONG_IN_SECONDS:
            return self.count(
                "Astria is getting too many questions from me. "
                "Please try again in {number} minute.",
                "Astria is getting too many questions from me. "
                "Please try again in {number} minutes.",
                math.ceil(retry_after / 60),
            )
        return self.count(
            "Astria is getting too many questions from me. Please try again in {number} second.",
            "Astria is getting too many questions from me. Please try again in {number} seconds.",
            max(1, round(retry_after)),
        )

    def slow_down(self, seconds: float) -> str:
        """Say that a member asks faster than a person can look."""
        return self.count(
            "That was a lot at once. Please try again in {number} second.",
            "That was a lot at once. Please try again in {number} seconds.",
            max(1, round(seconds)),
        )

    key_refused = Sentence(
        "Astria does not let me in, so I cannot look anything up. "
        "Please tell whoever runs this bot: its Astria key needs to be checked."
    )
    unavailable = Sentence(
        "Astria does not answer at the moment. Please try again in a few minutes."
    )
    not_understood = Sentence(
        "Astria answered with something I cannot read. Please try again later; "
        "if it stays, tell whoever runs this bot."
    )
    unexpected = Sentence(
        "Something went wrong on my side. Please try again; "
        "if it happens again, tell whoever runs this bot the reference."
    )

    restarting = Sentence("I am being restarted. Please ask again in a minute.")

    @property
    def old_control(self) -> str:
        """Say that a control is of no use any more."""
        return self.say(
            "This button is from an older version of me. "
            "Please use `{pack}` or `{packs}` again for a fresh view.",
            pack=self.command("pack"),
            packs=self.command("packs"),
        )

    @property
    def class_gone(self) -> str:
        """Say that a class is no more."""
        return self.say(
            "That class is no longer in this pack. Use `{pack}` again for a fresh view.",
            pack=self.command("pack"),
        )

    @property
    def picture_gone(self) -> str:
        """Say that a picture is no more."""
        return self.say(
            "That picture is no longer in this pack. Use `{pack}` again for a fresh view.",
            pack=self.command("pack"),
        )

    needs_manage_messages = Sentence(
        "Only members with the *Manage Messages* permission can include packs that are not public, "
        "and only in servers that have added me."
    )


@lru_cache
def words_for(locale: str) -> Words:
    """Return the words for a Discord locale; English where the bot does not speak it."""
    return Words(language_of(locale))
