"""Every price that a reply shows is the true one, in whatever shape Astria sends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from standins.astria.packs import Json, costs, full_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import message_of, options_of, text_of
from tests.shapes import in_every_shape

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

_AMOUNT = re.compile(r"(about |from about )?\$(\d[\d,]*\.\d+)")


def figures(pack: Json) -> Iterator[Decimal]:
    """Give what the classes of a pack cost, and what one image of each costs."""
    for cost in pack["costs"].values():
        price = Decimal(cost["cost"]) / 100
        yield from (price, price / cost["num_images"])


TRUE_FIGURES = [figure for pack in PACKS for figure in figures(pack)]


def assert_true(text: str) -> None:
    """Fail if a text shows a figure for exact that is none of the packs'."""
    shown = _AMOUNT.findall(text)
    assert shown
    for about, amount in shown:
        figure = Decimal(amount.replace(",", ""))
        assert about or any(abs(figure - true) <= HALF_A_CENT for true in TRUE_FIGURES), amount


@pytest.fixture
async def astria(astria: Astria) -> Astria:
    astria.offer(*PACKS)
    astria.offer(*PACKS[:2], gallery=True)
    return astria


@in_every_shape
async def test_a_pack_shows_all_its_prices(world: World) -> None:
    for pack in PACKS:
        for ref in (str(pack["id"]), pack["slug"]):
            shown = text_of(message_of(await world.alice.slash(world.channel, "pack", id=ref)))
            assert_true(shown)
            for name, cost in pack["costs"].items():
                assert name in shown
                assert f"${cost['cost'] / 100:.2f}" in shown


@in_every_shape
async def test_a_list_shows_no_wrong_price(world: World) -> None:
    for options in LISTS:
        message = message_of(await world.alice.slash(world.channel, "packs", **options))
        assert_true(text_of(message))
        for label in options_of(message):
            if "$" in label:
                assert_true(label)


@in_every_shape
async def test_cheapest_first_is_true(world: World) -> None:
    message = message_of(await world.alice.slash(world.channel, "packs", sort="price"))
    titles = [embed.title for embed in message.embeds]
    assert titles == ["Free Dogs", "Old Money", "Royal Cats", "Corporate Headshots"]


@in_every_shape
async def test_a_comparison_shows_the_prices(world: World) -> None:
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
