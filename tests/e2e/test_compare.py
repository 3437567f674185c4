"""`/compare`: packs side by side."""

from __future__ import annotations

import re

import simcord

from tests.astria import Astria, made_up_pack, pack_260
from tests.e2e.conftest import World
from tests.e2e.shown import labels_of, message_of, options_of


def costs(**classes: tuple[int, int]) -> dict[str, dict[str, int]]:
    """Return costs by class, from US cents and a number of images."""
    return {
        name: {"cost": cents, "num_images": number} for name, (cents, number) in classes.items()
    }


async def compare(world: World, *refs: str, **options: object) -> simcord.ResponseMessage:
    named = dict(zip(("first", "second", "third"), refs, strict=False))
    return message_of(await world.alice.slash(world.channel, "compare", **named, **options))


def columns_of(message: simcord.ResponseMessage) -> dict[str | None, list[str]]:
    """Return what stands under each title: a piece for each class."""
    return {
        field.name: re.split(r"\n(?=\*\*\w+\*\*\n)", str(field.value))
        for field in message.embeds[0].fields
    }


async def test_side_by_side(world: World, astria: Astria) -> None:
    astria.offer(
        pack_260(),
        made_up_pack(1, title="Cheap", costs=costs(woman=(200, 40), cat=(100, 10))),
        made_up_pack(
            2, title="Big", costs=costs(Woman=(1500, 100), man=(331, 28)), prompts_per_class={}
        ),
    )
    message = await compare(world, "260", "https://www.astria.ai/p/pack-1", "pack-2")
    assert not message.ephemeral
    assert columns_of(message) == {
        "Corporate Headshots": [
            "**woman**\n$3.60 · 35 images\n$0.10 per image",
            "**man**\n$3.31 · 28 images\n**$0.12 per image**\n✓ cheapest",
            "**cat**\nnot offered",
        ],
        "Cheap": [
            "**woman**\n$2.00 · 40 images\n**$0.05 per image**\n✓ cheapest",
            "**man**\nnot offered",
            "**cat**\n$1.00 · 10 images\n$0.10 per image",
        ],
        "Big": [
            "**woman**\n$15.00 · 100 images\n$0.15 per image",
            "**man**\n$3.31 · 28 images\n**$0.12 per image**\n✓ cheapest",
            "**cat**\nnot offered",
        ],
    }
    assert all(field.inline for field in message.embeds[0].fields)
    description = str(message.embeds[0].description)
    assert "**3 packs compared**" in description
    assert "[Cheap](https://www.astria.ai/p/pack-1)" in description


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


async def test_what_is_unknown_is_never_cheapest(world: World, astria: Astria) -> None:
    astria.offer(
        made_up_pack(1, title="Unknown", costs={}),
        made_up_pack(2, title="Uncounted", costs={"cat": {"cost": 100}}),
        made_up_pack(3, title="Known", costs=costs(cat=(900, 3))),
    )
    columns = columns_of(await compare(world, "1", "2", "3"))
    assert "cheapest" not in str(columns)
    assert columns["Uncounted"] == ["**cat**\n$1.00 · number of images unknown"]


async def test_classes_that_differ_by_case_alone(world: World, astria: Astria) -> None:
    astria.offer(
        made_up_pack(1, title="Both", costs=costs(Man=(100, 10), man=(300, 10))),
        made_up_pack(2, title="One", costs=costs(man=(200, 10))),
    )
    columns = columns_of(await compare(world, "1", "2"))
    assert columns["Both"] == [
        "**Man**\n$1.00 · 10 images\n$0.10 per image",
        "**man**\n$3.00 · 10 images\n$0.30 per image",
        "**cat**\nprice unknown · number of images unknown",
    ]
    assert columns["One"][1] == "**man**\n$2.00 · 10 images\n**$0.20 per image**\n✓ cheapest"


async def test_the_link_and_the_menu(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    message = await compare(world, "corporate-headshots", "1")
    assert message.embeds[0].footer.text == "/compare first:260 second:1"
    assert options_of(message) == {"Corporate Headshots": "260", "Pack number 1": "1"}
    await world.restart()
    opened = message_of(await world.bob.select(message, ["260"]))
    assert opened.ephemeral
    assert opened.embeds[0].title == "Corporate Headshots"


async def test_private(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    message = await compare(world, "260", "1", private=True)
    assert message.ephemeral
    assert labels_of(message) == ["Share in channel"]
    assert labels_of(await compare(world, "260", "1")) == ["Remove"]


async def test_the_same_pack(world: World) -> None:
    message = await compare(world, "260", "corporate-headshots")
    assert message.ephemeral
    assert message.content.startswith("Those are all the same pack.")


async def test_a_pack_that_is_not_there(world: World) -> None:
    message = await compare(world, "260", "corporate-headshot")
    assert message.ephemeral
    assert "I can't find a pack called “corporate\\-headshot”" in message.content
    assert options_of(message) == {"Corporate Headshots": "260"}


async def test_old_data_say_so(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    await compare(world, "260", "1")
    astria.fail("/p/1", 503)
    await world.env.advance_time(301)
    await compare(world, "260", "1")
    message = await compare(world, "260", "1")
    assert "Astria cannot be reached; as of <t:" in str(message.embeds[0].description)


async def test_many_classes(world: World, astria: Astria) -> None:
    many = costs(**{f"class{n:02}": (n, 1) for n in range(30)})
    astria.offer(
        *(made_up_pack(n, costs=many, prompts_per_class={}, title="T" * 300) for n in (1, 2, 3))
    )
    message = await compare(world, "1", "2", "3")
    assert [str(field.value).splitlines()[-1] for field in message.embeds[0].fields] == [
        "22 more classes"
    ] * 3
