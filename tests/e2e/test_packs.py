"""`/packs`, its filters and its controls, through the real bot."""

from __future__ import annotations

import pytest
import simcord
import stamina

from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from standins.astria.shapes import summary_of
from tests.e2e.conftest import SETTLED_WITHIN, World
from tests.e2e.shown import labels_of, menu_of, message_of, options_of, page_of, text_of
from tests.shapes import in_every_shape


@pytest.fixture
async def many(world: World, astria: Astria) -> World:
    """A catalogue of twelve packs with cats, and 260."""
    packs = [
        made_up_pack(n, title=f"Cats {n:02}", created_at=f"2025-01-{n:02}") for n in range(1, 13)
    ]
    astria.offer(*packs, pack_260())
    await world.restart()
    return world


async def packs(world: World, **options: object) -> simcord.ResponseMessage:
    return message_of(await world.alice.slash(world.channel, "packs", **options))


def titles(message: simcord.ResponseMessage) -> list[str | None]:
    return [embed.title for embed in message.embeds]


@in_every_shape
async def test_page_has_five_packs(many: World) -> None:
    message = await packs(many)
    assert message.content.splitlines() == [
        "**13 packs** · page 1 of 3",
        *(f"Cats {n:02} · $2.{n:02} · <https://www.astria.ai/p/pack-{n}>" for n in (12, 11, 10)),
        *(f"Cats {n:02} · $2.{n:02} · <https://www.astria.ai/p/pack-{n}>" for n in (9, 8)),
        "-# /packs",
    ]
    assert titles(message) == [f"Cats {n:02}" for n in (12, 11, 10, 9, 8)]
    assert page_of(message) == "1 / 3"
    embed = message.embeds[0]
    assert embed.description == "cat **$2.12** · 3 images"
    assert embed.thumbnail.url == "https://pictures.example/12/cover.jpg"
    assert embed.url == "https://www.astria.ai/p/pack-12"


async def test_details_are_loaded_only_for_the_visible_page(many: World, astria: Astria) -> None:
    await packs(many)
    assert sum(request.path.startswith("/p/") for request in astria.requests) == 5


async def test_turning_pages(many: World) -> None:
    message = await packs(many)
    assert labels_of(message) == ["Go to… 1 / 3", "Next", "Last", "Narrow…", "Remove"]
    await many.alice.click(message, label="Next")
    assert titles(message)[0] == "Cats 07"
    await many.alice.click(message, label="Last")
    assert titles(message) == ["Cats 02", "Cats 01", "Corporate Headshots"]
    assert labels_of(message) == ["Previous", "Go to… 3 / 3", "First", "Narrow…", "Remove"]
    await many.alice.click(message, label="Previous")
    await many.alice.click(message, label="First")
    assert page_of(message) == "1 / 3"
    box = await many.alice.click(message, label="Go to… 1 / 3")
    await many.alice.submit_modal(box, {"page": "3"})
    assert page_of(message) == "3 / 3"
    box = await many.alice.click(message, label="Go to… 3 / 3")
    said = message_of(await many.alice.submit_modal(box, {"page": "4"}))
    assert said.ephemeral
    assert "from 1 to 3" in said.content


async def test_another_member_gets_a_private_copy(many: World) -> None:
    message = await packs(many)
    copy = message_of(await many.bob.click(message, label="Last"))
    assert copy.ephemeral
    assert page_of(copy) == "3 / 3"
    assert page_of(message) == "1 / 3"


async def test_filters_survive_a_restart(many: World) -> None:
    message = await packs(many, search="ctas", **{"class": "CAT"}, sort="title", source="mine")
    heading, first, *_, command = message.content.splitlines()
    assert heading == "**12 packs** for cat · of our own · by title · page 1 of 3"
    assert first == "Cats 01 · cat $2.01 · <https://www.astria.ai/p/pack-1>"
    assert command == "-# /packs search:ctas class:cat source:Our own packs sort:By title"
    assert titles(message)[0] == "Cats 01"
    await many.restart()
    await many.alice.click(message, label="Next")
    assert titles(message)[0] == "Cats 06"
    assert "for cat · of our own · by title · page 2" in message.content


async def test_sorting_and_sources(many: World) -> None:
    assert titles(await packs(many, sort="price"))[0] == "Cats 01"
    assert titles(await packs(many, source="gallery")) == ["Corporate Headshots"]
    assert titles(await packs(many, **{"class": "man"}, sort="newest")) == ["Corporate Headshots"]


async def test_search_by_address(many: World) -> None:
    message = await packs(many, search="https://www.astria.ai/p/corporate-headshots?x=y")
    assert titles(message) == ["Corporate Headshots"]


async def test_longest_search_of_discord(many: World) -> None:
    search = "corporate " + "🏳️‍🌈 @everyone " * 300
    message = await packs(many, search=search[:6000])
    assert titles(message) == ["Corporate Headshots"]


async def test_menu_opens_a_pack(many: World) -> None:
    message = await packs(many)
    chosen = options_of(message)["Cats 11"]
    for actor in (many.alice, many.bob):
        opened = message_of(
            await actor.select(message, [chosen], custom_id=menu_of(message, "open"))
        )
        assert opened.ephemeral
        assert opened.embeds[0].title == "Cats 11"
    await many.restart()
    opened = message_of(
        await many.bob.select(message, [chosen], custom_id=menu_of(message, "open"))
    )
    assert page_of(opened) == "1 / 3"


async def test_nothing_found(many: World) -> None:
    message = await packs(many, search="**xyzzy**", **{"class": "cat"})
    assert message.ephemeral
    assert "No packs match “\\*\\*xyzzy\\*\\*” for cat." in message.content
    assert "No pack has the class “dragon”." in (await packs(many, **{"class": "dragon"})).content


async def test_no_packs_at_all(world: World, astria: Astria) -> None:
    for path in ("/packs", "/gallery/packs"):
        astria.answer(f"{path}?public=true&listed=true", [])
    await world.restart()
    message = await packs(world)
    assert message.ephemeral
    assert message.content == "There are no packs to show yet."


async def test_private(many: World) -> None:
    assert (await packs(many, private=True)).ephemeral
    assert not (await packs(many)).ephemeral


@pytest.mark.parametrize("include", ["unlisted", "everything"])
async def test_hidden_packs_are_shown_to_moderators_privately(
    world: World, astria: Astria, include: str
) -> None:
    unlisted = made_up_pack(1, unlisted_at="2025-01-01")
    private = made_up_pack(2, public_at=None)
    astria.offer(pack_260(), unlisted, private)
    refused = await packs(world, include=include)
    assert refused.ephemeral
    assert "Manage Messages" in refused.content
    message = message_of(await world.mod.slash(world.channel, "packs", include=include))
    assert message.ephemeral
    assert len(message.embeds) == (2 if include == "unlisted" else 3)
    assert "**🔗 Unlisted**" in text_of(message)
    assert ("**🔒 Private**" in text_of(message)) == (include == "everything")
    assert text_of(message).count("Only you can see this") == 1
    assert titles(await packs(world)) == ["Corporate Headshots"]


async def test_partial_catalogue_is_marked(world: World, astria: Astria) -> None:
    astria.fail("/gallery/packs?public=true&listed=true", 500)
    await world.restart()
    message = await packs(world)
    assert titles(message) == ["Corporate Headshots"]
    assert "Part of the list can't be reached" in message.content


async def test_missing_catalogue_is_explained(world: World, astria: Astria) -> None:
    for path in ("/packs", "/gallery/packs"):
        astria.fail(f"{path}?public=true&listed=true", 502)
    await world.restart()
    message = await packs(world)
    assert message.ephemeral
    assert "Astria isn't answering" in message.content
    assert await world.alice.autocomplete(world.channel, "pack", "id", "corp") == []


async def test_stale_data_is_shown_during_an_outage(many: World, astria: Astria) -> None:
    await packs(many)
    for path in ("/packs", "/gallery/packs"):
        astria.fail(f"{path}?public=true&listed=true", 502)
    await many.env.advance_time(301)
    # The simulation would wait for ever between attempts.
    with stamina.set_testing(True, attempts=3, cap=True):
        await packs(many)
        message = await packs(many)
    assert len(message.embeds) == 5
    assert "Astria can't be reached; as of <t:" in message.content


@in_every_shape
async def test_failed_details_leave_the_list_entry(many: World, astria: Astria) -> None:
    astria.fail("/p/12", 500)
    astria.fail("/p/11", 404)
    message = await packs(many)
    assert titles(message) == [f"Cats {n:02}" for n in (12, 10, 9, 8)]
    # Some lists also tell the number of images and the cover.
    listed = astria.shape.listed
    images = " · 3 images" if {"cost", "cost_mc"} & set(listed) else ""
    assert message.embeds[0].description == f"cat **$2.12**{images}"
    cover = None if "cost_mc_hash" in listed else "https://pictures.example/12/cover.jpg"
    assert message.embeds[0].thumbnail.url == cover
    for number in range(8, 13):
        astria.fail(f"/p/{number}", 404)
    await many.restart()
    message = await packs(many)
    assert "no longer available" in message.content
    # Missing packs have left the list.
    assert titles(await packs(many))[0] == "Cats 07"


async def test_many_classes(world: World, astria: Astria) -> None:
    costs = {f"class {n:02}": {"cost": n, "num_images": 1} for n in range(30)}
    astria.offer(
        made_up_pack(1, costs=costs, prompts_per_class={}),
        made_up_pack(2, costs={}, prompts_per_class={}),
    )
    await world.restart()
    message = await packs(world, sort="title", source="mine")
    assert "24 more classes" in str(message.embeds[0].description)
    assert message.embeds[1].description == "This pack has no classes yet."


async def test_class_autocomplete(many: World) -> None:
    offered = await many.alice.autocomplete(many.channel, "packs", "class", "ma")
    assert [one["value"] for one in offered] == ["man", "woman"]


async def test_ten_thousand_packs(
    world: World, astria: Astria, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.e2e.conftest._STARTED_WITHIN", SETTLED_WITHIN)
    listed = [summary_of(made_up_pack(n), cat=20_000 + n) for n in range(1, 10_001)]
    astria.answer("/packs?public=true&listed=true", listed)
    for number in (*range(1, 11), *range(9_990, 10_001)):
        astria.answer(f"/p/{number}", made_up_pack(number))
    await world.restart()
    message = await packs(world, sort="title", search="number 10000")
    assert titles(message)[0] == "Pack number 10000"
    message = await packs(world)
    assert "**10,000 packs**" in message.content
    await world.alice.click(message, label="Last")
    assert page_of(message).startswith("2,000 / ")
    choices = await world.alice.autocomplete(world.channel, "pack", "id", "numbr 777")
    assert choices[0]["value"] == "777"
