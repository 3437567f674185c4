"""The news between two lists: what counts, what waits, and that each piece comes once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from api.cache.store import open_store
from api.catalogue.news import Comparison, News, WholeList, compare, first_announced
from api.catalogue.news_board import NewsBoard
from api.wire.models import Pack, PackClass, Price
from tests.servers import redis_server

START = datetime(2026, 1, 1, tzinfo=UTC)


def pack(pack_id: int, usd: str = "1", *, about: bool = False, own: bool = False) -> Pack:
    price = Price(Decimal(usd), "EUR" if own else "USD", approximate=about)
    one = PackClass("cat", price=price, own_price=own)
    return Pack(id=pack_id, title=f"Pack {pack_id}", slug=f"pack-{pack_id}", classes=(one,))


def listed(
    *packs: Pack,
    minutes: float = 0,
    certain: Iterable[int] | None = None,
    basis: str = "proven:10000",
    scope: str = "all public",
) -> WholeList:
    """Return a list that was loaded some minutes after the start."""
    known = {one.id for one in packs} if certain is None else set(certain)
    moment = START + timedelta(minutes=minutes)
    return WholeList(packs, moment, scope, basis, known, object())


def told(comparison: Comparison) -> tuple[list[int], list[str], list[int]]:
    """Return the ids of new packs, the changes, and the ids of withdrawn packs."""
    news = comparison.news
    changes = [f"{one.pack.id}: {one.before.amount} {one.after.amount}" for one in news.changes]
    return [one.id for one in news.new], changes, list(news.withdrawn)


KNOWN = first_announced(listed(pack(1), pack(2)))


def test_same_list_is_no_news() -> None:
    found = compare(KNOWN, listed(pack(2), pack(1), minutes=5))
    assert not found.news
    assert found.with_news == found.without == KNOWN


def test_new_changed_and_withdrawn_packs_are_reported() -> None:
    once = compare(KNOWN, listed(pack(1, "2.50"), pack(3), minutes=5))
    assert told(once) == ([3], ["1: 1 2.50"], [])
    # The second list without it: now it is withdrawn.
    again = compare(once.with_news, listed(pack(1, "2.50"), pack(3), minutes=10))
    assert told(again) == ([], [], [2])
    assert again.news.withdrawn[2].title == "Pack 2"
    last = compare(again.with_news, listed(pack(1, "2.50"), pack(3), minutes=15))
    assert not last.news


def test_same_load_counts_once() -> None:
    once = compare(KNOWN, listed(pack(1), minutes=5))
    assert told(compare(once.without, listed(pack(1), minutes=5))) == ([], [], [])


def test_news_that_was_not_posted_is_announced_next_time() -> None:
    now = listed(pack(1, "2"), pack(2), pack(3), minutes=5)
    first = compare(KNOWN, now)
    assert told(compare(first.without, now)) == told(first) == ([3], ["1: 1 2"], [])
    assert not compare(first.with_news, now).news


@pytest.mark.parametrize(
    ("now", "basis"),
    [
        (pack(1, "1.004"), "proven:10000"),  # within half a cent
        (pack(1, "10", about=True), "proven:10000"),
        (pack(1, "10"), "proven:100000"),  # the unit is read in another way
        (pack(1, "10", own=True), "proven:10000"),  # the shop's price, not another cost
    ],
)
def test_equal_prices_are_no_news(now: Pack, basis: str) -> None:
    found = compare(KNOWN, listed(now, pack(2), minutes=5, basis=basis))
    assert not found.news


def test_small_changes_add_up() -> None:
    once = compare(KNOWN, listed(pack(1, "1.004"), pack(2), minutes=1))
    again = compare(once.with_news, listed(pack(1, "1.008"), pack(2), minutes=2))
    assert told(once) == ([], [], [])
    assert told(again) == ([], ["1: 1 1.008"], [])


def test_prices_on_another_basis_replace_known_ones() -> None:
    moved = compare(KNOWN, listed(pack(1, "10"), pack(2), basis="proven:100000")).without
    after = compare(moved, listed(pack(1, "12"), pack(2), basis="proven:100000"))
    assert told(after) == ([], ["1: 10 12"], [])


def test_new_pack_without_details_waits() -> None:
    unknown = listed(pack(1, "5"), pack(2), pack(3), minutes=5, certain=[2])
    found = compare(KNOWN, unknown)
    assert not found.news
    assert 3 not in found.without.packs
    known = listed(pack(1, "5"), pack(2), pack(3), minutes=10)
    assert told(compare(found.without, known)) == ([3], ["1: 1 5"], [])


async def news_of(board: NewsBoard, now: WholeList) -> News:
    async with board.news(now) as news:
        await asyncio.sleep(0.05)  # it is being posted
        return news


class TestBoard:
    async def test_only_one_of_two_processes_announces(self, tmp_path: Path) -> None:
        now = listed(pack(1), pack(2), pack(3), minutes=5)
        with redis_server(tmp_path) as redis:
            stores = [open_store(redis.url, keep_for=3600) for _ in range(3)]
            boards = [NewsBoard(store) for store in stores]
            assert not await news_of(boards[0], listed(pack(1), pack(2)))
            found = await asyncio.gather(*(news_of(board, now) for board in boards))
            found += [await news_of(board, now) for board in boards]
            assert [[one.id for one in news.new] for news in found if news] == [[3]]
            for store in stores:
                await store.close()

    async def test_news_that_was_not_posted_is_given_again(self, tmp_path: Path) -> None:
        store = open_store(f"disk://{tmp_path}/kept", keep_for=3600)
        board, now = NewsBoard(store), listed(pack(1), pack(3), minutes=5)
        assert not await news_of(board, listed(pack(1)))
        with pytest.raises(RuntimeError):
            async with board.news(now):
                raise RuntimeError
        assert [one.id for one in (await news_of(board, now)).new] == [3]
        # At most one post in ten minutes: the next news waits.
        assert not await news_of(board, listed(pack(1), pack(3), pack(4), minutes=6))
        await store.close()

    async def test_unreadable_stored_state_starts_again(self, tmp_path: Path) -> None:
        store = open_store(f"disk://{tmp_path}/kept", keep_for=3600)
        await store.write("announced", b'{"packs": 7}', keep_for=60)
        assert not await news_of(NewsBoard(store), listed(pack(1), pack(2)))
        kept = await store.read("announced")
        assert kept is not None
        assert b"Pack 2" in kept.value
        await store.close()

    async def test_list_of_other_kind_starts_again(self, tmp_path: Path) -> None:
        store = open_store(f"disk://{tmp_path}/kept", keep_for=3600)
        board = NewsBoard(store)
        assert not await news_of(board, listed(pack(1), pack(2)))
        assert not await news_of(board, listed(pack(1), pack(7), minutes=5, scope="mine listed"))
        await store.close()
