"""The unit of `cost_mc_hash`: proven, contradictory or unproven; and its prices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from api.cache.store import open_store
from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE
from api.catalogue.catalogue import Catalogue
from api.catalogue.cost_unit import CostUnit, Standing
from api.catalogue.filtering_and_order import Filters
from api.catalogue.prices import PriceBook
from api.wire.client import AstriaClient
from api.wire.models import Include, Pack, PackClass, Price, Sort, Source
from standins.astria.pack_builders import costs, made_up_pack
from standins.astria.server import KEY, Astria
from standins.astria.shapes import SHAPES, Shape, summary
from tests.conftest import Clock
from tests.waiting import until


def pack(pack_id: int, **figures: tuple[str, str]) -> Pack:
    """Return a pack whose classes have an exact cost in dollars, and listed units."""
    classes = tuple(
        PackClass(name, exact_cost=Decimal(exact), listed_units=Decimal(units))
        for name, (exact, units) in figures.items()
    )
    return Pack(id=pack_id, classes=classes)


def judged(*packs: Pack, setting: Decimal | None = None) -> CostUnit:
    unit = CostUnit(setting)
    unit.learn(packs)
    return unit


def test_three_pairs_of_two_packs_prove_the_unit() -> None:
    one = pack(1, man=("3.60", "360000"), woman=("5.375", "537500"))
    assert judged(one).verdict.standing is Standing.UNPROVEN
    verdict = judged(one, pack(2, cat=("2", "200000"))).verdict
    assert (verdict.standing, verdict.units_per_usd) == (Standing.PROVEN, Decimal(100_000))
    assert (verdict.pairs, verdict.packs) == (3, 2)


def test_little_evidence_is_used_as_assumption() -> None:
    unit = judged(pack(1, man=("3.60", "360000")))
    assert unit.verdict.standing is Standing.UNPROVEN
    assert unit.verdict.units_per_usd == Decimal(100_000)
    unit.learn_all()
    assert unit.verdict.standing is Standing.PROVEN


def test_without_evidence_documented_unit_is_assumed() -> None:
    unit = judged()
    unit.learn_all()
    assert unit.verdict.standing is Standing.UNPROVEN
    assert unit.verdict.units_per_usd == Decimal(10_000)


def test_free_packs_are_not_evidence() -> None:
    verdict = judged(pack(1, a=("0", "0")), pack(2, a=("0", "0"), b=("0", "0"))).verdict
    assert (verdict.standing, verdict.pairs) == (Standing.UNPROVEN, 0)


def test_prices_that_fit_two_units_prove_nothing() -> None:
    unit = judged(*(pack(n, man=("0.006", "110"), cat=("0.006", "110")) for n in (1, 2)))
    unit.learn_all()
    assert unit.verdict.standing is Standing.UNPROVEN
    assert unit.verdict.units_per_usd == Decimal(10_000)


def test_contradictory_figures_are_logged() -> None:
    good = pack(1, man=("3.60", "360000"), woman=("2", "200000"))
    with capture_logs() as lines:
        unit = judged(good, pack(2, cat=("9", "2500")))
        assert (unit.verdict.standing, unit.verdict.units_per_usd) == (Standing.CONTRADICTORY, None)
        assert unit.verdict.misfit is not None
        assert unit.verdict.misfit.pack_id == 2
        # The pack is corrected.
        unit.learn([pack(2, cat=("9", "900000"))])
    assert unit.verdict.standing is Standing.PROVEN
    told = [(line["standing"], line["log_level"]) for line in lines]
    assert told == [("contradictory", "warning"), ("proven", "info")]


def test_unit_that_differs_from_proven_one_is_doubted() -> None:
    unit = judged(*(pack(n, man=("3.60", "360000"), cat=("2", "200000")) for n in (1, 2)))
    assert (unit.verdict.standing, unit.doubted_since) == (Standing.PROVEN, None)
    unit.learn(pack(n, man=("3.60", "36000"), cat=("2", "20000")) for n in (1, 2))
    assert (unit.verdict.standing, unit.verdict.units_per_usd) == (Standing.CONTRADICTORY, None)
    assert unit.doubted_since is not None
    unit.trust()
    assert (unit.verdict.standing, unit.doubted_since) == (Standing.PROVEN, None)
    assert unit.verdict.units_per_usd == Decimal(10_000)


def test_unit_that_differs_from_assumed_one_is_accepted() -> None:
    unit = judged(pack(1, man=("3.60", "360000")))
    unit.learn(pack(n, man=("3.60", "36000"), cat=("2", "20000")) for n in (1, 2))
    assert unit.verdict.standing is Standing.PROVEN


def test_many_agreeing_pairs_do_not_evict_contradictory_ones() -> None:
    others = [pack(n, man=("3.60", "36000"), cat=("2", "20000")) for n in (1, 2)]
    many = [pack(n, man=("3.60", "360000"), cat=("2", "200000")) for n in range(3, 700)]
    unit = judged(*others, *many)
    assert unit.verdict.standing is Standing.CONTRADICTORY
    after = CostUnit(None)
    after.restore(unit.saved())
    assert after.verdict.standing is Standing.CONTRADICTORY
    # They are corrected.
    unit.learn([pack(n, man=("3.60", "360000"), cat=("2", "200000")) for n in (1, 2)])
    assert unit.verdict.standing is Standing.PROVEN


def test_setting_overrides_evidence() -> None:
    packs = [pack(n, man=("3.60", "360000"), cat=("2", "200000")) for n in (1, 2)]
    unit = judged(*packs, setting=Decimal(10_000))
    assert (unit.verdict.standing, unit.verdict.units_per_usd) == (Standing.SET, Decimal(10_000))


def test_evidence_survives_restart() -> None:
    before = judged(pack(1, man=("3.60", "360000")))
    before.learn_all()
    after = CostUnit(None)
    after.restore(before.saved())
    assert after.verdict == before.verdict
    for damaged in (b"", b"[]", b"{}", b'{"pairs": [1], "complete": true}', b"\xff"):
        with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
            CostUnit(None).restore(damaged)


@given(
    st.lists(st.integers(1, 10**6), min_size=3, max_size=30),
    st.integers(2, 7),
    st.integers(0, 10**4),
)
def test_proven_unit_is_true(cents: list[int], exponent: int, noise: int) -> None:
    true = Decimal(10) ** exponent
    packs = [
        pack(number, man=(str(Decimal(cent) / 100), str(Decimal(cent) / 100 * true)))
        for number, cent in enumerate(cents, start=1)
    ]
    unit = judged(*packs)
    assert unit.verdict.standing is not Standing.CONTRADICTORY
    if unit.verdict.standing is Standing.PROVEN:
        assert unit.verdict.units_per_usd == true


@asynccontextmanager
async def process(
    astria: Astria, *, setting: Decimal | None = None, url: str = "mem://", ttl: float = 300
) -> AsyncGenerator[Catalogue]:
    """Start with an empty memory, as a new process does."""
    answers = Answers(AstriaClient(astria.url, KEY, timeout=1), open_store(url, keep_for=3600))
    catalogue = Catalogue(answers, PriceBook(setting), ttl=ttl, stale_ttl=3600)
    yield catalogue
    await catalogue.close()
    await answers.close()


PACKS = [
    made_up_pack(n, costs={"cat": {"cost": cents, "num_images": 3}})
    for n, cents in enumerate([360, 537, 0, 1250, 99, 331, 800, 45], start=1)
]
TRUE = {number: Decimal(one["costs"]["cat"]["cost"]) / 100 for number, one in enumerate(PACKS, 1)}


def offer(astria: Astria, shape: str) -> None:
    astria.shape = SHAPES[shape]
    astria.offer(*PACKS)
    astria.offer(gallery=True)


def shown(packs: Iterable[Pack]) -> dict[int, Price | None]:
    return {one.id: one.classes[0].price for one in packs}


@pytest.mark.parametrize("shape", SHAPES)
async def test_prices_are_right_in_every_shape(astria: Astria, shape: str) -> None:
    offer(astria, shape)
    async with process(astria) as catalogue:
        catalogue.begin_loading()
        listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
        for price, true in _against_truth(shown(listing.packs)):
            assert price.approximate or abs(price.amount - true) <= Decimal("0.005")
        # The evidence at the start is enough.
        await until(
            lambda: (
                catalogue.prices.unit.verdict.standing is Standing.PROVEN
                or not any("cost_mc_hash" in where for where in (astria.shape.listed,))
            )
        )
        listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
        for price, true in _against_truth(shown(listing.packs)):
            assert abs(price.amount - true) <= Decimal("0.005")
            assert not price.approximate
        for one in PACKS:
            (pack_class,) = (await catalogue.pack(one["id"])).value.classes
            assert pack_class.price == Price(TRUE[one["id"]])
            assert pack_class.exact_cost is pack_class.listed_units is None


def _against_truth(prices: dict[int, Price | None]) -> list[tuple[Price, Decimal]]:
    return [(price, TRUE[number]) for number, price in prices.items() if price is not None]


async def test_free_pack_is_cheapest(astria: Astria) -> None:
    offer(astria, "cost_mc")
    async with process(astria) as catalogue:
        listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
        found = listing.packs.select(Filters(sort=Sort.PRICE)).packs
    assert [one.id for one in found][:3] == [3, 8, 5]


async def test_prices_without_evidence_are_approximate(astria: Astria) -> None:
    offer(astria, "the page")
    for one in PACKS:
        astria.fail(f"/p/{one['id']}", 503)
    async with process(astria) as catalogue:
        listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
    assert shown(listing.packs) == {
        number: Price(true, approximate=true > 0) for number, true in TRUE.items()
    }


async def test_prices_with_little_evidence_are_approximate(astria: Astria) -> None:
    """One pair is not enough while more may come: its unit is used, not the page's."""
    offer(astria, "millicents")
    for one in PACKS[1:]:
        astria.fail(f"/p/{one['id']}", 503)
    first = PACKS[0]["id"]
    async with process(astria) as catalogue:
        await catalogue.pack(first)
        listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
    assert shown(listing.packs) == {
        number: Price(true, approximate=true > 0 and number != first)
        for number, true in TRUE.items()
    }


async def test_contradictory_figures_give_no_price(astria: Astria) -> None:
    offer(astria, "the page")
    for number in (1, 2):
        astria.answer(f"/p/{number}", PACKS[number - 1] | {"costs": {"cat": {"cost": 7}}})
    async with process(astria) as catalogue:
        await asyncio.gather(*(catalogue.pack(number) for number in (1, 2, 4)))
        listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
    prices = shown(listing.packs)
    assert (prices[1], prices[4], prices[5]) == (Price(Decimal("0.07")), Price(TRUE[4]), None)


async def test_prices_stay_right_after_restart_during_outage(
    astria: Astria, tmp_path: object
) -> None:
    url = f"disk://{tmp_path}/kept"
    offer(astria, "millicents")
    async with process(astria, url=url) as before:
        before.begin_loading()
        await until(lambda: before.prices.unit.verdict.standing is Standing.PROVEN)
        await asyncio.sleep(0.2)
    astria.answer_all(status=503)
    async with process(astria, url=url) as after:
        after.begin_loading()
        await until(lambda: after.prices.unit.verdict.standing is Standing.PROVEN)
        listing = await after.listing(Source.MINE, Include.PUBLIC, EVERYONE)
    assert shown(listing.packs) == {number: Price(true) for number, true in TRUE.items()}


async def test_kept_exact_cost_yields_to_newer_list(astria: Astria, tmp_path: object) -> None:
    """Only the kept details had an exact figure; only the newer list has `cost_mc_hash`."""
    url = f"disk://{tmp_path}/kept"
    astria.shape = Shape(listed=("cost_mc_hash",), detailed=("cost",), mc_per_usd=100_000)
    astria.offer(gallery=True)
    astria.offer(made_up_pack(1, costs=costs(cat=(360, 5))))
    async with process(astria, url=url) as before:
        await before.pack(1)
    astria.offer(made_up_pack(1, costs=costs(cat=(500, 5))))
    async with process(astria, url=url, setting=Decimal(100_000)) as after:
        listing = await after.listing(Source.MINE, Include.PUBLIC, EVERYONE)
        assert shown(listing.packs)[1] == Price(Decimal(5))
        assert shown([(await after.pack(1)).value])[1] == Price(Decimal(5))
        assert astria.asked("/p/1") == 1


async def test_wrong_setting_is_obeyed_and_logged(astria: Astria) -> None:
    offer(astria, "millicents")
    async with process(astria, setting=Decimal(10_000)) as catalogue:
        with capture_logs() as lines:
            listing = await catalogue.listing(Source.MINE, Include.PUBLIC, EVERYONE)
            assert shown(listing.packs)[1] == Price(Decimal(36))
            for _ in range(2):
                await catalogue.pack(1)
    (warning,) = [line for line in lines if line["log_level"] == "warning"]
    assert (warning["pack"], warning["setting"]) == (1, "ASTRIA_COST_MC_PER_USD")


async def test_price_is_recomputed_if_standing_of_unit_changes(astria: Astria) -> None:
    true = {"cat": {"cost": 360}, "dog": {"cost": 500}}
    units = {"cat": 360_000, "dog": 500_000, "horse": 700_000}
    astria.shape = SHAPES["all figures"]
    astria.offer(made_up_pack(1, costs=true, cost_mc_hash=units))
    astria.offer(gallery=True)
    async with process(astria) as catalogue:

        async def horse() -> Price | None:
            found = await catalogue.pack(1)
            return next(one.price for one in found.value.classes if one.name == "horse")

        good = pack(2, cat=("2", "200000"), dog=("3", "300000"))
        # The evidence is contradictory until the pack's details are known.
        catalogue.prices.learn([good, pack(1, cat=("9", "2500"))])
        assert await horse() == Price(Decimal(7))
        catalogue.prices.learn([pack(3, cat=("9", "2500"))])
        assert await horse() is None


def _offer_in(astria: Astria, own: int, gallery: int) -> None:
    """Write the account's and the gallery's lists with these units per dollar."""
    for path, packs, units in (("/packs", PACKS[:4], own), ("/gallery/packs", PACKS[4:], gallery)):
        shape = Shape(mc_per_usd=units)
        astria.answer(path, [summary(one, shape, gallery=False) for one in packs])


def _assert_true(packs: Iterable[Pack]) -> None:
    """Fail if a price is wrong and not marked as approximate."""
    for price, true in _against_truth(shown(packs)):
        assert price.approximate or abs(price.amount - true) <= Decimal("0.005")


@pytest.mark.parametrize("loaded", [range(1, 9), range(1, 5), (1, 2, 5), ()])
async def test_change_of_unit_gives_no_wrong_price(
    astria: Astria, clock: Clock, loaded: Iterable[int]
) -> None:
    """Only lists have `cost_mc_hash`, only details have costs; then the unit changes tenfold."""
    offer(astria, "the page")
    _offer_in(astria, 10_000, 10_000)
    async with process(astria) as catalogue:

        async def all_prices() -> list[Pack]:
            listing = await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
            return list(listing.packs)

        await all_prices()
        for number in loaded:
            await catalogue.pack(number)
        _assert_true(await all_prices())
        # The account's list changes first, then the gallery's.
        for own, gallery in ((100_000, 10_000), (100_000, 100_000)):
            _offer_in(astria, own, gallery)
            clock(301)
            await catalogue.lists.refreshed(Include.PUBLIC)
            _assert_true(await all_prices())
            for number in loaded:
                _assert_true([(await catalogue.pack(number)).value])
        await catalogue.learn_unit()
        _assert_true(await all_prices())
        if loaded:
            assert catalogue.prices.unit.verdict.units_per_usd == 100_000


@pytest.mark.parametrize("down", [False, True])
async def test_change_of_unit_during_restart_gives_no_wrong_price(
    astria: Astria, tmp_path: object, down: bool
) -> None:
    """The stored evidence is for the old unit, and no details are in memory."""
    url = f"disk://{tmp_path}/kept"
    offer(astria, "the page")
    async with process(astria, url=url) as before:
        await before.learn_unit()
        assert before.prices.unit.verdict.standing is Standing.PROVEN
    offer(astria, "millicents")
    for number in TRUE if down else ():
        astria.fail(f"/p/{number}", 503)
    async with process(astria, url=url, ttl=0) as after:
        after.begin_loading()

        async def relearned() -> bool:
            await after.learn_unit()
            listing = await after.listing(Source.MINE, Include.PUBLIC, EVERYONE)
            _assert_true(listing.packs)
            return after.prices.unit.verdict.units_per_usd == 100_000

        await until(relearned)


def test_price_change_is_not_a_unit_change() -> None:
    unit = judged(*(pack(n, man=("3.60", "36000"), cat=("2", "20000")) for n in (1, 2)))
    listed = PackClass("man", listed_units=Decimal(47_500))
    unit.learn([Pack(id=1, classes=(listed,))])
    assert (unit.verdict.standing, unit.verdict.pairs) == (Standing.PROVEN, 3)


def test_evidence_of_deleted_packs_is_forgotten() -> None:
    gone = pack(9, man=("3.60", "36000"))
    unit = judged(gone, *(pack(n, man=("3.60", "360000"), cat=("2", "200000")) for n in (1, 2)))
    assert unit.verdict.standing is Standing.CONTRADICTORY
    unit.forget_others({1, 2})
    assert (unit.verdict.standing, unit.verdict.units_per_usd) == (Standing.PROVEN, 100_000)


def test_restored_evidence_yields_to_newer_evidence() -> None:
    kept = judged(pack(1, man=("3.60", "36000"))).saved()
    unit = judged(pack(1, man=("3.60", "360000")))
    unit.restore(kept)
    assert unit.verdict.units_per_usd == 100_000
