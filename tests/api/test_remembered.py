"""A remembered answer is valid only until something that it depends on changes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE, Audience
from api.catalogue.catalogue import Catalogue
from api.catalogue.prices import PriceBook
from api.catalogue.shop_file import ShopFile
from api.wire.client import AstriaClient
from api.wire.errors import NotFound, Unavailable
from api.wire.models import Include, Pack, PackClass, Price, Source
from standins.astria.pack_builders import made_up_pack
from standins.astria.server import Astria
from tests.conftest import Clock
from tests.waiting import until

MODERATOR = Audience(hidden=True)
TTL = 60.0
HASHED = {"cat": {"num_images": 3}}
LISTED = {"cost_mc_hash": {"cat": 20_000}}


@asynccontextmanager
async def opened(
    astria: Astria, shop: Path | None = None, unit: Decimal | None = None
) -> AsyncGenerator[Catalogue]:
    answers = Answers(AstriaClient(astria.url, "key", timeout=2))
    catalogue = Catalogue(answers, PriceBook(unit, ShopFile(shop)), ttl=TTL, stale_ttl=3600)
    try:
        yield catalogue
    finally:
        await catalogue.close()
        await answers.close()


async def remembered(catalogue: Catalogue, audience: Audience = EVERYONE) -> Price | None:
    """Ask until the answer is remembered; return the price of its class."""
    answers = [await catalogue.pack(1, audience) for _ in range(3)]
    assert answers[-1] is answers[-2]
    return answers[-1].value.classes[0].price


async def price_now(catalogue: Catalogue) -> Price | None:
    return (await catalogue.pack(1)).value.classes[0].price


@pytest.fixture(autouse=True)
def _empty_gallery(astria: Astria) -> None:
    astria.offer(gallery=True)


async def test_answer_changes_with_the_shop_s_price(astria: Astria, tmp_path: Path) -> None:
    astria.offer(made_up_pack(1))
    shop = tmp_path / "shop.toml"
    shop.write_text('[prices]\ncurrency = "EUR"\n[prices.packs]\n1 = 29\n')
    async with opened(astria, shop) as catalogue:
        assert await remembered(catalogue) == Price(Decimal(29), "EUR")
        shop.write_text('[prices]\ncurrency = "EUR"\n[prices.packs]\n1 = 31\n')
        catalogue.prices.shop_file.try_to_read()
        assert await price_now(catalogue) == Price(Decimal(31), "EUR")


async def test_answer_changes_with_the_unit(astria: Astria) -> None:
    astria.answer("/p/1", made_up_pack(1, costs=HASHED, **LISTED))
    async with opened(astria) as catalogue:
        assert await remembered(catalogue) == Price(Decimal(2), approximate=True)
        one = PackClass("cat", exact_cost=Decimal("0.2"), listed_units=Decimal(20_000))
        catalogue.prices.unit.learn([Pack(id=number, classes=(one,)) for number in (2, 3, 4)])
        assert await price_now(catalogue) == Price(Decimal("0.2"))


async def test_answer_is_dropped_if_list_hides_the_pack(astria: Astria, clock: Clock) -> None:
    astria.offer(made_up_pack(1))
    async with opened(astria) as catalogue:
        await catalogue.lists.refreshed(Include.PUBLIC)
        clock(TTL - 1)
        assert await remembered(catalogue)
        hidden = made_up_pack(1, public_at=None)
        astria.answer("/packs", [hidden])
        # An answer of Astria would be newer than the list.
        astria.fail("/p/1", 503)
        clock(2)
        await catalogue.lists.refreshed(Include.PUBLIC)
        with pytest.raises(Unavailable):
            await catalogue.pack(1)
        assert await remembered(catalogue, MODERATOR)


async def test_answer_is_dropped_if_details_hide_the_pack(astria: Astria, clock: Clock) -> None:
    astria.offer(made_up_pack(1))
    async with opened(astria) as catalogue:
        assert await remembered(catalogue)
        clock(TTL)
        astria.answer("/p/1", made_up_pack(1, public_at=None))
        await catalogue.pack(1)
        assert await catalogue.is_gone(1, EVERYONE)
        with pytest.raises(NotFound):
            await catalogue.pack(1)
        assert await remembered(catalogue, MODERATOR)


async def test_answer_changes_with_pack_loaded_by_another_name(astria: Astria) -> None:
    astria.offer(made_up_pack(1))
    async with opened(astria) as catalogue:
        assert await remembered(catalogue)
        pictures = {"cat": [{"id": 7, "images": ["https://pictures.example/new.jpg"]}]}
        astria.answer("/p/another-name", made_up_pack(1, prompts_per_class=pictures))
        newer = (await catalogue.pack("another-name")).value
        assert newer.classes[0].prompts[0].id == 7
        assert (await catalogue.pack(1)).value.classes == newer.classes


async def test_stale_answer_is_not_remembered(astria: Astria, clock: Clock) -> None:
    astria.offer(made_up_pack(1))
    async with opened(astria) as catalogue:
        assert await remembered(catalogue)
        clock(TTL)
        assert (await catalogue.pack(1)).stale
        await until(lambda: astria.asked("/p/1") == 2)
        await catalogue.is_gone(1, EVERYONE)
        assert not (await catalogue.pack(1)).stale


async def test_answer_is_dropped_if_pack_is_gone(astria: Astria, clock: Clock) -> None:
    astria.offer(made_up_pack(1))
    async with opened(astria) as catalogue:
        assert await remembered(catalogue)
        clock(TTL)
        astria.fail("/p/1", 404)
        assert (await catalogue.pack(1)).stale
        assert await catalogue.is_gone(1, EVERYONE)
        with pytest.raises(NotFound):
            await catalogue.pack(1)


async def test_answer_changes_if_slug_is_shared(astria: Astria, tmp_path: Path) -> None:
    astria.offer(made_up_pack(1))
    shop = tmp_path / "shop.toml"
    shop.write_text('[prices]\ncurrency = "EUR"\n[prices.packs]\npack-1 = 29\n')
    async with opened(astria, shop) as catalogue:
        await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
        assert await remembered(catalogue) == Price(Decimal(29), "EUR")
        catalogue.prices.shared_slugs = frozenset({"pack-1"})
        assert await price_now(catalogue) is None
