"""Packs are loaded in advance, and details correct the lists."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiohttp import web

from api.cache.store import open_store
from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE, Audience
from api.catalogue.catalogue import Catalogue
from api.catalogue.cost_unit import Standing
from api.catalogue.prices import PriceBook
from api.wire.client import AstriaClient
from api.wire.errors import KeyRefused, NotFound
from api.wire.models import Include, Price, Source
from standins.astria.pack_builders import costs, made_up_pack
from standins.astria.server import KEY, Astria
from standins.astria.shapes import SHAPES
from tests.conftest import Clock
from tests.waiting import until

MODERATOR = Audience(hidden=True)


class Sleepers:
    """A clock that stops long sleepers until it is advanced to the next one."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = time.monotonic()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._real = asyncio.sleep
        self._number = count()
        patch.setattr(asyncio, "sleep", self._sleep)
        clock = SimpleNamespace(monotonic=lambda: self.now)
        patch.setattr("api.catalogue.background.time", clock)

    async def _sleep(self, seconds: float) -> None:
        if seconds < 0.1:
            await self._real(seconds)
            return
        due = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.now + seconds, next(self._number), due))
        await due

    async def move_on(self) -> None:
        """Wake the next sleeper, and wait until it sleeps again or ends."""
        before = len(self._waiting)
        self.now, _, due = heapq.heappop(self._waiting)
        due.set_result(None)
        for _ in range(500):
            await self._real(0.004)
            if len(self._waiting) >= before:
                break
        # Another task may have gone to sleep; the request of this one is still on its way.
        await self._real(0.05)


def hurry(patch: pytest.MonkeyPatch) -> None:
    """Make the pauses in the background very short."""
    patch.setattr("api.catalogue.audience_lists._DETAILS_EVERY", 0.05)
    for name, seconds in (("_FIRST_AFTER", 0.0), ("_BETWEEN_REQUESTS", 0.01), ("_LOOK_AGAIN", 0.1)):
        patch.setattr(f"api.catalogue.background.{name}", seconds)


@asynccontextmanager
async def opened(
    astria: Astria, url: str = "mem://", *, ttl: float = 60
) -> AsyncGenerator[Catalogue]:
    answers = Answers(AstriaClient(astria.url, KEY, timeout=10), open_store(url, keep_for=600))
    catalogue = Catalogue(answers, PriceBook(), ttl=ttl, stale_ttl=600)
    yield catalogue
    await catalogue.close()
    await answers.close()


@pytest.fixture
async def catalogue(astria: Astria, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Catalogue]:
    hurry(monkeypatch)
    astria.offer(*(made_up_pack(n) for n in range(9, 0, -1)))
    astria.offer(gallery=True)
    async with opened(astria) as catalogue:
        yield catalogue


async def listed(catalogue: Catalogue) -> list[int]:
    listing = await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
    return [pack.id for pack in listing.packs]


async def test_details_of_public_packs_are_loaded_in_advance(
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


async def test_details_are_loaded_five_a_second_newest_first(
    astria: Astria, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleepers = Sleepers(monkeypatch)
    asked: list[tuple[float, int]] = []

    def note(request: web.Request) -> None:
        if request.path.startswith("/p/"):
            asked.append((sleepers.now, int(request.path[3:])))

    astria.fault = note
    astria.offer(*(made_up_pack(n) for n in range(1, 31)))
    astria.offer(gallery=True)
    async with opened(astria) as catalogue:
        catalogue.begin_loading()
        await until(lambda: len(asked) == 1)
        while len(asked) < 30:
            await sleepers.move_on()
    times = [moment for moment, _ in asked]
    assert all(later - sooner > 0.999 for sooner, later in zip(times, times[5:], strict=False))
    # The first five are evidence for the unit of costs; then members come first for ten seconds.
    assert times[-1] - times[5] <= 25 / 4
    assert [number for _, number in sorted(asked, key=lambda one: (one[0], -one[1]))] == list(
        range(30, 0, -1)
    )


async def test_packs_above_memory_limit_are_in_lists_and_store(
    astria: Astria, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr("api.catalogue.details.MOST_IN_MEMORY", 3)
    astria.offer(*(made_up_pack(n) for n in range(1, 10)))
    astria.offer(gallery=True)
    async with opened(astria, f"disk://{tmp_path}/kept") as catalogue:
        catalogue.begin_loading()
        await until(lambda: all(astria.asked(f"/p/{n}") for n in range(1, 10)))

        async def all_are_known() -> bool:
            listing = await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
            return all(one.classes[0].num_images == 3 and one.cover_url for one in listing.packs)

        await until(all_are_known)
        kept = [n for n in range(1, 10) if catalogue.has(n, EVERYONE)]
        assert len(kept) == 3
        assert set(kept) <= {6, 7, 8, 9}  # of two that are loaded at once, one may take a place
        asked = len(astria.requests)
        assert (await catalogue.pack(1)).value.classes[0].prompts
        assert len(astria.requests) == asked


async def test_most_recently_used_packs_are_reloaded_first(
    astria: Astria, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    hurry(monkeypatch)
    astria.offer(*(made_up_pack(n) for n in range(1, 10)))
    astria.offer(gallery=True)
    async with opened(astria) as catalogue:
        catalogue.begin_loading()
        await until(lambda: all(astria.asked(f"/p/{n}") for n in range(1, 10)))
        await until(lambda: all(catalogue.has(n, EVERYONE) for n in range(1, 10)))
        for number in (3, 8, 5):
            await catalogue.pack(number)
        astria.requests.clear()
        clock(61)
        await until(lambda: all(astria.asked(f"/p/{n}") for n in (3, 8, 5)))
        asked = [int(one.path[3:]) for one in astria.requests if one.path.startswith("/p/")]
        assert set(asked[:2]) == {5, 8}
        # Nobody has asked for the others, and they are not old enough to be due.
        assert len(asked) == 3
        # A request that is under way when the clock jumps has taken too long.
        await asyncio.sleep(0.5)
        clock(250)
        await until(lambda: all(astria.asked(f"/p/{n}") for n in range(1, 10)))


async def test_missing_pack_is_not_requested_repeatedly(
    astria: Astria, catalogue: Catalogue
) -> None:
    astria.fail("/p/5", 404)
    catalogue.begin_loading()
    await until(lambda: all(astria.asked(f"/p/{n}") for n in range(1, 10)))
    await asyncio.sleep(0.3)
    assert astria.asked("/p/5") == 1


async def test_details_rebuild_lists_at_limited_rate(
    astria: Astria, catalogue: Catalogue, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.catalogue.audience_lists._DETAILS_EVERY", 2.0)
    astria.shape = SHAPES["costs in lists"]
    await listed(catalogue)
    packs = catalogue.suggestions(EVERYONE)
    for number in (1, 2, 3):
        astria.answer(f"/p/{number}", made_up_pack(number, subtitle="More of it"))
        await catalogue.pack(number)
        assert catalogue.suggestions(EVERYONE) is packs
    # A pack with hidden details is hidden at once.
    astria.answer("/p/5", made_up_pack(5, public_at=None))
    with pytest.raises(NotFound):
        await catalogue.pack(5)
    assert 5 not in {pack.id for pack in catalogue.suggestions(EVERYONE) or ()}
    clock(3)
    latest = catalogue.suggestions(EVERYONE)
    assert latest is not packs
    assert [one.id for one in latest or () if one.subtitle] == [3, 2, 1]


async def test_background_loading_pauses_after_failure(
    astria: Astria, catalogue: Catalogue, clock: Clock
) -> None:
    for number in range(1, 10):
        astria.fail(f"/p/{number}", 429, **{"Retry-After": "60"})
    catalogue.begin_loading()
    await until(lambda: any(one.path.startswith("/p/") for one in astria.requests))
    asked = sum(one.path.startswith("/p/") for one in astria.requests)
    assert asked <= 2


async def test_private_detail_outranks_lists(astria: Astria, catalogue: Catalogue) -> None:
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
async def test_changed_price_in_list_reloads_details(
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

    async def are(usd: str) -> bool:
        return await prices() == {Price(Decimal(usd))}

    await until(lambda: are("3.60"))
    offer(475)
    clock(61)
    await until(lambda: are("4.75"))


@pytest.mark.parametrize("shape", ["the page", "costs in lists", "cost_mc", "all figures"])
async def test_newer_list_price_beats_older_details(
    astria: Astria, catalogue: Catalogue, clock: Clock, shape: str
) -> None:
    def offer(cents: int) -> None:
        price = {"cat": {"cost": cents, "num_images": 3}}
        astria.offer(made_up_pack(1, costs=price), *(made_up_pack(n) for n in range(2, 6)))

    async def shown() -> set[Price | None]:
        listing = await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
        packs = [next(one for one in listing.packs if one.id == 1), (await catalogue.pack(1)).value]
        return {pack.classes[0].price for pack in packs}

    astria.shape = SHAPES[shape]
    offer(360)
    await catalogue.learn_unit()
    for number in range(1, 6):
        await catalogue.pack(number)
    assert await shown() == {Price(Decimal("3.60"))}
    offer(475)
    for number in range(1, 6):
        astria.fail(f"/p/{number}", 503)
    clock(61)
    await catalogue.lists.refreshed(Include.PUBLIC)
    assert await shown() == {Price(Decimal("4.75"))}


@pytest.mark.parametrize("shape", ["costs in lists", "cost_mc", "all figures"])
async def test_newer_list_price_beats_stored_details(
    astria: Astria, tmp_path: Path, shape: str
) -> None:
    astria.shape = SHAPES[shape]
    astria.offer(gallery=True)
    astria.offer(made_up_pack(1, costs={"cat": {"cost": 360, "num_images": 3}}))
    url = f"disk://{tmp_path}/kept"
    async with opened(astria, url) as before:
        await before.pack(1)
    astria.offer(made_up_pack(1, costs={"cat": {"cost": 475, "num_images": 3}}))
    async with opened(astria, url, ttl=0) as after:
        await after.lists.refreshed(Include.PUBLIC)
        astria.fail("/p/1", 503)
        (pack,) = (await after.listing(Source.ALL, Include.PUBLIC, EVERYONE)).packs
        assert pack.classes[0].price == Price(Decimal("4.75"))
        kept = (await after.pack(1)).value
        assert kept.classes[0].prompts
        assert kept.classes[0].price == Price(Decimal("4.75"))


@pytest.mark.parametrize("shape", ["the page", "millicents"])
@pytest.mark.parametrize(("cents", "shown"), [(475, Price(Decimal("4.75"))), (3600, None)])
async def test_newer_units_in_list_beat_stored_details(
    astria: Astria, tmp_path: Path, shape: str, cents: int, shown: Price | None
) -> None:
    """Lists have `cost_mc_hash` alone, details `costs` alone; ten times as much may be a unit."""
    astria.shape = SHAPES[shape]
    astria.offer(gallery=True)
    packs = [made_up_pack(n, costs=costs(cat=(360, 3), dog=(250, 3))) for n in (1, 2)]
    astria.offer(*packs)
    url = f"disk://{tmp_path}/kept"
    async with opened(astria, url) as before:
        await before.learn_unit()
    astria.offer(made_up_pack(1, costs=costs(cat=(cents, 3), dog=(250, 3))), packs[1])
    for number in (1, 2):
        astria.fail(f"/p/{number}", 503)
    async with opened(astria, url, ttl=0) as after:
        after.begin_loading()
        await until(lambda: after.prices.unit.verdict.standing is not Standing.UNPROVEN)
        await after.lists.refreshed(Include.PUBLIC)
        for pack in (await after.pack(1), await after.pack(2)):
            assert pack.stale
            cat, dog = (one.price for one in pack.value.classes)
            assert dog == Price(Decimal("2.50"))
            assert cat == (shown if pack.value.id == 1 else Price(Decimal("3.60")))
        listing = await after.listing(Source.ALL, Include.PUBLIC, EVERYONE)
        assert {pack.id: pack.classes[0].price for pack in listing.packs}[1] == shown


async def test_stricter_of_two_entries_wins(astria: Astria, catalogue: Catalogue) -> None:
    # The account says that it is private, the gallery that it is not.
    astria.answer("/packs?public=true&listed=true", [made_up_pack(4, public_at=None)])
    astria.answer("/gallery/packs?public=true&listed=true", [made_up_pack(4), made_up_pack(3)])
    assert await listed(catalogue) == [3]


@pytest.mark.parametrize("status", [401, 403, 451, 302])
async def test_refused_pack_missing_from_lists_is_gone(
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


async def test_refused_key_is_not_a_missing_pack(astria: Astria, catalogue: Catalogue) -> None:
    astria.answer_all({}, status=401)
    with pytest.raises(KeyRefused):
        await catalogue.pack(5)


async def test_pack_known_only_from_a_list_is_partial(astria: Astria, catalogue: Catalogue) -> None:
    await listed(catalogue)
    astria.fail("/p/5", 503)
    found = await catalogue.pack("pack-5")
    assert (found.value.id, found.partial, found.failing) == (5, True, True)
    assert not await catalogue.is_gone(5, EVERYONE)


async def test_missing_pack_is_requested_once_a_minute(
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
