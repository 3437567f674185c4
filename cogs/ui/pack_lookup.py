"""Find the pack that a person names; offer the best matches if the name is not clear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import discord

from api.cache.cached import Cached
from api.catalogue.pack_list import PackList
from api.catalogue.search import closest_names, split_words
from api.wire.addresses import pack_reference, pack_references
from api.wire.errors import AstriaError, NotFound
from api.wire.models import Include, Pack, Source
from cogs.interactions.errors import PackNotFound
from cogs.interactions.reply import Reply
from cogs.interactions.request import audience_of, request_of, words_of
from cogs.interactions.services import catalogue_of, shop_words_of
from cogs.language.questions import Question, understand
from cogs.language.text import plain
from cogs.language.words import Words
from cogs.ui.controls import Controls, Select
from cogs.ui.pack_menu import pack_menu
from cogs.ui.start import Start, class_named
from cogs.ui.watch import watched_list

_MOST_SIMILAR = 5

CHOICE_DIVIDER = " · "
"""Separates a pack's title and its prices in the name of a choice."""

# A slug has hyphens. A single word may be a slug too, but also a word of a title.
_SLUG = re.compile(r"[^\s-]+(-[^\s-]+)+")


@dataclass(frozen=True, slots=True)
class Match:
    """The pack that a person means."""

    source: Cached[Pack]
    typed: str | None = None
    """The typed text, if it is not the pack's name."""
    class_name: str | None = None
    """The class in the typed text, if the pack has it."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The packs that match a text, the best match first."""

    packs: Sequence[Pack] = ()
    clear: bool = False
    """Whether the text clearly means the first one."""


async def find_pack(
    interaction: discord.Interaction, ref: str, start: Start | None = None, *, linked: bool = False
) -> Match:
    """Find the pack that the asker means by an id, a slug, an address, a title or words.

    `linked` if the reference comes from a link. Raises PackNotFound, with a menu that opens packs
    at `start`, or AstriaError.
    """
    request, unknown = request_of(interaction), None
    catalogue, audience = request.services.catalogue, request.audience
    wanted = ref if ref.isdecimal() else pack_reference(ref)
    if " " not in wanted:
        try:
            return Match(await catalogue.pack(wanted, audience))
        except AstriaError as error:
            unknown = error
    start, linked = start or Start(), linked or bool(pack_references(ref))
    is_reference = linked or _is_reference(ref, wanted)
    try:
        packs = await known_packs(interaction)
    except AstriaError:
        if unknown is None:
            raise
        packs = PackList(())
    question = understand(wanted, shop_words_of(interaction))
    names = {ref, wanted, wanted.partition(CHOICE_DIVIDER)[0]}
    titled = [pack for pack in packs if any(_is_titled(pack, name) for name in names)]
    if len(titled) == 1:
        return Match(await catalogue.pack(titled[0].id, audience))
    meant = packs_meant(packs, question, start)
    if meant.clear and not is_reference:
        source = await catalogue.pack(meant.packs[0].id, audience)
        classes = source.value.classes
        spoken = (one for one in question.class_names if class_named(classes, one))
        return Match(source, plain(wanted), next(spoken, None))
    if unknown and not isinstance(unknown, NotFound):
        raise unknown
    near = _really_near(packs, wanted, meant) if is_reference else meant.packs
    # If the question was public, the menu must not say more than the public may know.
    priced = request.audience.costs == request.public_audience.costs
    not_found = partial(_not_found, words_of(interaction), plain(wanted), start, linked, priced)
    raise PackNotFound(
        plain(wanted), watched_list(interaction, near[:_MOST_SIMILAR], not_found)
    ) from unknown


def packs_meant(packs: PackList, question: Question, start: Start | None = None) -> Meant:
    """Return the packs of a list that match a question, and whether one is clearly meant."""
    index = packs.search_index
    leading = [pack for ref in question.search.leading if (pack := index.exact(ref))]
    if leading:
        return Meant(leading, clear=len(leading) == 1)
    found = index.look_for(question.search)
    words = (word for term in question.search.terms for word in (term.word, *term.also))
    said = {*question.search.hints, *words}
    whole = [pack for pack in found.packs if said.issuperset(split_words(pack.title or "-"))]
    if whole:
        return Meant(whole, clear=len(whole) == 1)
    offering = [pack for pack in found.packs if _offers(pack, question, start)]
    return Meant(
        offering or found.packs, clear=found.complete and len(offering or found.packs) == 1
    )


def _offers(pack: Pack, question: Question, start: Start | None) -> bool:
    """Tell whether a pack has the class of the question."""
    if start and start.names_class:
        return start.class_of(pack.classes) is not None
    return any(class_named(pack.classes, name) for name in question.class_names)


async def known_packs(interaction: discord.Interaction) -> PackList:
    """Return all available packs that the asker may see; raises AstriaError."""
    catalogue, audience = catalogue_of(interaction), audience_of(interaction, private=True)
    include = Include.EVERYTHING if audience.hidden else Include.PUBLIC
    try:
        return (await catalogue.listing(Source.ALL, include, audience)).packs
    except AstriaError:
        known = catalogue.suggestions(audience)
        if known is None:
            raise
        return known


def _is_reference(typed: str, wanted: str) -> bool:
    """Tell whether a text is the name of a pack, not a description."""
    return wanted != typed.strip() or wanted.isdecimal() or _SLUG.fullmatch(wanted) is not None


def _is_titled(pack: Pack, text: str) -> bool:
    title, wanted = plain(pack.title).casefold(), plain(text).casefold()
    # The name of a choice may be cut off.
    cut_off = wanted.endswith("…") and title.startswith(wanted.rstrip("…").rstrip() or "…")
    return title != "" and (title == wanted or cut_off)


def _really_near(packs: PackList, wanted: str, meant: Meant) -> Sequence[Pack]:
    """Return the packs whose slug resembles a mistyped one."""
    slugs = {pack.slug: pack for pack in packs if pack.slug}
    alike = (slugs[slug] for slug in closest_names(wanted, list(slugs)))
    near = {pack.id: pack for pack in (*alike, *(meant.packs if meant.clear else ()))}
    return [] if wanted.isdecimal() else list(near.values())


def _not_found(
    words: Words, name: str, start: Start, linked: bool, priced: bool, near: Sequence[Pack]
) -> Reply:
    sentence = words.pack_not_found(name, linked=linked, similar=bool(near))
    if not near:
        return Reply(sentence, private=True)
    menu = open_menu(words, near, placeholder=words.similar_packs, start=start, priced=priced)
    return Reply(sentence, view=Controls().add_item(menu), private=True)


def open_menu(
    words: Words,
    packs: Sequence[Pack],
    *,
    placeholder: str,
    start: Start | None = None,
    priced: bool = True,
) -> Select:
    """Return a menu that opens one of several packs at `start`; Discord allows 25 options."""
    start = start or Start()
    return pack_menu(
        words,
        packs,
        custom_id=start.custom_id(),
        placeholder=placeholder,
        start=start,
        priced=priced,
    )
