"""What is loaded before somebody asks, and what details say of packs that lists still show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from api.cache.store import Store
from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE, Audience
from api.catalogue.catalogue import Catalogue
from api.catalogue.prices import PriceBook
from api.wire.client import AstriaClient
from api.wire.errors import KeyRefused, NotFound
from api.wire.models import Include, Price, Source
from standins.astria.shapes import SHAPES
from tests.astria import KEY, Astria, made_up_pack
from tests.conftest import Clock
from tests.waiting import until

MODERATOR = Audience(hidden=True)


@pytest.fixture
async def catalogue(astria: Astria, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Catalogue]:
    for name, seconds in (("_FIRST_AFTER", 0.0), ("_BETWEEN_REQUESTS", 0.01), ("_LOOK_AGAIN", 0.1)):
        monkeypatch.setattr(f"api.catalogue.background.{name}", seconds)
    astria.offer(*(made_up_pack(n) for n in range(9, 0, -1)))
    astria.offer(gallery=True)
    answers = Answers(AstriaClient(astria.url, KEY, timeout=1), Store(None, keep_for=0))
    catalogue = Catalogue(answers, PriceBook(), ttl=60, stale_ttl=600)
    yield catalogue
    await catalogue.close()
    await answers.close()


async def listed(catalogue: Catalogue) -> list[int]:
    listing = await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
    return [pack.id for pack in listing.packs]


async def test_details_of_public_packs_are_there_before_somebody_asks(
    astria: Astria, catalogue: Catalogue
) -> None:
    catalogue.begin_loading()
    await until(lambda: all(astria.asked(f"/p/{n}") for n in range(1, 10)))
    asked = [int(one.path[3:]) for one in astria.requests if one.path.startswith("/p/")]
    assert sorted(asked) == list(range(1, 10))
    assert asked[0] in {8, 9}

    async def known() -> bool:
        listing = await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
        return all(pack.classes[0].num_images == 3 and pack.cover_url for pack in listing.packs)

    await until(known)


async def test_loading_in_the_background_pauses_under_failure(
    astria: Astria, catalogue: Catalogue, clock: Clock
) -> None:
    for number in range(1, 10):
        astria.fail(f"/p/{number}", 429, **{"Retry-After": "60"})
    catalogue.begin_loading()
    await until(lambda: any(one.path.startswith("/p/") for one in astria.requests))
    asked = sum(one.path.startswith("/p/") for one in astria.requests)
    assert asked <= 2


async def test_a_detail_that_is_private_outranks_the_lists(
    astria: Astria, catalogue: Catalogue
) -> None:
    assert 5 in await listed(catalogue)
    astria.answer("/p/5", made_up_pack(5, public_at=None))
    with pytest.raises(NotFound):
        await catalogue.pack(5)
    suggested = catalogue.suggestions(EVERYONE)
    assert suggested is not None
    assert 5 not in {pack.id for pack in suggested}
    assert 5 not in await listed(catalogue)
    assert catalogue.suggest("Pack number 5", EVERYONE, limit=25)[0].id != 5
    assert (await catalogue.pack(5, MODERATOR)).value.id == 5


@pytest.mark.parametrize("shape", ["the page", "costs in lists", "all figures"])
async def test_another_price_in_a_list_has_the_details_loaded_again(
    astria: Astria, catalogue: Catalogue, clock: Clock, shape: str
) -> None:
    def offer(cents: int) -> None:
        astria.offer(
            *(made_up_pack(n, costs={"cat": {"cost": cents, "num_images": 3}}) for n in (1, 2, 3))
        )

    async def prices() -> set[Price | None]:
        listing = await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
        return {pack.classes[0].price for pack in listing.packs}

    astria.shape = SHAPES[shape]
    offer(360)
    catalogue.begin_loading()
    await until(lambda: all(astria.asked(f"/p/{n}") for n in (1, 2, 3)))
    assert await prices() == {Price(Decimal("3.60"))}
    offer(475)
    clock(61)

    async def changed() -> bool:
        return await prices() == {Price(Decimal("4.75"))}

    await until(changed)


async def test_the_stricter_of_two_entries_wins(astria: Astria, catalogue: Catalogue) -> None:
    # The account says that it is private, the gallery that it is not.
    astria.answer("/packs?public=true&listed=true", [made_up_pack(4, public_at=None)])
    astria.answer("/gallery/packs?public=true&listed=true", [made_up_pack(4), made_up_pack(3)])
    assert await listed(catalogue) == [3]


@pytest.mark.parametrize("status", [401, 403, 451, 302])
async def test_a_refused_pack_that_has_left_the_lists_is_gone(
    astria: Astria, catalogue: Catalogue, clock: Clock, status: int
) -> None:
    await catalogue.pack(5)
    astria.offer(*(made_up_pack(n) for n in range(4, 0, -1)))
    astria.answer("/p/5", {}, status=status)
    clock(61)
    await catalogue.pack(5)

    async def gone() -> bool:
        return await catalogue.is_gone(5, MODERATOR)

    await until(gone)
    with pytest.raises(NotFound):
        await catalogue.pack(5)


async def test_a_refused_key_is_not_a_missing_pack(astria: Astria, catalogue: Catalogue) -> None:
    astria.answer_all({}, status=401)
    with pytest.raises(KeyRefused):
        await catalogue.pack(5)


async def test_a_pack_that_only_a_list_knows_is_partial(
    astria: Astria, catalogue: Catalogue
) -> None:
    await listed(catalogue)
    astria.fail("/p/5", 503)
    found = await catalogue.pack("pack-5")
    assert (found.value.id, found.partial, found.failing) == (5, True, True)
    assert not await catalogue.is_gone(5, EVERYONE)


async def test_what_is_not_found_is_asked_for_once_a_minute(
    astria: Astria, catalogue: Catalogue, clock: Clock
) -> None:
    for _ in range(5):
        with pytest.raises(NotFound):
            await catalogue.pack("no-such-pack")
    assert astria.asked("/p/no-such-pack") == 1
    clock(61)
    with pytest.raises(NotFound):
        await catalogue.pack("no-such-pack")
    assert astria.asked("/p/no-such-pack") == 2
