"""Hidden prices are not revealed by filters, order, suggestions or comparison."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import cycle

import pytest
import simcord

from standins.astria.pack_builders import costs, full_pack
from standins.astria.server import Astria
from standins.astria.shapes import SHAPES
from tests.e2e.conftest import MakeBot, World, bots
from tests.e2e.shown import controls_of, menu_of, message_of, text_of

# No order by price or price per image equals an order by age or title.
CENTS = {"Bees": 500, "Ants": 900, "Cats": 100, "Dogs": 300}
NEWEST_FIRST = ["Dogs", "Cats", "Ants", "Bees"]
CHEAPEST_FIRST = ["Cats", "Dogs", "Bees", "Ants"]

NOTE = "Prices aren't shown here, so I can't filter or sort by them."

BY_PRICE: list[dict[str, object]] = [
    {"max_price": 3}, {"sort": "price"}, {"sort": "image"}, {"max_price": 0, "sort": "price"},
]  # fmt: skip


# Each shape once, half of them with either setting.
@pytest.fixture(params=list(zip(cycle(["nobody", "moderators"]), SHAPES, strict=False)), ids=str)
async def make_bot(astria: Astria, request: pytest.FixtureRequest) -> AsyncIterator[MakeBot]:
    shown_to, shape = request.param
    astria.shape = SHAPES[shape]
    astria.offer(gallery=True)
    astria.offer(
        *(
            full_pack(number, title=title, slug=title.lower(), costs=costs(cat=(cents, 10)))
            for number, (title, cents) in enumerate(CENTS.items(), start=301)
        )
    )
    async with bots(
        astria_api_url=astria.url, costs_shown_to=shown_to, astria_cost_mc_per_usd=None
    ) as make:
        yield make


for_moderators = pytest.mark.parametrize(
    "make_bot", [("moderators", shape) for shape in SHAPES], ids=str, indirect=True
)


async def packs(
    world: World, who: simcord.MemberActor, **options: object
) -> simcord.ResponseMessage:
    return message_of(await who.slash(world.channel, "packs", **options))


def titles_of(message: simcord.ResponseMessage) -> list[str | None]:
    return [embed.title for embed in message.embeds]


def assert_priceless(message: simcord.ResponseMessage) -> None:
    """Fail if a reader or a client sees anything about prices."""
    for said in (text_of(message), str(message.components)):
        assert "$" not in said
        assert "price" not in said.replace(NOTE, "").casefold()


def fields_of(form: simcord.InteractionResult) -> set[str]:
    assert form.modal is not None
    return {row["component"]["custom_id"] for row in form.modal["components"]}


@pytest.mark.parametrize("private", [False, True])
async def test_price_options_are_refused(world: World, private: bool) -> None:
    for options in BY_PRICE:
        message = await packs(world, world.alice, **options, private=private)
        assert titles_of(message) == NEWEST_FIRST
        assert NOTE in message.content
        assert_priceless(message)


async def test_hidden_prices_are_not_offered(world: World) -> None:
    message = await packs(world, world.alice)
    assert titles_of(message) == NEWEST_FIRST
    assert_priceless(message)
    assert fields_of(await world.alice.click(message, label="Narrow…")) == {
        "class_key", "images", "search",
    }  # fmt: skip


async def list_of_before(world: World, **options: object) -> simcord.ResponseMessage:
    """Return a list of a time when everybody could see prices."""
    await world.bot.close()
    world.bot = world.make_bot(costs_shown_to="everyone")
    await world.env.restart_bot(world.bot)
    message = await packs(world, world.alice, **options)
    assert "$" in text_of(message)
    return message


async def test_old_form_reveals_no_prices(world: World) -> None:
    message = await list_of_before(world)
    form = await world.alice.click(message, label="Narrow…")
    await world.restart()
    values = {"class_key": ["-"], "price": "3", "images": "", "search": ""}
    answer = message_of(await world.alice.submit_modal(form, values))
    assert titles_of(answer) == NEWEST_FIRST
    assert NOTE in answer.content
    assert_priceless(answer)


@pytest.mark.parametrize("order", ["price", "image"])
async def test_old_menu_reveals_no_prices(world: World, order: str) -> None:
    message = await list_of_before(world, max_price=5)
    assert titles_of(message) == ["Dogs", "Cats", "Bees"]
    await world.restart()
    menu = menu_of(message, "sort")
    answer = message_of(await world.alice.select(message, [order], custom_id=menu))
    assert titles_of(answer) == NEWEST_FIRST
    assert_priceless(answer)


async def test_suggestions(world: World) -> None:
    for typed in ("", "cats", "cheap", "cheapest cat", "under 3", "$3"):
        for command, option in (("pack", "id"), ("compare", "first")):
            choices = await world.alice.autocomplete(world.channel, command, option, typed)
            assert not [one for one in choices if "$" in str(one["name"])]
    choices = await world.alice.autocomplete(world.channel, "pack", "id", "")
    assert [str(one["name"]).split(" ·")[0] for one in choices] == list(CENTS)


async def test_a_comparison(world: World) -> None:
    for private in (False, True):
        options = {"first": "cats", "second": "ants", "private": private}
        message = message_of(await world.alice.slash(world.channel, "compare", **options))
        assert "Cats" in text_of(message)
        assert "lowest" not in text_of(message).casefold()
        assert_priceless(message)


@for_moderators
async def test_moderators_may_use_prices_privately(world: World) -> None:
    message = await packs(world, world.mod, sort="price", private=True)
    assert titles_of(message) == CHEAPEST_FIRST
    assert "$1.00" in text_of(message)
    message = await packs(world, world.mod, max_price=3, private=True)
    assert titles_of(message) == ["Dogs", "Cats"]
    assert "price" in fields_of(await world.mod.click(message, label="Narrow…"))


@for_moderators
async def test_moderator_s_order_is_not_shared(world: World) -> None:
    for options in ({"sort": "price"}, {"max_price": 3}):
        message = await packs(world, world.mod, **options, private=True)
        shared = message_of(await world.mod.click(message, label="Share"))
        assert not shared.ephemeral
        assert titles_of(shared) == NEWEST_FIRST
        assert_priceless(shared)


@for_moderators
async def test_moderator_s_form_under_a_public_list(world: World) -> None:
    message = await packs(world, world.mod)
    form = await world.mod.click(message, label="Narrow…")
    values = {"class_key": ["-"], "price": "3", "images": "", "search": ""}
    answer = message_of(await world.mod.submit_modal(form, values))
    assert not answer.ephemeral
    assert titles_of(answer) == NEWEST_FIRST
    assert NOTE in answer.content
    assert not any(",3" in str(one.get("custom_id")) for one in controls_of(answer))
