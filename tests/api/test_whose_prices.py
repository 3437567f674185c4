"""Which packs and prices a reader sees: OWN_PACKS, COSTS_SHOWN_TO and the shop's file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE, Audience
from api.catalogue.catalogue import Catalogue
from api.catalogue.filtering_and_order import Filters
from api.catalogue.prices import PriceBook
from api.catalogue.shop_file import ShopFile
from api.wire.client import AstriaClient
from api.wire.errors import NotFound
from api.wire.models import Include, Pack, PackClass, Price, Sort, Source
from standins.astria.pack_builders import made_up_pack
from standins.astria.server import Astria
from tests.shapes import in_every_shape
from tests.waiting import until

MEMBER = Audience(costs=False)
MODERATOR = Audience(hidden=True)

SHOP = """
[prices]
currency = "EUR"
[prices.packs]
pack-1 = { cat = 29 }
[prices.rest]
factor = 2
"""


@pytest.fixture(autouse=True)
def _empty_gallery(astria: Astria) -> None:
    astria.offer(gallery=True)


@asynccontextmanager
async def opened(
    astria: Astria, *, shop: Path | None = None, own_listed: bool = False
) -> AsyncGenerator[Catalogue]:
    answers = Answers(AstriaClient(astria.url, "key", timeout=2))
    prices = PriceBook(Decimal(astria.shape.mc_per_usd), ShopFile(shop))
    catalogue = Catalogue(answers, prices, ttl=60, stale_ttl=3600, own_listed=own_listed)
    try:
        yield catalogue
    finally:
        await catalogue.close()
        await answers.close()


async def listed(catalogue: Catalogue, audience: Audience, sort: Sort | None = None) -> list[Pack]:
    include = Include.EVERYTHING if audience.hidden else Include.PUBLIC
    listing = await catalogue.listing(Source.ALL, include, audience)
    return list(listing.packs.select(Filters(sort=sort)).packs)


def rewrite(path: Path, text: str) -> None:
    path.write_text(text)


def cat(pack: Pack) -> PackClass:
    return next(one for one in pack.classes if one.name == "cat")


def dollars(text: str) -> Price:
    return Price(Decimal(text))


def euros(text: str) -> Price:
    return Price(Decimal(text), "EUR")


@in_every_shape
class TestCostsThatAreNotShown:
    async def test_hidden_prices_are_in_no_list_or_pack(self, astria: Astria) -> None:
        astria.offer(made_up_pack(1), made_up_pack(2))
        async with opened(astria) as catalogue:
            (pack, _) = await listed(catalogue, MEMBER)
            packs = [pack, (await catalogue.pack(1, MEMBER)).value]
            packs += await catalogue.details([pack], MEMBER)
            packs += catalogue.suggest("1", MEMBER, limit=5)[:1]
            assert len(packs) == 4
            for one in map(cat, packs):
                assert (one.price, one.price_shown, one.cost) == (None, False, None)
                assert (one.exact_cost, one.listed_units) == (None, None)

    async def test_order_by_price_reveals_no_hidden_prices(self, astria: Astria) -> None:
        expensive = made_up_pack(1, title="A", costs={"cat": {"cost": 900}})
        astria.offer(expensive, made_up_pack(2, title="B"))
        async with opened(astria) as catalogue:
            shown = await listed(catalogue, EVERYONE, sort=Sort.PRICE)
            assert [pack.id for pack in shown] == [2, 1]
            hidden = await listed(catalogue, MEMBER, sort=Sort.PRICE)
            assert [pack.id for pack in hidden] == [1, 2]

    async def test_moderators_see_the_prices(self, astria: Astria) -> None:
        astria.offer(made_up_pack(1))
        async with opened(astria) as catalogue:
            await listed(catalogue, MEMBER)
            one = cat((await catalogue.pack(1, MODERATOR)).value)
            assert (one.price, one.price_shown) == (dollars("2.01"), True)


@in_every_shape
class TestPricesOfTheShop:
    @pytest.fixture
    def shop(self, tmp_path: Path) -> Path:
        path = tmp_path / "shop.toml"
        path.write_text(SHOP)
        return path

    @pytest.mark.parametrize("audience", [EVERYONE, MEMBER])
    async def test_members_see_nothing_else(
        self, astria: Astria, shop: Path, audience: Audience
    ) -> None:
        astria.offer(made_up_pack(1), made_up_pack(2))
        async with opened(astria, shop=shop) as catalogue:
            first, second = sorted(await listed(catalogue, audience), key=lambda pack: pack.id)
            packs = [first, (await catalogue.pack(1, audience)).value]
            for one in map(cat, packs):
                assert (one.price, one.price_shown, one.cost) == (euros("29"), True, None)
            assert cat(second).price == euros("4.04")

    async def test_moderators_see_the_cost_too(self, astria: Astria, shop: Path) -> None:
        astria.offer(made_up_pack(1))
        async with opened(astria, shop=shop) as catalogue:
            for pack in (
                *await listed(catalogue, MODERATOR),
                (await catalogue.pack(1, MODERATOR)).value,
            ):
                assert (cat(pack).price, cat(pack).cost) == (euros("29"), dollars("2.01"))
            nobody = Audience(hidden=True, costs=False)
            assert cat((await catalogue.pack(1, nobody)).value).cost is None

    async def test_shop_prices_decide_the_order(self, astria: Astria, shop: Path) -> None:
        astria.offer(made_up_pack(1), made_up_pack(2))
        async with opened(astria, shop=shop) as catalogue:
            assert [pack.id for pack in await listed(catalogue, EVERYONE, sort=Sort.PRICE)] == [
                2,
                1,
            ]

    async def test_price_per_image_follows_from_shop_price(
        self, astria: Astria, shop: Path
    ) -> None:
        astria.offer(made_up_pack(1))
        async with opened(astria, shop=shop) as catalogue:
            per_image = cat((await catalogue.pack(1)).value).price_per_image
            assert per_image is not None
            assert (round(per_image.amount, 2), per_image.currency) == (Decimal("9.67"), "EUR")

    async def test_unknown_cost_gives_unknown_price(self, astria: Astria, shop: Path) -> None:
        astria.offer(made_up_pack(2, costs={}))
        async with opened(astria, shop=shop) as catalogue:
            one = cat((await catalogue.pack(2, MEMBER)).value)
            assert (one.price, one.price_shown) == (None, True)

    async def test_new_file_applies_at_once(self, astria: Astria, shop: Path) -> None:
        astria.offer(made_up_pack(1))
        file = ShopFile(shop)
        answers = Answers(AstriaClient(astria.url, "key", timeout=2))
        catalogue = Catalogue(answers, PriceBook(None, file), ttl=60, stale_ttl=3600)
        assert cat((await listed(catalogue, EVERYONE))[0]).price == euros("29")
        asked = astria.asked("/packs")
        rewrite(shop, SHOP.replace("29", "31"))
        file.read()
        assert cat((await listed(catalogue, EVERYONE))[0]).price == euros("31")
        assert cat((await catalogue.pack(1)).value).price == euros("31")
        assert astria.asked("/packs") == asked
        await catalogue.close()
        await answers.close()


TWINS = """
[prices]
currency = "EUR"
[prices.packs]
twin = 29
3 = 31
"""


@in_every_shape
class TestTwins:
    """Two packs with one slug: the shop's file must not price both, and an address finds one."""

    @pytest.fixture
    def shop(self, tmp_path: Path) -> Path:
        path = tmp_path / "shop.toml"
        path.write_text(TWINS)
        return path

    @pytest.mark.parametrize("in_gallery", [False, True])
    @pytest.mark.parametrize("audience", [EVERYONE, MEMBER])
    async def test_price_by_shared_slug_applies_to_neither_pack(
        self, astria: Astria, shop: Path, in_gallery: bool, audience: Audience
    ) -> None:
        first, second, third = (
            made_up_pack(n, slug="Twin" if n == 2 else "twin") for n in (1, 2, 3)
        )
        astria.offer(*([first] if in_gallery else [first, second, third]))
        astria.offer(*([second, third] if in_gallery else []), gallery=True)
        async with opened(astria, shop=shop) as catalogue:
            shown = sorted(await listed(catalogue, audience), key=lambda pack: pack.id)
            shown += [(await catalogue.pack(pack.id, audience)).value for pack in shown]
        for pack in shown:
            one = cat(pack)
            assert (one.price, one.cost) == (euros("31") if pack.id == 3 else None, None)
            assert one.price_shown
            assert pack.slug_may_mislead

    async def test_price_by_unique_slug_applies(self, astria: Astria, shop: Path) -> None:
        astria.offer(made_up_pack(1, slug="twin"))
        async with opened(astria, shop=shop) as catalogue:
            await listed(catalogue, EVERYONE)
            pack = (await catalogue.pack(1)).value
        assert cat(pack).price == euros("29")
        assert not pack.slug_may_mislead

    @pytest.mark.parametrize(("number", "twin"), [(2, 1), (1, 2)])
    async def test_pack_in_no_list_is_not_linked_by_slug(
        self, astria: Astria, shop: Path, number: int, twin: int
    ) -> None:
        hidden = made_up_pack(number, slug="twin", public_at=None)
        astria.offer(made_up_pack(twin, slug="twin"), hidden)
        async with opened(astria, shop=shop) as catalogue:
            await listed(catalogue, EVERYONE)
            pack = (await catalogue.pack(number, MODERATOR)).value
            assert (cat(pack).price, pack.slug_may_mislead) == (None, True)
        astria.answer_all(status=503)
        astria.answer("/p/7", made_up_pack(7))
        async with opened(astria) as catalogue:
            assert (await catalogue.pack(7)).value.slug_may_mislead


async def test_suggestions_have_current_prices(astria: Astria, tmp_path: Path) -> None:
    """A long list is built in a thread: until then suggestions must not have its old prices."""
    path = tmp_path / "shop.toml"
    path.write_text(SHOP)
    astria.offer(*(made_up_pack(n) for n in range(1, 600)))
    async with opened(astria, shop=path) as catalogue:
        await listed(catalogue, EVERYONE)
        (found,) = catalogue.suggest("pack-1", EVERYONE, limit=1)
        assert cat(found).price == euros("29")
        rewrite(path, SHOP.replace("29", "31"))
        catalogue.prices.shop_file.read()
        (found,) = catalogue.suggest("pack-1", EVERYONE, limit=1)
        assert cat(found).price == euros("31")


OWN = [
    made_up_pack(1, public_at=None),
    made_up_pack(2),
    made_up_pack(3, public_at=None, unlisted_at="2025-01-01T00:00:00Z"),
    made_up_pack(4, unlisted_at="2025-01-01T00:00:00Z"),
    made_up_pack(5, public_at=None, unlisted_at="at some time"),
]


async def seen(catalogue: Catalogue, pack_id: int) -> bool:
    try:
        return (await catalogue.pack(pack_id, EVERYONE)).value.id == pack_id
    except NotFound:
        return False


@pytest.mark.parametrize(("own_listed", "shown"), [(False, {2}), (True, {1, 2})])
class TestOwnPacks:
    async def test_lists(self, astria: Astria, own_listed: bool, shown: set[int]) -> None:
        astria.offer(*OWN)
        async with opened(astria, own_listed=own_listed) as catalogue:
            assert {pack.id for pack in await listed(catalogue, EVERYONE)} == shown
            assert {pack.id for pack in await listed(catalogue, MODERATOR)} == {1, 2, 3, 4, 5}
            assert {pack.id for pack in await listed(catalogue, EVERYONE)} == shown
            suggested = catalogue.suggest("pack", EVERYONE, limit=9)
            assert {pack.id for pack in suggested} == shown

    async def test_packs(self, astria: Astria, own_listed: bool, shown: set[int]) -> None:
        astria.offer(*OWN)
        async with opened(astria, own_listed=own_listed) as catalogue:
            assert {number for number in range(1, 6) if await seen(catalogue, number)} == shown
            await listed(catalogue, MODERATOR)
            assert {number for number in range(1, 6) if await seen(catalogue, number)} == shown
            assert {pack.id for pack in await listed(catalogue, EVERYONE)} == shown

    async def test_unlisted_packs_of_others_stay_hidden(
        self, astria: Astria, own_listed: bool, shown: set[int]
    ) -> None:
        """OWN_PACKS does not show hidden packs of the gallery."""
        astria.offer()
        astria.offer(*OWN, gallery=True)
        async with opened(astria, own_listed=own_listed) as catalogue:
            assert {pack.id for pack in await listed(catalogue, EVERYONE)} == {2}
            assert {number for number in range(1, 6) if await seen(catalogue, number)} == {2}


async def test_later_or_unlisted_own_pack_is_handled(astria: Astria) -> None:
    unlisted = OWN[0] | {"unlisted_at": "2025-01-01T00:00:00Z"}
    astria.offer(unlisted, OWN[1])
    answers = Answers(AstriaClient(astria.url, "key", timeout=2))
    catalogue = Catalogue(answers, PriceBook(None), ttl=0.05, stale_ttl=3600, own_listed=True)
    assert not await seen(catalogue, 1)
    astria.offer(OWN[0], OWN[1])
    await asyncio.sleep(0.06)
    assert await catalogue.lists.refreshed(Include.PUBLIC)
    # A pack that was just refused is answered from memory, and loaded again in the background.
    await until(lambda: seen(catalogue, 1))

    async def both_are_listed() -> bool:  # lists are updated a little later than details
        return {pack.id for pack in await listed(catalogue, EVERYONE)} == {1, 2}

    await until(both_are_listed)
    astria.offer(unlisted, OWN[1])
    await asyncio.sleep(0.06)
    assert await catalogue.lists.refreshed(Include.PUBLIC)
    assert {pack.id for pack in await listed(catalogue, EVERYONE)} == {2}
    assert not await seen(catalogue, 1)
    await catalogue.close()
    await answers.close()


class TestAdvice:
    async def advised(self, catalogue: Catalogue) -> list[str]:
        with capture_logs() as lines:
            catalogue.begin_loading()
            await until(lambda: catalogue.lists.age() is not None)
            for _ in range(2):
                await catalogue.advice.give()
        return [line["event"] for line in lines if line["log_level"] == "warning"]

    async def test_warning_if_no_own_pack_is_visible(self, astria: Astria) -> None:
        astria.offer(OWN[0], OWN[2])
        async with opened(astria) as catalogue:
            (said,) = await self.advised(catalogue)
        assert "(2)" in said
        assert "OWN_PACKS=listed" in said

    @pytest.mark.parametrize("own", [[], OWN])
    async def test_all_is_well(self, astria: Astria, own: list[dict[str, object]]) -> None:
        astria.offer(*own)
        async with opened(astria) as catalogue:
            assert await self.advised(catalogue) == []

    async def test_warning_if_all_own_packs_are_unlisted(self, astria: Astria) -> None:
        astria.offer(OWN[2])
        async with opened(astria, own_listed=True) as catalogue:
            (said,) = await self.advised(catalogue)
        assert said.endswith("all are unlisted")

    async def test_shop_file_names_packs_that_do_not_exist(
        self, astria: Astria, tmp_path: Path
    ) -> None:
        astria.offer(*OWN)
        astria.offer(made_up_pack(8, slug="Pack-2"), gallery=True)
        path = tmp_path / "shop.toml"
        prices = "pack-1 = { CAT = 5, cta = 6 }\npack-2 = 7\n3 = { dog = 8 }\n4 = 9"
        rewrite(
            path,
            f'[words]\na = ["PACK-1", 3, "nowhere", 99]\n'
            f'[prices]\ncurrency = "EUR"\n[prices.packs]\n{prices}\n',
        )
        async with opened(astria, shop=path) as catalogue:
            with capture_logs() as lines:
                for _ in range(2):
                    await catalogue.advice.give()
        said = {line["event"]: line["names"] for line in lines if "names" in line}
        assert len([line for line in lines if "names" in line]) == len(said)
        assert said == {
            "SHOP_FILE names packs that do not exist": ["nowhere", "99"],
            "SHOP_FILE names packs by slugs that several packs share, so they have no price: "
            "use their ids": ["pack-2"],
            "SHOP_FILE names classes that the pack does not have": ["pack-1: cta", "3: dog"],
        }
