"""No figure in a reply is wrong, however Astria mixes its formats of costs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal

import pytest
import simcord
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from standins.astria.pack_builders import Json, costs, full_pack
from standins.astria.server import Astria, astria_server
from standins.astria.shapes import SHAPES, Shape, detail, summary
from tests.e2e.conftest import SETTLED_WITHIN, Env, World, bots, build_world
from tests.e2e.shown import message_of, text_of

HALF_A_CENT = Decimal("0.005")
UNITS = (10_000, 100_000)

_FIGURE = re.compile(r"(about |under )?\$(\d[\d,]*(?:\.\d+)?)(?:–\$(\d[\d,]*(?:\.\d+)?))?( each)?")
_BLOCK = re.compile(r"\*\*(k\d[ab])\*\*")  # of a comparison: a line for each pack follows
_CLASS = re.compile(r"\bk(\d)[ab]\b")


@dataclass(frozen=True)
class Written:
    """A pack, and its format; `down`: its details cannot be loaded."""

    pack: Json
    listed: Shape
    detailed: Shape
    down: bool
    in_gallery: bool

    def price(self, name: str) -> Decimal:
        return Decimal(self.pack["costs"][name]["cost"]) / 100

    def per_image(self, name: str) -> Decimal:
        return self.price(name) / self.pack["costs"][name]["num_images"]

    @property
    def is_exact(self) -> bool:
        """Whether its details have costs in a known unit."""
        return not self.down and bool({"cost", "cost_mc"} & set(self.detailed.detailed))


@st.composite
def shapes(draw: st.DrawFn, mc_per_usd: int) -> Shape:
    figures = st.lists(st.sampled_from(["cost_mc_hash", "cost", "cost_mc"]), unique=True)
    return Shape(
        listed=draw(figures),
        detailed=draw(figures),
        mc_per_usd=mc_per_usd,
        texts=draw(st.booleans()),
        images=draw(st.sampled_from(["addresses", "objects", "videos"])),
        templates=draw(st.booleans()),
    )


@st.composite
def catalogues(draw: st.DrawFn) -> list[Written]:
    """Draw packs of an account, each in its own format, but with one unit for all."""
    mc_per_usd = draw(st.sampled_from(UNITS))
    return [
        Written(
            _pack(number, draw(_CLASSES)),
            draw(shapes(mc_per_usd)),
            draw(shapes(mc_per_usd)),
            down=draw(st.integers(0, 3)) == 0,
            in_gallery=draw(st.booleans()),
        )
        for number in range(1, draw(st.integers(2, 4)) + 1)
    ]


_CENTS = st.one_of(st.just(0), st.integers(1, 30), st.integers(31, 250_000))
_CLASSES = st.lists(st.tuples(_CENTS, st.integers(1, 5)), min_size=1, max_size=2)


def _pack(number: int, classes: Sequence[tuple[int, int]]) -> Json:
    named = {f"k{number}{letter}": one for letter, one in zip("ab", classes, strict=False)}
    prompts = {
        name: [
            {"id": number * 100 + n, "images": [f"https://pictures.example/{name}/{n}.jpg"]}
            for n in range(images)
        ]
        for name, (_, images) in named.items()
    }
    title = f"Title {number}"
    return full_pack(number, title=title, costs=costs(**named), prompts_per_class=prompts)


def write(astria: Astria, catalogue: Sequence[Written]) -> None:
    """Make Astria answer in these formats."""
    for path, gallery in (("/packs", False), ("/gallery/packs", True)):
        offered = [one for one in catalogue if one.in_gallery or not gallery]
        astria.answer(path, [summary(one.pack, one.listed, gallery=gallery) for one in offered])
    for one in catalogue:
        for ref in (one.pack["id"], one.pack["slug"]):
            if one.down:
                astria.fail(f"/p/{ref}", 503)
            else:
                astria.answer(f"/p/{ref}", detail(one.pack, one.detailed))


@asynccontextmanager
async def started(astria: Astria, **settings: object) -> AsyncGenerator[World]:
    """Start a bot that learns the unit unless the settings have it."""
    wanted: dict[str, object] = {"astria_cost_mc_per_usd": None, **settings}
    async with bots(astria_api_url=astria.url, **wanted) as make:
        env = Env(make(), settle_timeout=SETTLED_WITHIN)
        await env.start()
        try:
            yield build_world(env, make)
        finally:
            await env.shutdown()


async def replies(world: World, ids: Sequence[int]) -> list[str]:
    """Return the texts of all replies with prices, and the suggestions."""
    who, channel = world.alice, world.channel
    asked: list[tuple[str, Mapping[str, object]]] = [
        ("packs", {}), ("packs", {"sort": "price"}), ("packs", {"sort": "image"}),
        ("packs", {"class": "k1a"}), ("compare", {"first": "1", "second": "2"}),
        *(("pack", {"id": str(number)}) for number in ids),
        ("packs", {"sort": "price"}), ("packs", {}),
    ]  # fmt: skip
    shown: list[str] = []
    for command, options in asked:
        shown += await offered_while_typing(world)
        shown.append(readable(message_of(await who.slash(channel, command, **options))))
    return shown + await offered_while_typing(world)


async def offered_while_typing(world: World) -> list[str]:
    return [
        str(choice["name"]).replace(" · ", "\n", 1)
        for choice in await world.alice.autocomplete(world.channel, "pack", "id", "title")
    ]


def readable(message: simcord.ResponseMessage) -> str:
    """Return the texts of a message, with each embed's title before its lines."""
    embeds = (f"{embed.description}" for embed in message.embeds)
    options = (
        f"{option['label']} {option['description']}"
        for row in message.components
        for one in row["components"]
        for option in one.get("options", ())
        if option.get("description")
    )
    return "\n".join([message.content, *embeds, *options])


def parts_of(text: str) -> Iterator[str]:
    """Yield the texts about one class or pack: lines, or their parts if they name several."""
    block = ""
    for line in text.splitlines():
        if header := _BLOCK.fullmatch(line):
            block = header[1]
        elif not line or _CLASS.search(line):
            block = ""
        several = len(_CLASS.findall(line)) > 1
        yield from line.split(", ") if several else [f"{block} {line}"]


def assert_true(catalogue: Sequence[Written], text: str) -> None:
    """Fail if a text has a wrong figure that is not marked as approximate."""
    by_id = {one.pack["id"]: one for one in catalogue}
    for part in parts_of(text):
        of_class = _CLASS.search(part)
        of_pack = re.search(r"Title (\d)", part)
        for hedge, *ends, each in _FIGURE.findall(part):
            amounts = [Decimal(one.replace(",", "")) for one in ends if one]
            if of_class is not None:
                one, name = by_id[int(of_class[1])], of_class[0]
                truth = one.per_image(name) if each else one.price(name)
                if hedge == "under ":
                    assert truth < amounts[0], part
                else:
                    assert hedge or abs(amounts[0] - truth) <= HALF_A_CENT, part
                assert len(amounts) == 1
            else:
                assert of_pack is not None, part
                one = by_id[int(of_pack[1])]
                prices = sorted(one.price(name) for name in one.pack["costs"])
                if "others unknown" in part:
                    near = [min(abs(amount - price) for price in prices) for amount in amounts]
                else:
                    lowest, highest = amounts[0], amounts[-1]
                    near = [abs(lowest - prices[0]), abs(highest - prices[-1])]
                assert hedge or max(near) <= HALF_A_CENT, part


@given(catalogues())
# Each example starts a whole bot: shrinking a failing one would take minutes.
@settings(max_examples=10, phases=[Phase.generate])
def test_wrong_figures_are_marked_approximate(catalogue: list[Written]) -> None:
    async def look() -> None:
        async with astria_server() as astria:
            write(astria, catalogue)
            async with started(astria) as world:
                ids = [one.pack["id"] for one in catalogue]
                for text in await replies(world, ids):
                    assert_true(catalogue, text)
                for one in catalogue:
                    await assert_exact(world, one)

    asyncio.run(look())


async def assert_exact(world: World, one: Written) -> None:
    """Fail if a pack whose details have certain costs does not show each of them as exact."""
    ref = str(one.pack["id"])
    shown = readable(message_of(await world.alice.slash(world.channel, "pack", id=ref)))
    if one.is_exact:
        assert "about" not in shown
        assert "unknown" not in shown
        for name in one.pack["costs"]:
            assert f"{name} ${one.price(name):,.2f}" in shown.replace("*", "")


PACKS = [_pack(1, [(360, 5), (331, 4)]), _pack(2, [(1250, 2)])]


@pytest.mark.parametrize("written", ["the page", "millicents"])
@pytest.mark.parametrize("units", UNITS)
async def test_setting_of_release_1_0_means_the_same(units: int, written: str) -> None:
    """The setting is the unit of `cost_mc_hash`, even against all evidence; `costs` need none."""
    shape = SHAPES[written]
    async with astria_server() as astria:
        astria.shape = shape
        astria.offer(*PACKS)
        async with started(astria, astria_cost_mc_per_usd=Decimal(units)) as world:
            times = Decimal(shape.mc_per_usd) / units
            before = [_by_setting(pack, times) for pack in PACKS]
            listed = message_of(await world.alice.slash(world.channel, "packs"))
            shown = [listed.content, str([one.description for one in listed.embeds])]
            shown += await offered_while_typing(world)
            for price in (price for prices in before for price in prices):
                assert any(price in text for text in shown)
            for pack in PACKS:
                answer = await world.alice.slash(world.channel, "pack", id=str(pack["id"]))
                shown.append(text_of(message_of(answer)))
                for name, cost in pack["costs"].items():
                    assert f"{name} ${cost['cost'] / 100:.2f}" in shown[-1].replace("*", "")
            assert not re.search(r"about \$|price unknown|others unknown", "\n".join(shown))


def _by_setting(pack: Json, times: Decimal) -> list[str]:
    """Return the prices of a pack from its `cost_mc_hash`."""
    amounts = (Decimal(cost["cost"]) / 100 * times for cost in pack["costs"].values())
    return [f"${amount:,.2f}" if amount == round(amount, 2) else f"${amount}" for amount in amounts]
