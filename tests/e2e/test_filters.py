"""Filter a list by price and number of images, and sort it, by options and by the form."""

from __future__ import annotations

import pytest
import simcord

from cogs.limits import CUSTOM_ID
from cogs.packs.query import LONGEST_SEARCH, Query
from cogs.ui.controls import filter_key
from standins.astria.pack_builders import made_up_pack
from standins.astria.server import Astria
from standins.astria.shapes import SHAPES
from tests.e2e.conftest import World
from tests.e2e.shown import controls_of, message_of

# By title: for each class the cost in US cents, and the number of images.
PACKS = {
    "Cheap Cats": {"cat": (100, 2)},
    "Dear Cats": {"cat": (900, 90)},
    "Cats and Men": {"cat": (500, 10), "man": (300, 30)},
    "Men": {"man": (450, 5)},
    "Unpriced Men": {"man": (None, 50)},
    "Uncounted Cats": {"cat": (200, None)},
}


@pytest.fixture
async def priced(world: World, astria: Astria, request: pytest.FixtureRequest) -> World:
    astria.shape = SHAPES[getattr(request, "param", "costs in lists")]
    astria.offer(gallery=True)
    astria.offer(
        *(
            made_up_pack(
                number,
                title=title,
                costs={
                    name: {"cost": cents, "num_images": images}
                    for name, (cents, images) in classes.items()
                },
                prompts_per_class={},
            )
            for number, (title, classes) in enumerate(PACKS.items(), start=1)
        )
    )
    await world.restart()
    for number in range(1, len(PACKS) + 1):  # some lists do not tell all figures
        await world.alice.slash(world.channel, "pack", id=str(number))
    await world.env.advance_time(5)  # until the list is made again
    return world


in_every_shape = pytest.mark.parametrize("priced", list(SHAPES), indirect=True)


async def packs(world: World, **options: object) -> simcord.ResponseMessage:
    return message_of(await world.alice.slash(world.channel, "packs", **options))


def titles_of(message: simcord.ResponseMessage) -> list[str | None]:
    return [embed.title for embed in message.embeds]


OPTIONS: list[tuple[dict[str, object], list[str], int]] = [
    ({"max_price": 3}, ["Uncounted Cats", "Cats and Men", "Cheap Cats"], 1),
    ({"max_price": 3, "class": "cat"}, ["Uncounted Cats", "Cheap Cats"], 0),
    ({"max_price": 2.99, "class": "Männer"}, [], 1),
    ({"min_images": 30}, ["Unpriced Men", "Cats and Men", "Dear Cats"], 1),
    ({"min_images": 10, "max_price": 5}, ["Cats and Men"], 2),
    ({"min_images": 10, "max_price": 5, "class": "cat"}, ["Cats and Men"], 1),
    ({"max_price": 5, "search": "cats", "sort": "price"}, ["Cheap Cats", "Uncounted Cats"], 0),
    ({"max_price": 0}, [], 1),
]


@in_every_shape
async def test_options(priced: World) -> None:
    for options, titles, unknown in OPTIONS:
        message = await packs(priced, **options)
        shown = titles_of(message)
        assert shown[: len(titles)] == titles, options
        assert ("more pack" in message.content) is bool(unknown), options
        assert (f"{unknown} more pack" in message.content) is bool(unknown), options


ORDERS: list[tuple[dict[str, object], list[str]]] = [
    ({"sort": "image"}, ["Cats and Men", "Dear Cats", "Cheap Cats", "Men"]),
    ({"sort": "image", "class": "cat"}, ["Dear Cats", "Cats and Men", "Cheap Cats"]),
    ({"sort": "price", "class": "man"}, ["Cats and Men", "Men", "Unpriced Men"]),
]


@in_every_shape
async def test_orders(priced: World) -> None:
    for options, first in ORDERS:
        message = await packs(priced, **options)
        assert titles_of(message)[: len(first)] == first, options


@pytest.mark.parametrize(
    ("locale", "heading", "unknown"),
    [
        (
            "en-US",
            "for cat · up to $5.00 · with at least 10 images · lowest price per image first",
            "*1 more pack may fit, but its price or number of images isn't known.*",
        ),
        (
            "de",
            "Klasse Katze · bis 5,00\N{NO-BREAK SPACE}$ · mindestens 10 Bilder",
            "*1 weiteres Foto-Pack könnte passen, aber Preis oder Bilderzahl ist nicht bekannt.*",
        ),
        (
            "fr",
            "classe chat · jusqu'à 5,00\N{NO-BREAK SPACE}$US · au moins 10 images",
            "*1 autre pack pourrait convenir, mais son prix ou son nombre d'images "
            "n'est pas connu.*",
        ),
    ],
)
async def test_heading_names_the_filters(
    priced: World, locale: str, heading: str, unknown: str
) -> None:
    priced.speaks(priced.alice, locale)
    options = {"class": "cat", "max_price": 5, "min_images": 10, "sort": "image"}
    message = await packs(priced, **options)
    first, second, *_ = message.content.splitlines()
    assert heading in first
    assert second == unknown


async def test_filters_can_be_removed_one_by_one(priced: World) -> None:
    message = await packs(priced, **{"max_price": 1, "min_images": 50, "class": "cat"})
    assert message.content.startswith(
        "There are no packs for cat, up to $1.00, with at least 50 images."
    )
    await priced.restart()
    await priced.alice.click(message, label="Any price")
    assert titles_of(message) == ["Dear Cats"]


async def narrow(
    world: World, message: simcord.ResponseMessage, **values: object
) -> simcord.ResponseMessage:
    form = await world.alice.click(message, label="Narrow…")
    await world.restart()
    return message_of(await world.alice.submit_modal(form, values))


async def test_the_form(priced: World) -> None:
    message = await packs(priced)
    values = {"class_key": [filter_key("cat")], "price": "5,00 €", "images": "", "search": ""}
    answer = await narrow(priced, message, **values)
    assert answer.id == message.id
    assert answer.content.startswith("**3 packs** for cat · up to $5.00")
    form = await priced.alice.click(answer, label="Narrow…")
    assert form.modal is not None
    fields = {row["component"]["custom_id"]: row["component"] for row in form.modal["components"]}
    assert fields["price"]["value"] == "5"
    chosen = [one["label"] for one in fields["class_key"]["options"] if one.get("default")]
    assert chosen == ["cat"]
    # Empty fields have a meaning too.
    assert not any(field.get("required", True) for field in fields.values())
    assert form.modal["title"] == "Narrow the list"
    words: dict[str, object] = {
        "class_key": [],
        "price": "",
        "images": "30",
        "search": "headshots for men",
    }
    answer = message_of(await priced.alice.submit_modal(form, words))
    assert "No packs match" in answer.content


async def test_form_under_another_s_list_gives_a_private_copy(priced: World) -> None:
    message = await packs(priced)
    form = await priced.bob.click(message, label="Narrow…")
    values = {"class_key": ["-"], "price": "3", "images": "", "search": ""}
    copy = message_of(await priced.bob.submit_modal(form, values))
    assert copy.ephemeral
    assert copy.id != message.id


@pytest.mark.parametrize(
    ("field", "typed"),
    [("price", "cheap"), ("price", "1.000"), ("price", "-3"), ("images", "x"), ("images", "²")],
)
async def test_unreadable_values_of_the_form(priced: World, field: str, typed: str) -> None:
    message = await packs(priced)
    before = message.content
    refused = await narrow(priced, message, **{"class_key": ["-"], field: typed})
    assert refused.ephemeral
    assert f"“{typed}”" in refused.content.replace("\\", "")
    assert message.content == before


async def test_class_is_typed_if_there_are_too_many(world: World, astria: Astria) -> None:
    costs = {f"class {n}": {"cost": 100, "num_images": 1} for n in range(30)}
    astria.offer(*(made_up_pack(n, costs=costs, prompts_per_class={}) for n in range(1, 8)))
    await world.restart()
    message = await packs(world)
    await narrow(world, message, **{"class": "Class 7", "price": "1"})
    assert "for class 7 · up to $1.00" in message.content


async def test_longest_search_keeps_every_filter(priced: World) -> None:
    search = "cats " + "x" * 100
    options = {
        "search": search,
        "class": "cat",
        "max_price": 9999.99,
        "min_images": 1,
        "sort": "image",
        "source": "mine",
    }
    message = await packs(priced, **options)
    ids = [str(one["custom_id"]) for one in controls_of(message) if "custom_id" in one]
    assert all(len(one) <= CUSTOM_ID for one in ids)
    assert any(search[:LONGEST_SEARCH] in one for one in ids)
    assert "up to $9,999.99" in message.content


async def test_controls_of_earlier_releases(priced: World) -> None:
    search = "cats".ljust(60, "x")
    action, query = Query.parse(f"packs:next:1:app:9e5e43a8:{search}")
    assert action == "next"
    assert query.search == search
    assert (query.max_price, query.min_images) == (None, None)
