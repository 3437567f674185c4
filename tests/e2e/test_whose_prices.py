"""COSTS_SHOWN_TO and the shop's file: who sees which price, in every command and control."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import simcord

from standins.astria.pack_builders import Json, costs, made_up_pack
from standins.astria.server import Astria
from standins.astria.shapes import SHAPES
from tests.e2e.conftest import MakeBot, World, bots
from tests.e2e.shown import labels_of, menu_of, message_of, options_of, text_of
from tests.shapes import in_every_shape

COSTS_OF_A, COSTS_OF_B = ("4.37", "6.19", "0.87", "1.55"), ("8.91", "1.27")
"""The shop has prices only for A. The price of an image follows that of its class."""

SHOP = """
[prices]
currency = "EUR"
[prices.packs]
pack-1 = { cat = 31, dog = 57 }
"""
SHOP_PRICES_OF_A = ("€31.00", "€57.00")
LABEL = "Astria's cost"

# The fractions of its seconds look like a price.
_MOMENT = re.compile(r"'timestamp': '[^']*'")


class Case(NamedTuple):
    """Who sees Astria's costs, whether the shop has prices, and the shape of Astria's answers."""

    costs_shown_to: str
    has_shop: bool
    shape: str


_KINDS = [(to, has) for to in ("everyone", "moderators", "nobody") for has in (False, True)]
# Each shape once, and each kind of settings with as many shapes as the others.
CASES = [Case(*kind, shape) for kind, shape in zip(cycle(_KINDS), SHAPES, strict=False)]
each_case = pytest.mark.parametrize(
    "case", CASES, ids=[f"{to}{', shop' * has}, {shape}" for to, has, shape in CASES]
)


@pytest.fixture
async def make_bot(astria: Astria, case: Case, tmp_path: Path) -> AsyncIterator[MakeBot]:
    path = tmp_path / "shop.toml"
    path.write_text(SHOP)
    astria.shape = SHAPES[case.shape]
    astria.offer(*two_packs(cat=437, dog=619, other_cat=891))
    astria.offer(gallery=True)
    settings = {
        "astria_cost_mc_per_usd": None,
        "costs_shown_to": case.costs_shown_to,
        "shop_file": path if case.has_shop else None,
    }
    async with bots(astria_api_url=astria.url, **settings) as make:
        yield make


def two_packs(*, cat: int, dog: int, other_cat: int) -> list[Json]:
    """Return the packs, with costs in US cents."""
    prompts = {
        name: [{"id": n, "images": [f"https://pictures.example/{name}.jpg"]}]
        for n, name in enumerate(("cat", "dog"))
    }
    both = costs(cat=(cat, 5), dog=(dog, 4))
    return [
        made_up_pack(1, title="Beta Pack", costs=both, prompts_per_class=prompts),
        made_up_pack(2, title="Alpha Pack", costs=costs(cat=(other_cat, 7))),
    ]


def shown_by(message: simcord.ResponseMessage) -> str:
    """Return the whole content of a message, with menus and buttons, without times."""
    return _MOMENT.sub("", text_of(message)) + str(message.components)


async def every_list(world: World, who: simcord.MemberActor, **how: object) -> list[str]:
    wanted: list[dict[str, object]] = [
        {}, {"sort": "price"}, {"sort": "image"}, {"class": "cat"},
        {"class": "cat", "sort": "image"}, {"search": "pack"}, {"search": "pack under 5 dollars"},
        {"source": "mine"}, {"max_price": 9}, {"min_images": 5},
    ]  # fmt: skip
    answers = [await who.slash(world.channel, "packs", **one, **how) for one in wanted]
    return [shown_by(message_of(one)) for one in answers]


async def every_pack(world: World, who: simcord.MemberActor, **how: object) -> list[str]:
    wanted: list[dict[str, object]] = [
        {"id": "1"}, {"id": "pack-1"}, {"id": "1", "class": "dog"}, {"id": "1", "pictures": 4},
        {"id": "2"}, {"id": "beta"}, {"id": "pack"},
    ]  # fmt: skip
    answers = [await who.slash(world.channel, "pack", **one, **how) for one in wanted]
    shown = [message_of(one) for one in answers]
    (dog,) = (value for label, value in options_of(shown[0]).items() if label.startswith("dog"))
    turned = await who.select(shown[0], [dog], custom_id=menu_of(shown[0], "class"))
    return [*map(shown_by, shown), shown_by(message_of(turned))]


async def every_comparison(world: World, who: simcord.MemberActor, **how: object) -> list[str]:
    answer = await who.slash(world.channel, "compare", first="1", second="2", **how)
    return [shown_by(message_of(answer))]


async def opened_from_a_list(world: World, who: simcord.MemberActor, **how: object) -> list[str]:
    listed = message_of(await who.slash(world.channel, "packs", **how))
    answers = [
        message_of(await who.select(listed, [number], custom_id=menu_of(listed, "open")))
        for number in ("1", "2")
    ]
    return list(map(shown_by, answers))


async def compared_by_menus(world: World, who: simcord.MemberActor, **how: object) -> list[str]:
    """Return the results of "Compare with…" under a pack, and of two packs chosen in a list."""
    view = message_of(await who.slash(world.channel, "pack", id="1", **how))
    asked = message_of(await who.click(view, label="Compare with…"))
    compared = message_of(await who.select(asked, ["2"], custom_id=menu_of(asked, "with")))
    listed = message_of(await who.slash(world.channel, "packs", **how))
    chosen = message_of(await who.select(listed, ["1", "2"], custom_id=menu_of(listed, "open")))
    return [*map(shown_by, (asked, compared, chosen))]


async def put_in_order(world: World, who: simcord.MemberActor, **how: object) -> list[str]:
    """Return the results of the menus under a list, and the lists of a filter and an order."""
    listed = message_of(await who.slash(world.channel, "packs", search="pack", **how))
    by_title = await who.select(listed, ["title"], custom_id=menu_of(listed, "sort"))
    shown = message_of(by_title)
    classes = menu_of(shown, "class")
    (cat,) = (
        str(option["value"])
        for row in shown.components
        for one in row["components"]
        for option in one.get("options", ())
        if one.get("custom_id") == classes and "cat" in str(option["label"])
    )
    of_class = message_of(await who.select(shown, [cat], custom_id=classes))
    return [*map(shown_by, (shown, of_class))]


async def narrowed(world: World, who: simcord.MemberActor, **how: object) -> list[str]:
    listed = message_of(await who.slash(world.channel, "packs", **how))
    form = await who.click(listed, label="Narrow…")
    assert form.modal is not None
    fields = {row["component"]["custom_id"] for row in form.modal["components"]}
    typed = {"class_key": ["-"], "images": "1", "search": ""}
    priced = {"price": "50"} if "price" in fields else {}
    answer = await who.submit_modal(form, typed | priced)
    return [str(form.modal), shown_by(message_of(answer))]


ANSWERED_IN_PRIVATE = (opened_from_a_list, compared_by_menus, narrowed)
DOORS = [every_list, every_pack, every_comparison, put_in_order, *ANSWERED_IN_PRIVATE]


async def typed_by(world: World, who: simcord.MemberActor) -> list[str]:
    """Return the suggestions of autocomplete."""
    asked = [("pack", "id"), ("compare", "first"), ("compare", "third"), ("packs", "class")]
    asked += [("pack", "class")]
    return [
        str(await who.autocomplete(world.channel, command, option, text))
        for command, option in asked
        for text in ("", "pack", "bet", "c")
    ]


async def private_only(world: World, who: simcord.MemberActor) -> list[str]:
    """Return the private answers: Show pack."""
    said = await world.bob.send(world.channel, "https://www.astria.ai/p/pack-1")
    both = await world.bob.send(
        world.channel, "https://www.astria.ai/p/1 https://www.astria.ai/p/2"
    )
    answers = [await who.context_menu(world.channel, "Show pack", one) for one in (said, both)]
    return [shown_by(message_of(one)) for one in answers]


async def handed_on(world: World, who: simcord.MemberActor) -> list[str]:
    """Return the public results of a private view: the share, and the text for a customer."""
    asked: list[tuple[str, dict[str, Any]]] = [
        ("pack", {"id": "1"}), ("pack", {"id": "2"}), ("packs", {}), ("packs", {"sort": "price"}),
        ("compare", {"first": "1", "second": "2"}),
    ]  # fmt: skip
    given: list[str] = []
    for command, options in asked:
        view = message_of(await who.slash(world.channel, command, private=True, **options))
        if "Text for a customer" in labels_of(view):
            given.append(message_of(await who.click(view, label="Text for a customer")).content)
        post = message_of(await who.click(view, label="Share"))
        assert not post.ephemeral
        given.append(shown_by(post))
    return given


def figures_in(shown: list[str], figures: tuple[str, ...]) -> set[str]:
    """Return the figures in a text, in any format of decimals."""
    every = "\n".join(shown).replace(",", ".")
    return {figure for figure in figures if figure in every}


def assert_for_members(case: Case, shown: list[str]) -> None:
    """Fail if a text has a cost that members and the public may not see, or lacks a price."""
    assert "Beta Pack" in "\n".join(shown)
    everyone = case.costs_shown_to == "everyone"
    assert LABEL not in "\n".join(shown)
    if case.has_shop:
        assert not figures_in(shown, COSTS_OF_A)
        assert any(price in one for one in shown for price in SHOP_PRICES_OF_A)
    else:
        assert bool(figures_in(shown, COSTS_OF_A)) is everyone
        assert not any("€" in one for one in shown)
    if not everyone:
        assert not figures_in(shown, COSTS_OF_B)
        assert not any("$" in one or "unknown" in one for one in shown)


Door = Callable[..., Awaitable[list[str]]]


@each_case
@pytest.mark.parametrize("door", DOORS)
async def test_doors(world: World, case: Case, door: Door) -> None:
    for private in (False, True):
        assert_for_members(case, await door(world, world.alice, private=private))
    if door not in ANSWERED_IN_PRIVATE:
        assert_for_members(case, await door(world, world.mod, private=False))
    shown = await door(world, world.mod, private=True)
    may_see = case.costs_shown_to != "nobody"
    assert bool(figures_in(shown, COSTS_OF_A)) is may_see
    assert (LABEL in "\n".join(shown)) is (may_see and case.has_shop)
    if case.has_shop:
        before_the_label = "\n".join(shown).partition(LABEL)[0]
        assert any(price in before_the_label for price in SHOP_PRICES_OF_A)


@each_case
async def test_shares_and_customer_texts_show_no_hidden_cost(world: World, case: Case) -> None:
    for who in (world.mod, world.alice):
        assert_for_members(case, await handed_on(world, who))


@each_case
async def test_suggestions_show_no_hidden_cost(world: World, case: Case) -> None:
    await world.alice.slash(world.channel, "packs")
    await world.mod.slash(world.channel, "packs", private=True)
    assert_for_members(case, await typed_by(world, world.alice))
    # Suggestions are private, and have no room for a cost beside the shop's price.
    shown = await typed_by(world, world.mod)
    assert bool(figures_in(shown, COSTS_OF_B)) is (case.costs_shown_to != "nobody")
    assert not (case.has_shop and figures_in(shown, COSTS_OF_A))


@each_case
async def test_show_pack(world: World, case: Case) -> None:
    assert_for_members(case, await private_only(world, world.alice))
    shown = "\n".join(await private_only(world, world.mod))
    assert (LABEL in shown) is (case.has_shop and case.costs_shown_to != "nobody")


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.costs_shown_to != "everyone"], ids=str
)
async def test_order_and_filters_reveal_no_hidden_cost(
    world: World, astria: Astria, case: Case
) -> None:
    """Members' replies do not depend on costs that they may not see."""
    before = await ordered_and_filtered(world)
    astria.offer(*two_packs(cat=3, dog=99_900, other_cat=2))
    await world.restart()
    await world.alice.slash(world.channel, "packs")
    assert await ordered_and_filtered(world) == before


async def ordered_and_filtered(world: World) -> list[list[str]]:
    """Return the titles and prices of lists with a member's filters and orders."""
    wanted: list[dict[str, object]] = [
        {"sort": "price"}, {"sort": "image"}, {"sort": "price", "class": "cat"},
        *({"max_price": price} for price in (1, 5, 8.90, 8.91, 40)),
    ]  # fmt: skip
    answers = [await world.alice.slash(world.channel, "packs", **one) for one in wanted]
    return [
        re.findall(r"'title': '[^']*'|[€$][\d.]+|unknown|more pack", shown_by(message_of(one)))
        for one in answers
    ]


CURRENCIES = """
[prices]
currency = "EUR"
[prices.packs]
1 = 30
2 = 20
3 = { amount = 9, currency = "JPY" }
4 = { amount = 5, currency = "CHF" }
5 = { amount = 7, currency = "CHF" }
"""


@in_every_shape
class TestSeveralCurrencies:
    """Six packs of three pictures: two in euros, two in francs, one in yen, one at its cost."""

    @pytest.fixture
    async def make_bot(self, astria: Astria, tmp_path: Path) -> AsyncIterator[MakeBot]:
        path = tmp_path / "shop.toml"
        path.write_text(CURRENCIES)
        astria.offer(*(made_up_pack(n, costs=costs(cat=(600, 3))) for n in range(1, 7)))
        astria.offer(gallery=True)
        async with bots(astria_api_url=astria.url, shop_file=path) as make:
            yield make

    async def test_lowest_price_of_a_comparison_is_in_one_currency(self, world: World) -> None:
        lowest = {"12": "**€20.00**", "45": "**CHF\N{NO-BREAK SPACE}5.00**"}
        for refs in (*lowest, "14", "34", "16", "124", "453"):
            named = dict(zip(("first", "second", "third"), refs, strict=False))
            message = message_of(await world.alice.slash(world.channel, "compare", **named))
            lines = str(message.embeds[0].description).splitlines()
            marked = [line for line in lines if "lowest" in line]
            assert len(marked) == (refs in lowest), refs
            assert all(lowest[refs] in line for line in marked), refs

    async def test_each_currency_is_sorted_separately(self, world: World) -> None:
        """Currencies are not mixed: 5 francs, 7 francs, 6 dollars, 9 yen is not an order."""
        for number in range(1, 7):  # some lists do not tell the numbers of images
            await world.alice.slash(world.channel, "pack", id=str(number))
        await world.env.advance_time(5)  # until the list is made again
        for sort in ("price", "image"):
            first = message_of(await world.alice.slash(world.channel, "packs", sort=sort))
            shown = [embed.title for embed in first.embeds]
            await world.alice.click(first, label="Next")
            shown += [embed.title for embed in first.embeds]
            assert shown == [f"Pack number {n}" for n in (2, 1, 4, 5, 3, 6)], sort

    async def test_max_price_is_in_one_currency(self, world: World) -> None:
        for most in (5, 10, 25, 50):
            message = message_of(await world.alice.slash(world.channel, "packs", max_price=most))
            titles = {embed.title for embed in message.embeds}
            within = {f"Pack number {n}" for n, euros in ((1, 30), (2, 20)) if euros <= most}
            assert titles == within
            assert f"€{most}.00" in message.content
            assert "4 more packs" in message.content
