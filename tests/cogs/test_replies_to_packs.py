"""Replies to `/packs`, for any answer of Astria and any search."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.catalogue.pack_list import Listing, PackList
from api.wire.errors import Unavailable
from api.wire.models import Include, Pack, Sort, Source
from cogs.packs.narrow import price_limit
from cogs.packs.page import Page
from cogs.packs.query import Query, normalised_search
from cogs.packs.view import catalogue_reply
from cogs.ui.controls import class_key, filter_key
from standins.astria.pack_builders import made_up_pack
from tests.cogs.samples import NASTY, PACKS, TEXT, WORDS, priced_pack
from tests.discord_limits import check_reply

PRICES = st.integers(0, 999_999).map(lambda cents: price_limit(Decimal(cents) / 100))
QUERIES = st.builds(
    Query,
    source=st.sampled_from(Source),
    search=TEXT.map(normalised_search),
    class_key=st.none() | TEXT.map(class_key) | TEXT.map(filter_key),
    sort=st.none() | st.sampled_from(Sort),
    include=st.sampled_from(Include),
    page=st.integers(0, 99_999),
    max_price=st.none() | PRICES,
    min_images=st.none() | st.integers(1, 9999),
)


def page_of(packs: list[Pack], query: Query, *, total: int, class_name: str | None) -> Page:
    listing = Listing(
        PackList(packs),
        as_of=datetime(2026, 1, 1, tzinfo=UTC),
        stale=True,
        failing=True,
        failures=(Unavailable("/packs", "down"),),
    )
    return Page(query, packs, total, class_name, listing)


@given(st.lists(PACKS, max_size=5), QUERIES, TEXT)
def test_no_reply_breaks_a_limit(
    fields: list[dict[str, object]], query: Query, class_name: str
) -> None:
    packs = [pack for one in fields if (pack := priced_pack(one))]
    unique = list({pack.id: pack for pack in packs}.values())
    page = page_of(list(unique), query, total=500_000, class_name=class_name or None)
    check_reply(catalogue_reply(WORDS, page, private=False))


def test_five_largest_packs_fit_a_page() -> None:
    costs = {f"{n} {NASTY * 5}": {"cost": 10**11, "num_images": 10**6} for n in range(30)}
    packs = [
        priced_pack(made_up_pack(n, title=NASTY * 9, slug="s" * 600, costs=costs, public_at=None))
        for n in range(1, 6)
    ]
    query = Query(
        Source.ALL, search=normalised_search(NASTY * 9), class_key=filter_key("man"), page=99_999
    )
    page = page_of([one for one in packs if one], query, total=500_000, class_name=NASTY * 9)
    check_reply(catalogue_reply(WORDS, page, private=True))


@given(QUERIES, st.sampled_from(["first", "previous", "jump", "next", "last"]))
def test_custom_id_contains_the_whole_query(query: Query, action: str) -> None:
    assert Query.parse(query.custom_id(action)) == (action, query)


def test_custom_id_that_is_not_a_query_is_refused() -> None:
    with pytest.raises(ValueError, match="packs:next"):
        Query.parse("packs:next")


def test_page_of_list_entries_can_be_shown() -> None:
    summary = priced_pack({"id": 1, "costs": {"cat": {"cost_mc": 200_000}}})
    assert summary is not None
    page = page_of([summary], Query(Source.ALL), total=1, class_name=None)
    reply = catalogue_reply(WORDS, page, private=False)
    check_reply(reply)
    assert reply.embeds[0].title == "Pack 1"
    assert reply.embeds[0].description == "cat **$2.00**"


def test_cheapest_of_several_spellings_of_a_class_leads() -> None:
    costs = {"Man": {"cost": 900, "num_images": 20}, "man": {"cost": 400, "num_images": 5}}
    pack = priced_pack(made_up_pack(1, costs=costs))
    assert pack
    for sort, price in {None: "$4.00", Sort.PRICE: "$4.00", Sort.PER_IMAGE: "$9.00"}.items():
        query = Query(Source.ALL, class_key=filter_key("man"), sort=sort)
        page = page_of([pack], query, total=1, class_name="man")
        headline = catalogue_reply(WORDS, page, private=False).content
        assert price in headline
        assert headline.count("$") == 1
