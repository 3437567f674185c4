"""Every price in a reply is true, in every shape of Astria's answers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal

import pytest

from standins.astria.pack_builders import Json, costs, full_pack, pack_260
from standins.astria.server import Astria
from standins.astria.shapes import SHAPES
from tests.e2e.conftest import MakeBot, World, bots
from tests.e2e.shown import message_of, options_of, text_of
from tests.shapes import in_every_shape, in_shapes

PACKS = [
    pack_260(),
    full_pack(301, title="Royal Cats", slug="royal-cats", costs=costs(cat=(180, 6))),
    full_pack(302, title="Old Money", slug="old-money", costs=costs(man=(1250, 20), woman=(99, 4))),
    full_pack(303, title="Free Dogs", slug="free-dogs", costs=costs(dog=(0, 3))),
]
LISTS: list[dict[str, str]] = [
    {}, {"sort": "price"}, {"source": "mine"}, {"source": "gallery"}, {"class": "man"},
]  # fmt: skip
HALF_A_CENT = Decimal("0.005")

_AMOUNT = re.compile(r"(about )?\$(\d[\d,]*\.\d+)(?:–\$(\d[\d,]*\.\d+))?")


def figures(pack: Json) -> Iterator[Decimal]:
    """Yield the prices of a pack's classes, and their prices per image."""
    for cost in pack["costs"].values():
        price = Decimal(cost["cost"]) / 100
        yield from (price, price / cost["num_images"])


TRUE_FIGURES = [figure for pack in PACKS for figure in figures(pack)]


def assert_true(text: str) -> None:
    """Fail if a text shows an exact figure that no pack has."""
    shown = _AMOUNT.findall(text)
    assert shown
    for about, *range_of in shown:
        for amount in filter(None, range_of):
            figure = Decimal(amount.replace(",", ""))
            near = any(abs(figure - true) <= HALF_A_CENT for true in TRUE_FIGURES)
            assert about or near, amount


@pytest.fixture
async def astria(astria: Astria) -> Astria:
    astria.offer(*PACKS)
    astria.offer(*PACKS[:2], gallery=True)
    return astria


@pytest.fixture
async def make_bot(astria: Astria) -> AsyncIterator[MakeBot]:
    """Make bots that have to learn the unit of `cost_mc_hash`, as by default."""
    async with bots(astria_api_url=astria.url, astria_cost_mc_per_usd=None) as make:
        yield make


@in_every_shape
async def test_pack_shows_all_its_prices(world: World) -> None:
    for pack in PACKS:
        for ref in (str(pack["id"]), pack["slug"]):
            shown = text_of(message_of(await world.alice.slash(world.channel, "pack", id=ref)))
            assert_true(shown)
            for name, cost in pack["costs"].items():
                assert name in shown
                assert f"${cost['cost'] / 100:.2f}" in shown


@in_every_shape
async def test_list_shows_no_wrong_price(world: World) -> None:
    for options in LISTS:
        message = message_of(await world.alice.slash(world.channel, "packs", **options))
        assert_true(text_of(message))
        for label in options_of(message):
            if "$" in label:
                assert_true(label)


@in_every_shape
async def test_list_without_details_shows_no_wrong_price(world: World, astria: Astria) -> None:
    for pack in PACKS:
        astria.fail(f"/p/{pack['id']}", 503)
    await world.restart()
    assert_true(text_of(message_of(await world.alice.slash(world.channel, "packs"))))


@in_every_shape
async def test_cheapest_pack_comes_first(world: World) -> None:
    message = message_of(await world.alice.slash(world.channel, "packs", sort="price"))
    titles = [embed.title for embed in message.embeds]
    assert titles == ["Free Dogs", "Old Money", "Royal Cats", "Corporate Headshots"]


@in_every_shape
async def test_comparison_shows_the_prices(world: World) -> None:
    options = {"first": "260", "second": "302"}
    shown = text_of(message_of(await world.alice.slash(world.channel, "compare", **options)))
    assert_true(shown)
    for price in ("$3.60", "$3.31", "$12.50", "$0.99"):
        assert price in shown


@in_every_shape
async def test_suggestions_show_no_wrong_price(world: World) -> None:
    for typed in ("", "royal", "corp"):
        for choice in await world.alice.autocomplete(world.channel, "pack", "id", typed):
            if "$" in (name := str(choice["name"])):
                assert_true(name)


@in_shapes(name for name, shape in SHAPES.items() if shape.page_size)
async def test_long_list_is_complete(world: World, astria: Astria) -> None:
    many = [full_pack(number, costs=costs(cat=(500, 5))) for number in range(150, 0, -1)]
    astria.offer(*many)
    astria.offer(gallery=True)
    await world.restart()
    message = message_of(await world.alice.slash(world.channel, "packs", source="mine"))
    assert "150 packs" in text_of(message)
