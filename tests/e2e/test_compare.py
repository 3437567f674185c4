"""`/compare`: packs side by side."""

from __future__ import annotations

import re
import time
from decimal import Decimal

import pytest
import simcord

from api.cache.cached import Cached
from api.wire.models import Pack, PackClass, Price
from cogs.compare.embeds import comparison_embeds
from cogs.language.words import words_for
from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import labels_of, message_of, options_of
from tests.shapes import in_every_shape


def costs(**classes: tuple[int, int]) -> dict[str, dict[str, int]]:
    """Return costs by class, from US cents and a number of images."""
    return {
        name: {"cost": cents, "num_images": number} for name, (cents, number) in classes.items()
    }


async def compare(world: World, *refs: str, **options: object) -> simcord.ResponseMessage:
    named = dict(zip(("first", "second", "third"), refs, strict=False))
    return message_of(await world.alice.slash(world.channel, "compare", **named, **options))


def blocks_of(message: simcord.ResponseMessage) -> dict[str, list[str]]:
    """Return the lines of each class: one for each pack that offers it."""
    _, *blocks = str(message.embeds[0].description).split("\n\n")
    lines = [read(block).splitlines() for block in blocks]
    return {name.strip("*"): packs for name, *packs in lines}


def read(text: str) -> str:
    """Return a text without the dots before its lines, and with spaces that may break."""
    return re.sub("^• ", "", text, flags=re.MULTILINE).replace("\N{NO-BREAK SPACE}", " ")


@in_every_shape
async def test_each_class_has_a_block(world: World, astria: Astria) -> None:
    astria.offer(
        pack_260(),
        made_up_pack(1, title="Cheap", costs=costs(woman=(200, 40), cat=(100, 10))),
        made_up_pack(
            2, title="Big", costs=costs(Woman=(1500, 100), man=(331, 28)), prompts_per_class={}
        ),
    )
    message = await compare(world, "260", "https://www.astria.ai/p/pack-1", "pack-2")
    assert not message.ephemeral
    assert blocks_of(message) == {
        "woman": [
            "Corporate Headshots **$3.60** · 35 images · $0.10 each",
            "Cheap **$2.00** · 40 images · $0.05 each · ✓ lowest price per image",
            "Big **$15.00** · 100 images · $0.15 each",
        ],
        "man": [
            "Corporate Headshots **$3.31** · 28 images · $0.12 each · ✓ lowest price per image",
            "Big **$3.31** · 28 images · $0.12 each · ✓ lowest price per image",
        ],
        "cat": ["Cheap **$1.00** · 10 images · $0.10 each"],
    }
    assert str(message.embeds[0].description).startswith("**3 packs compared**")
    assert message.embeds[0].timestamp is not None
    # No list shows yet that the new packs' slugs are unique.
    assert message.content.splitlines() == [
        "Corporate Headshots · $3.31–$3.60 · <https://www.astria.ai/p/corporate-headshots>",
        "Cheap · $1.00–$2.00 · <https://www.astria.ai/p/1>",
        "Big · $3.31–$15.00 · <https://www.astria.ai/p/2>",
        "-# /compare first:260 second:1 third:2",
    ]


@in_every_shape
async def test_lowest_price_per_image_is_marked(world: World, astria: Astria) -> None:
    astria.offer(
        made_up_pack(1, title="Small", costs=costs(cat=(100, 3))),
        made_up_pack(2, title="Large", costs=costs(cat=(300, 10))),
        made_up_pack(3, title="Unknown", costs={}),
        made_up_pack(4, title="Uncounted", costs={"cat": {"cost": 100}}),
        made_up_pack(5, title="Known", costs=costs(cat=(900, 3))),
        made_up_pack(6, title="Both", costs=costs(Man=(100, 10), man=(300, 10))),
        made_up_pack(7, title="One", costs=costs(man=(200, 10))),
    )
    # It may be of the dearer pack.
    (small, large) = blocks_of(await compare(world, "1", "2"))["cat"]
    assert "✓" not in small
    assert large == "Large **$3.00** · 10 images · $0.30 each · ✓ lowest price per image"
    # What is unknown is never the lowest.
    blocks = blocks_of(await compare(world, "3", "4", "5"))
    assert "✓" not in str(blocks)
    assert "Uncounted **$1.00** · number of images unknown" in blocks["cat"]
    # Classes that differ by case are classes of their own.
    blocks = blocks_of(await compare(world, "6", "7"))
    assert blocks["Man"] == ["Both **$1.00** · 10 images · $0.10 each"]
    assert blocks["man"] == [
        "Both **$3.00** · 10 images · $0.30 each",
        "One **$2.00** · 10 images · $0.20 each · ✓ lowest price per image",
    ]


def test_prices_are_compared_exactly_in_one_currency() -> None:
    def block(*prices: Price | None, locale: str = "en-US") -> str:
        packs = [
            Pack(id=n, title=f"P{n}", classes=(PackClass("cat", price, num_images=3),))
            for n, price in enumerate(prices, 1)
        ]
        sources = [Cached(pack, time.monotonic()) for pack in packs]
        return read(str(comparison_embeds(words_for(locale), sources)[0].description))

    nearly = block(Price(Decimal("1.0001")), Price(Decimal("1.0002")))
    assert nearly.count("$0.33 each") == 2
    assert nearly.count("✓") == 1
    assert "P1 **$1.0001** · 3 images · $0.33 each · ✓ lowest" in nearly
    assert "✓" not in block(Price(Decimal(1)), Price(Decimal(2), "EUR"))
    about = block(Price(Decimal(1), approximate=True), Price(Decimal(2)))
    assert "✓ lowest price per image, going by approximate prices" in about
    german = block(Price(Decimal(1)), Price(Decimal(2)), locale="de")
    assert "✓ niedrigster Preis pro Bild" in german
    known = block(Price(Decimal(1)), Price(Decimal(2)), None)
    assert "✓ lowest known price per image" in known


async def test_covers_are_one_grid(world: World, astria: Astria) -> None:
    astria.offer(made_up_pack(1), made_up_pack(2, cover_url=None), made_up_pack(3, cover_url="x:y"))
    astria.offer(made_up_pack(4), gallery=True)
    message = await compare(world, "1", "2", "4")
    assert [embed.image.url for embed in message.embeds] == [
        "https://pictures.example/1/cover.jpg",
        "https://pictures.example/4/cover.jpg",
    ]
    assert len({embed.url for embed in message.embeds}) == 1
    message = await compare(world, "2", "3")
    assert [embed.image.url for embed in message.embeds] == [None]


async def test_comparison_has_link_and_menu(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    message = await compare(world, "corporate-headshots", "1")
    assert message.content.endswith("\n-# /compare first:260 second:1")
    assert options_of(message) == {"Corporate Headshots": "260", "Pack number 1": "1"}
    await world.restart()
    opened = message_of(await world.bob.select(message, ["260"]))
    assert opened.ephemeral
    assert opened.embeds[0].title == "Corporate Headshots"


async def test_private(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    message = await compare(world, "260", "1", private=True)
    assert message.ephemeral
    assert labels_of(message) == ["Share"]
    assert labels_of(await compare(world, "260", "1")) == ["Remove"]


async def test_same_pack_twice_is_refused(world: World) -> None:
    message = await compare(world, "260", "corporate-headshots")
    assert message.ephemeral
    assert message.content.startswith("Those are all the same pack.")


async def test_missing_pack_is_explained(world: World) -> None:
    message = await compare(world, "260", "corporate-headshot")
    assert message.ephemeral
    assert "I can't find a pack called “corporate\\-headshot”" in message.content
    assert options_of(message) == {"Corporate Headshots": "260"}


async def test_stale_data_is_marked(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    await compare(world, "260", "1")
    astria.fail("/p/1", 503)
    await world.env.advance_time(301)
    await compare(world, "260", "1")
    message = await compare(world, "260", "1")
    assert "Astria can't be reached; as of <t:" in str(message.embeds[0].description)


async def test_many_classes(world: World, astria: Astria) -> None:
    many = costs(**{f"class{n:02}": (n, 1) for n in range(30)})
    astria.offer(
        *(made_up_pack(n, costs=many, prompts_per_class={}, title="T" * 300) for n in (1, 2, 3))
    )
    message = await compare(world, "1", "2", "3")
    last = str(message.embeds[0].description).splitlines()[-1]
    assert re.fullmatch(r"\d\d more classes", last)
    assert len(blocks_of(message)) + int(last.split()[0]) == 31


async def test_packs_in_memory_are_not_deferred(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    await compare(world, "260", "1")
    before = world.deferrals()
    assert (await compare(world, "260", "1")).embeds
    assert world.deferrals() == before


@pytest.mark.parametrize(
    ("locale", "note"),
    [
        ("en-US", "Closest match to “corporate heads”"),
        ("de", "Bester Treffer für „corporate heads“"),
    ],
)
async def test_closest_match_is_named(world: World, astria: Astria, locale: str, note: str) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    world.speaks(world.alice, locale)
    message = await compare(world, "corporate heads", "1")
    assert not message.ephemeral
    first, second, *_ = message.content.splitlines()
    assert first == note
    assert second.startswith("Corporate Headshots · ")
    assert note not in (await compare(world, "260", "1")).content


@pytest.mark.parametrize("locale", ["en-US", "de"])
async def test_copied_command_gives_the_same_comparison(
    world: World, astria: Astria, locale: str
) -> None:
    astria.offer(pack_260(), made_up_pack(1), made_up_pack(2))
    world.speaks(world.alice, locale)
    message = await compare(world, "260", "2", "1")
    copied = message.content.splitlines()[-1].removeprefix("-# ")
    assert (await compare(world, copied, copied)).content == message.content
    # Discord requires a second pack, whatever the first option has.
    assert (await compare(world, copied, "1")).content == message.content
    assert (await compare(world, "260", copied)).content == message.content


async def test_copied_private_command_is_answered_privately(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    for private in (True, False):
        copied = f"/compare first: 260 second: 1 private: {private}"
        assert (await compare(world, copied, "1")).ephemeral is private
