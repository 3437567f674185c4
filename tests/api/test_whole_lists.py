"""Lists in pages: complete, bounded, and never shortened by a fault."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from api.cache.store import open_store
from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE
from api.catalogue.catalogue import Catalogue
from api.catalogue.prices import PriceBook
from api.wire.client import AstriaClient
from api.wire.errors import Unavailable
from api.wire.models import Include, Source
from standins.astria.answers import Answer
from standins.astria.pack_builders import made_up_pack
from standins.astria.server import KEY, Astria
from standins.astria.shapes import SHAPES, Shape
from tests.conftest import Clock
from tests.waiting import until


@pytest.fixture
async def catalogue(astria: Astria) -> AsyncIterator[Catalogue]:
    answers = Answers(AstriaClient(astria.url, KEY, timeout=5))
    catalogue = Catalogue(answers, PriceBook(), ttl=60, stale_ttl=600)
    yield catalogue
    await catalogue.close()
    await answers.close()


async def ids(catalogue: Catalogue) -> list[int]:
    listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
    return [pack.id for pack in listing.packs]


def queries(astria: Astria) -> list[tuple[str | None, str | None]]:
    asked = [one.query for one in astria.requests if one.path == "/packs"]
    return [(query.get("offset"), query.get("limit")) for query in asked]


@pytest.mark.parametrize("count", [1, 19, 20, 21, 139, 140, 333])
async def test_every_pack_of_every_page_is_returned(
    astria: Astria, catalogue: Catalogue, count: int
) -> None:
    astria.shape = SHAPES["pages of 20"]
    astria.offer(*(made_up_pack(n) for n in range(count, 0, -1)))
    assert await ids(catalogue) == list(range(count, 0, -1))
    assert queries(astria)[0] == (None, None)


async def test_server_that_ignores_offset_gets_one_more_request(
    astria: Astria, catalogue: Catalogue, clock: Clock
) -> None:
    astria.offer(*(made_up_pack(n) for n in range(1, 31)))
    for asked in (2, 3, 4):
        assert len(await ids(catalogue)) == 30
        await until(lambda: len(queries(astria)) == asked)  # noqa: B023
        clock(61)
    await until(lambda: len(queries(astria)) == 4)


async def test_short_list_is_remembered_as_whole(
    astria: Astria, catalogue: Catalogue, clock: Clock
) -> None:
    astria.shape = SHAPES["pages of 20"]
    astria.offer(*(made_up_pack(n) for n in range(1, 11)))
    await ids(catalogue)
    assert queries(astria) == [(None, None), ("10", "100")]
    clock(61)
    await ids(catalogue)
    await until(lambda: len(queries(astria)) == 3)
    # It is now longer than a page.
    astria.offer(*(made_up_pack(n) for n in range(1, 31)))
    clock(61)
    await ids(catalogue)

    async def grown() -> bool:
        return len(await ids(catalogue)) == 30

    await until(grown)


async def test_refused_offset_ends_the_list(astria: Astria, catalogue: Catalogue) -> None:
    astria.shape = Shape(page_size=20, largest_limit=40, largest_offset=200)
    astria.offer(*(made_up_pack(n) for n in range(400, 0, -1)))
    found = await ids(catalogue)
    assert found == list(range(400, 400 - len(found), -1))
    assert len(found) >= 200


@pytest.mark.parametrize(("page_size", "packs", "requests"), [(2, 200, 100), (3_000, 10_000, 4)])
async def test_list_is_bounded(
    astria: Astria, catalogue: Catalogue, page_size: int, packs: int, requests: int
) -> None:
    def endless(request: web.Request) -> Answer | None:
        if request.path != "/packs":
            return None
        first = int(request.query.get("offset", 0)) + 1
        entries = (f'{{"id": {number}}}' for number in range(first, first + page_size))
        return Answer(body=f"[{','.join(entries)}]".encode())

    astria.fault = endless
    assert len(await ids(catalogue)) == packs
    assert len(queries(astria)) == requests


async def test_long_list_without_pages_is_bounded_each_time(
    astria: Astria, catalogue: Catalogue, clock: Clock
) -> None:
    public = {"public_at": "2025-01-01T00:00:00Z"}
    astria.offer(*({"id": number} | public for number in range(1, 10_003)))
    for requests in (2, 3):
        await catalogue.lists.refreshed(Include.PUBLIC)
        assert len(await ids(catalogue)) == 10_000
        assert len(queries(astria)) == requests
        clock(61)


async def test_failed_later_page_does_not_shorten_known_list(
    astria: Astria, catalogue: Catalogue, clock: Clock
) -> None:
    astria.shape = SHAPES["pages of 20"]
    astria.offer(*(made_up_pack(n) for n in range(50, 0, -1)))
    assert len(await ids(catalogue)) == 50
    astria.fail("/packs?offset=20", 503)
    clock(61)

    async def failing() -> bool:
        listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
        assert len(listing.packs) == 50
        return listing.stale and listing.failing

    await until(failing)


async def test_failed_later_page_fails_a_first_list(astria: Astria, catalogue: Catalogue) -> None:
    astria.shape = SHAPES["pages of 20"]
    astria.offer(*(made_up_pack(n) for n in range(50, 0, -1)))
    astria.fail("/packs?offset=20", 503)
    with pytest.raises(Unavailable):
        await ids(catalogue)


async def test_all_pages_are_stored(astria: Astria, tmp_path: object) -> None:
    astria.shape = SHAPES["pages of 20"]
    astria.offer(*(made_up_pack(n) for n in range(50, 0, -1)))
    for _ in range(2):
        store = open_store(f"disk://{tmp_path}/kept", keep_for=60)
        answers = Answers(AstriaClient(astria.url, KEY, timeout=1), store)
        catalogue = Catalogue(answers, PriceBook(), ttl=60, stale_ttl=600)
        assert await ids(catalogue) == list(range(50, 0, -1))
        await catalogue.close()
        await answers.close()
        astria.answer_all(status=503)
