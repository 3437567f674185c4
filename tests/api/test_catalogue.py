"""Lists and details are merged, guarded and sorted, with the same costs everywhere."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from api.cache.cached import Cached
from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE, Audience
from api.catalogue.catalogue import Catalogue
from api.catalogue.filtering_and_order import Filters
from api.catalogue.prices import PriceBook
from api.wire.client import AstriaClient
from api.wire.errors import NotFound, Unavailable
from api.wire.models import Include, Pack, PackClass, Sort, Source
from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from standins.astria.shapes import summary_of
from tests.conftest import Clock
from tests.waiting import until

SETTING = "ASTRIA_COST_MC_PER_USD"
MODERATOR = Audience(hidden=True)


def usd(one: PackClass) -> Decimal | None:
    """Return the cost of a class, in US dollars."""
    return one.price.amount if one.price else None


@pytest.fixture
async def catalogue(astria: Astria) -> AsyncIterator[Catalogue]:
    client = AstriaClient(astria.url, "key", timeout=1)
    answers = Answers(client)
    catalogue = Catalogue(answers, PriceBook(Decimal(10000)), ttl=60, stale_ttl=600)
    async with client:
        yield catalogue
        await catalogue.close()


async def test_pack_by_id_slug_and_address_makes_one_request(
    catalogue: Catalogue, astria: Astria
) -> None:
    for ref in ("corporate-headshots", "260", 260, "https://www.astria.ai/p/260", "00260"):
        assert (await catalogue.pack(ref)).value.id == 260
    assert sum(request.path.startswith("/p/") for request in astria.requests) == 1


async def test_thousand_askers_make_one_request(catalogue: Catalogue, astria: Astria) -> None:
    gate = asyncio.Event()
    astria.answer("/p/260", pack_260(), wait=gate)
    refs = ("260", "0260", "https://www.astria.ai/p/260", 260)
    askers = [asyncio.create_task(catalogue.pack(refs[n % 4])) for n in range(1000)]
    await until(lambda: bool(astria.requests))
    for asker in askers[::2]:
        asker.cancel()
    gate.set()
    outcomes = await asyncio.gather(*askers, return_exceptions=True)
    assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes[::2])
    assert all(isinstance(outcome, Cached) for outcome in outcomes[1::2])
    assert astria.asked("/p/260") == 1


async def test_slugs_that_differ_by_case_are_separate(catalogue: Catalogue, astria: Astria) -> None:
    astria.answer("/p/Cats", made_up_pack(1, slug="Cats"))
    astria.answer("/p/cats", made_up_pack(2, slug="cats"))
    for _ in range(2):
        assert [(await catalogue.pack(ref)).value.id for ref in ("Cats", "cats")] == [1, 2]


async def test_slug_equal_to_another_id_adds_nothing_to_it(
    catalogue: Catalogue, astria: Astria
) -> None:
    astria.offer(made_up_pack(1, slug="2", costs={"cat": {"cost": 900}}))
    quiet = {k: v for k, v in made_up_pack(2, costs={}).items() if k != "public_at"}
    astria.answer("/p/2", quiet)
    await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
    with pytest.raises(NotFound):
        await catalogue.pack(2)
    seen = (await catalogue.pack(2, MODERATOR)).value
    assert [(one.name, usd(one)) for one in seen.classes] == [("cat", None)]


async def test_both_lists_are_merged(catalogue: Catalogue, astria: Astria) -> None:
    astria.offer(made_up_pack(1), pack_260())
    listed = summary_of(made_up_pack(1)) | {"cover_url": "https://x.example/1", "title": "Other"}
    astria.answer("/gallery/packs?public=true&listed=true", [listed, {"id": 2}])
    listing = await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
    assert [pack.id for pack in listing.packs] == [1, 260, 2]
    one = listing.packs[0]
    assert (one.title, one.cover_url) == ("Pack number 1", "https://x.example/1")


async def test_one_list_is_served_if_the_other_fails(catalogue: Catalogue, astria: Astria) -> None:
    astria.fail("/gallery/packs?public=true&listed=true", 503)
    listing = await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
    assert [pack.id for pack in listing.packs] == [260]
    assert isinstance(listing.failures[0], Unavailable)
    with pytest.raises(Unavailable):
        await catalogue.listing(Source.GALLERY, Include.PUBLIC, EVERYONE)


async def test_hidden_packs_are_not_found_by_members(catalogue: Catalogue, astria: Astria) -> None:
    private = made_up_pack(1, public_at=None)
    unlisted = made_up_pack(2, unlisted_at="2025-01-01T00:00:00Z")
    astria.offer(private, unlisted)
    # Astria's filter is not the only guard.
    astria.answer("/packs?public=true&listed=true", [summary_of(private), summary_of(unlisted)])
    assert not (await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)).packs
    for ref in ("1", "pack-1", "2", "pack-2"):
        with pytest.raises(NotFound):
            await catalogue.pack(ref)
        assert (await catalogue.pack(ref, MODERATOR)).value.id in {1, 2}


async def test_private_pack_stays_hidden_after_details_expire(
    catalogue: Catalogue, astria: Astria, clock: Clock
) -> None:
    private = made_up_pack(1, public_at=None)
    astria.offer(private)
    # The list still says public.
    astria.answer("/packs?public=true&listed=true", [summary_of(made_up_pack(1))])
    await catalogue.pack(1, MODERATOR)
    clock(601)
    astria.fail("/p/1", 503)
    await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
    with pytest.raises(Unavailable):
        await catalogue.pack(1)
    assert (await catalogue.pack(1, MODERATOR)).partial


async def test_pack_without_public_at_is_public_if_listed(
    catalogue: Catalogue, astria: Astria
) -> None:
    quiet = {name: value for name, value in made_up_pack(1).items() if name != "public_at"}
    astria.offer(pack_260())
    astria.answer("/p/1", quiet)
    astria.answer("/p/2", quiet | {"id": 2})
    astria.answer("/packs?public=true&listed=true", [{"id": 1}])
    assert (await catalogue.pack(1)).value.id == 1
    with pytest.raises(NotFound):
        await catalogue.pack(2)


async def test_costs_win_and_difference_is_logged_once(
    catalogue: Catalogue, astria: Astria
) -> None:
    listed = summary_of(pack_260(), woman=360_000, man=33_100, dog=50_000)
    astria.answer("/packs?public=true&listed=true", [listed])
    listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
    with capture_logs() as lines:
        await catalogue.pack(260)
        pack = (await catalogue.pack(260)).value
        (detail,) = await catalogue.details(listing.packs, EVERYONE)
    assert detail == pack
    assert [(one.name, usd(one)) for one in pack.classes] == [
        ("woman", Decimal("3.60")),
        ("man", Decimal("3.31")),
        ("dog", Decimal(5)),
    ]
    (warning,) = [line for line in lines if line["log_level"] == "warning"]
    assert warning["pack"] == 260
    assert Decimal(warning["costs_usd"]) == Decimal("3.6")
    assert Decimal(warning["cost_mc_hash_usd"]) == Decimal(36)
    assert warning["setting"] == SETTING


async def test_details_are_loaded_concurrently_and_survive_a_failure(
    catalogue: Catalogue, astria: Astria
) -> None:
    astria.offer(*(made_up_pack(n) for n in range(1, 4)))
    astria.fail("/p/2", 500)
    astria.fail("/p/3", 404)
    listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
    full, summary = await catalogue.details(listing.packs, EVERYONE)
    assert (full.cover_url, summary.cover_url) == ("https://pictures.example/1/cover.jpg", None)


@pytest.mark.parametrize(
    ("sort", "ids"), [(Sort.NEWEST, [3, 2, 1]), (Sort.TITLE, [2, 1, 3]), (Sort.PRICE, [1, 2, 3])]
)
async def test_lists_are_sorted_by_each_order(
    catalogue: Catalogue, astria: Astria, sort: Sort, ids: list[int]
) -> None:
    astria.offer(
        made_up_pack(1, title="b", created_at=None),
        made_up_pack(2, title="A", created_at="2024-01-01"),
        made_up_pack(3, title=None, created_at="2025-01-01", costs={"cat": {"cost": 900}}),
    )
    listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
    assert [pack.id for pack in listing.packs.select(Filters(sort=sort)).packs] == ids


async def test_class_filter_keeps_only_its_packs(catalogue: Catalogue, astria: Astria) -> None:
    astria.offer(made_up_pack(1), pack_260())
    listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
    assert listing.packs.class_names == ("cat", "man", "woman")
    assert [pack.id for pack in listing.packs.select(Filters(class_names=("cat",))).packs] == [1]
    cheapest = Filters(class_names=("man",), sort=Sort.PRICE)
    assert [pack.id for pack in listing.packs.select(cheapest).packs] == [260]


async def test_suggestions_make_no_request(catalogue: Catalogue, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1, public_at=None))
    assert catalogue.suggest("", EVERYONE, limit=25) == []
    await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
    await catalogue.listing(Source.ALL, Include.EVERYTHING, EVERYONE)
    asked = len(astria.requests)
    assert [pack.id for pack in catalogue.suggest("", EVERYONE, limit=25)] == [260]
    assert [pack.id for pack in catalogue.suggest("", MODERATOR, limit=25)] == [260, 1]
    assert catalogue.class_names(EVERYONE, ref="260") == ("woman", "man")
    assert catalogue.class_names(MODERATOR, ref=None) == ("cat", "man", "woman")
    assert catalogue.class_names(EVERYONE, ref="1") == ("man", "woman")
    assert len(astria.requests) == asked


async def test_setting_chooses_other_unit_of_cost_mc_hash(astria: Astria) -> None:
    listed = summary_of(made_up_pack(1, costs={}), man=200_000)
    astria.answer("/packs?public=true&listed=true", [listed])
    prices = PriceBook(Decimal(100_000))
    async with AstriaClient(astria.url, "key", timeout=1) as client:
        catalogue = Catalogue(Answers(client), prices, ttl=60, stale_ttl=600)
        listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
        assert [usd(one) for one in listing.packs[0].classes] == [Decimal(2)]
        await catalogue.close()


async def test_large_packs_are_kept_until_memory_is_full(
    astria: Astria, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.catalogue.details._MOST_BYTES_IN_MEMORY", 10_000_000)
    pictures = [f"https://x.example/{'long' * 100}/{number}" for number in range(100)]
    prompts = {"cat": [{"id": number, "images": pictures} for number in range(50)]}
    packs = range(1, 8)
    astria.offer(*(made_up_pack(number, prompts_per_class=prompts) for number in packs))
    answers = Answers(AstriaClient(astria.url, "key", timeout=5))
    catalogue = Catalogue(answers, PriceBook(Decimal(10000)), ttl=60, stale_ttl=600)
    kept = list[weakref.ref[Pack]]()
    for number in packs:
        kept.append(weakref.ref((await catalogue.pack(number)).value))
    # Each takes some 2.3 MB. The others are freed completely.
    known = [catalogue.has(number, EVERYONE) for number in packs]
    assert known == [False, False, False, True, True, True, True]
    gc.collect()
    assert [one() is not None for one in kept[:3]] == [False] * 3
    await catalogue.close()
    await answers.close()


async def test_list_of_many_classes_is_built_in_a_thread(
    catalogue: Catalogue, astria: Astria
) -> None:
    many = {f"class {number}": {"cost": 200, "num_images": 3} for number in range(800)}
    astria.offer(*(made_up_pack(number, costs=many) for number in (1, 2)))
    await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
    assert catalogue.suggestions(EVERYONE)
    # For other readers it is built in a thread when one asks.
    assert catalogue.suggestions(MODERATOR) is None
    await until(lambda: catalogue.suggestions(MODERATOR) is not None)
    listing = await catalogue.listing(Source.ALL, Include.PUBLIC, Audience(costs=False))
    assert {1, 2} <= {pack.id for pack in listing.packs}
