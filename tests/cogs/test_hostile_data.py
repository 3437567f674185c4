"""From raw JSON to the reply: whatever Astria sends, the reply is valid."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from api.cache.cached import Cached
from api.catalogue.pack_list import Listing, PackList
from api.catalogue.search import SearchIndex
from api.wire.addresses import GALLERY
from api.wire.documents import decode_json
from api.wire.models import Pack, Source
from cogs.compare.view import comparison_reply
from cogs.interactions.reply import Reply
from cogs.language.text import escaped, plain
from cogs.language.words import Words, words_for
from cogs.pack.carousel import Place, open_carousel
from cogs.packs.embeds import Page
from cogs.packs.query import Query, normalised_search
from cogs.packs.view import catalogue_reply
from cogs.ui.controls import class_key
from cogs.ui.embeds import pack_title
from cogs.ui.share import Sharing
from standins.astria.pack_builders import made_up_pack
from tests.cogs.samples import NASTY, WORDS, priced_pack, reply_of
from tests.discord_limits import check_reply
from tests.markdown import is_closed, is_plain, reaches_out

# Sentences are longer in some languages.
LANGUAGES = st.sampled_from(["en-US", "de", "es-ES", "fr"]).map(words_for)

FLOODS = st.sampled_from(
    [
        NASTY * 10,
        "\ud800",
        "a\udfffb",
        "\u202e\u202d\u2066rtl",
        "\u200b\u200d\ufeff" * 200,
        "Z" + "\u0301" * 400,
        "🏳️‍🌈" * 150,
        "[x](https://evil.example)",
        "<@123> <@&1> <#2> <t:1:R> <:a:1> @here",
        "https://evil.example/@everyone",
        "\\*not escaped\\*",
        "\\" * 99,
        "> quote\n# title\n- list\n1. list",
        "\x00\x1b[31m",
        "```", "||", ":emoji:", "-# small", "# h1", "a\u2028# b\u2029> c", "__init__", "~~x~~",
        "<https://evil.example>", "</pack:1>", "<id:home>", "]", "[", ")", "*", "\\",
    ]
)  # fmt: skip
SLUGS = st.sampled_from(
    ["..", ".", "...", "//evil.example", "/", "x)](http://evil.example", "7", "%2e%2e", "a/../../b",
     "?next=//evil.example", "#", "@evil.example", "\\evil", "..\\..", "\u202e", "\u0667"]
)  # fmt: skip
TEXT = st.text(max_size=300) | FLOODS
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | TEXT
    | st.sampled_from(["1", "360", "3.6", "-1", "NaN", "1e999", "2025-01-01T00:00:00Z"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
IMAGES = st.lists(st.sampled_from(["https://x.example/1.jpg", "//x", "data:,"]) | JSON, max_size=5)
PROMPTS = st.lists(st.fixed_dictionaries({"id": JSON, "images": IMAGES | JSON}) | JSON, max_size=5)
FIELDS = {
    "title": TEXT | JSON,
    "slug": SLUGS | TEXT | JSON,
    "cover_url": TEXT | JSON,
    "created_at": JSON,
    "updated_at": JSON,
    "public_at": st.just("2024-01-01T00:00:00Z") | JSON,
    "unlisted_at": st.none() | JSON,
    "cost_mc_hash": st.dictionaries(TEXT, JSON, max_size=30) | JSON,
    "costs": st.dictionaries(
        TEXT, st.fixed_dictionaries({"cost": JSON, "num_images": JSON}) | JSON, max_size=30
    )
    | JSON,
    "prompts_per_class": st.dictionaries(TEXT, PROMPTS | JSON, max_size=4) | JSON,
    "multiplier": JSON,
    "logo": JSON,
}
PACKS = st.fixed_dictionaries({"id": st.integers(1, 2**63 - 1) | JSON}, optional=FIELDS)


def body_of(value: object) -> bytes:
    """Return JSON as Python's encoder writes it: with NaN, and with escaped surrogates."""
    return json.dumps(value).encode()


def check_words(reply: Reply) -> None:
    """Fail if text from outside is live markup."""
    check_reply(reply)
    assert not reaches_out(reply.content)
    for embed in reply.embeds:
        assert is_plain(embed.title or "")
        assert not reaches_out(embed.description or "")
        assert is_closed(embed.description or "")
        for field in embed.fields:
            assert is_plain(str(field.name))
            assert not reaches_out(str(field.value))
            assert is_closed(str(field.value))
        if embed.url is not None and embed.url != GALLERY:
            check_link(embed.url)


def check_link(address: str) -> None:
    """Fail if a pack's link, normalised as by a browser, leads anywhere else."""
    url = URL(address)
    assert (url.scheme, url.host, url.user, url.query_string, url.fragment) == (
        "https", "www.astria.ai", None, "", "",
    )  # fmt: skip
    assert re.fullmatch(r"/p/[^/]+", url.raw_path)


@given(PACKS | JSON, st.sampled_from([1, 4]), LANGUAGES)
def test_a_pack(value: object, size: int, words: Words) -> None:
    pack = priced_pack(decode_json(body_of(value)))
    if pack is None:
        return
    first = open_carousel(pack, Place(pack.id, size=size))
    check_words(reply_of(pack, first.place, words, stale=True, failing=True))
    for one in pack.classes:
        check_words(reply_of(pack, first.place.in_class(class_key(one.name)), words))


@given(st.lists(PACKS | JSON, min_size=2, max_size=3), LANGUAGES)
def test_a_comparison(values: list[object], words: Words) -> None:
    found = [pack for value in values if (pack := priced_pack(decode_json(body_of(value))))]
    packs = {pack.id: pack for pack in found}.values()
    if packs:
        check_words(_comparison(words, *packs))


def _comparison(words: Words, *packs: Pack) -> Reply:
    sources = [Cached(pack, time.monotonic(), stale=True, failing=True) for pack in packs]
    return comparison_reply(words, sources, private=True, sharing=Sharing.OFFERED)


@pytest.mark.parametrize("locale", ["en-US", "de", "es-ES", "fr"])
def test_largest_packs_fit_a_reply(locale: str) -> None:
    words = words_for(locale)
    costs = {f"{n} {NASTY * 5}": {"cost": 10**11 + n, "num_images": 10**6} for n in range(30)}
    packs = [
        pack
        for n in range(2**63 - 6, 2**63 - 1)
        if (
            pack := priced_pack(
                made_up_pack(n, title=NASTY * 9, slug="ä" * 85, costs=costs, public_at=None)
            )
        )
    ]
    assert len(packs) == 5
    check_words(_comparison(words, *packs[:3]))
    check_words(_catalogue(packs, NASTY * 9, NASTY * 9, words))
    for one in packs[0].classes:
        place = Place(packs[0].id, class_key(one.name), size=4)
        check_words(reply_of(packs[0], place, words, stale=True, failing=True))


@given(st.lists(PACKS | JSON, max_size=8), TEXT, TEXT, LANGUAGES)
def test_a_list(value: list[object], search: str, class_name: str, words: Words) -> None:
    decoded = cast("list[object]", decode_json(body_of(value)))
    packs = [pack for one in decoded if (pack := priced_pack(one))]
    unique = list({pack.id: pack for pack in packs}.values())
    index = SearchIndex(unique)
    found = index.find(normalised_search(search))
    assert set(found) <= set(unique)
    check_words(_catalogue(unique[:5], search, plain(class_name), words))


def _catalogue(packs: Sequence[Pack], search: str, class_name: str, words: Words) -> Reply:
    listing = Listing(PackList(packs), as_of=datetime(2026, 1, 1, tzinfo=UTC), stale=True)
    query = Query(Source.ALL, search=normalised_search(search), class_key=class_key(class_name))
    page = Page(query, packs, len(packs), class_name or None, listing)
    return catalogue_reply(words, page, private=False)


@given(TEXT, st.integers(10, 300))
def test_escaped_text_stays_text(text: str, limit: int) -> None:
    clean = text.encode("utf-8", "replace").decode()
    pack = priced_pack({"id": 1, "title": clean})
    assert pack is not None
    assert is_plain(escaped(pack_title(WORDS, pack), limit))


@pytest.mark.parametrize("depth", [10, 500, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_survived(opening: str, depth: int) -> None:
    closing = {"[": "]", '{"a":': "}"}[opening]
    body = f'{{"id": 1, "title": {opening * depth}1{closing * depth}}}'.encode()
    try:
        pack = priced_pack(decode_json(body))
    except ValueError:
        assert depth > 500
    else:
        assert pack is not None
        assert pack.title is None


def test_classes_that_differ_by_case_are_two() -> None:
    pack = priced_pack({"id": 1, "costs": {"Cat": {"cost": 100}, "cat": {"cost": 200}}})
    assert pack is not None
    keys = [class_key(one.name) for one in pack.classes]
    assert len(set(keys)) == 2
    for one, key in zip(pack.classes, keys, strict=True):
        carousel = open_carousel(pack, Place(1, key))
        assert carousel.pack_class is one
