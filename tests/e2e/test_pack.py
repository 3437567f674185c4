"""`/pack` and every control under its answer, through the real bot."""

from __future__ import annotations

import pytest
import simcord

from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World, load_again
from tests.e2e.shown import (
    jump_of,
    labels_of,
    message_of,
    options_of,
    page_of,
    picture_of,
    text_of,
)
from tests.shapes import in_every_shape


async def open_260(world: World, **options: object) -> simcord.ResponseMessage:
    result = await world.alice.slash(world.channel, "pack", id="260", **options)
    return message_of(result)


async def test_pack_shows_prices_and_pictures(world: World) -> None:
    message = await open_260(world)
    shown = text_of(message)
    for expected in ("Corporate Headshots", "$3.60", "35 images", "$3.31", "28 images"):
        assert expected in shown
    assert not message.ephemeral
    assert page_of(message) == "1 / 35"


async def test_clicking_through_shows_every_picture(world: World) -> None:
    message = await open_260(world)
    pictures = {picture_of(message)}
    for _ in range(34):
        await world.env.advance_time(0.4)
        await world.alice.click(message, label="Next")
        pictures.add(picture_of(message))
    assert page_of(message) == "35 / 35"
    await world.alice.select(message, [options_of(message)["man"]])
    pictures.add(picture_of(message))
    for _ in range(27):
        await world.env.advance_time(0.4)
        await world.alice.click(message, label="Next")
        pictures.add(picture_of(message))
    assert len(pictures) == 63


async def test_first_previous_next_last(world: World) -> None:
    message = await open_260(world)
    assert labels_of(message)[:4] == ["Go to… 1 / 35", "Next", "Last", "Four pictures"]
    await world.alice.click(message, label="Last")
    assert labels_of(message)[:4] == ["Previous", "Go to… 35 / 35", "First", "Four pictures"]
    await world.alice.click(message, label="Previous")
    assert page_of(message) == "34 / 35"
    await world.alice.click(message, label="First")
    assert page_of(message) == "1 / 35"


async def test_four_pictures_and_back(world: World) -> None:
    message = await open_260(world)
    await world.alice.click(message, label="Four pictures")
    assert (page_of(message), len(message.embeds)) == ("1–4 / 35", 4)
    await world.alice.click(message, label="Next")
    assert page_of(message) == "5–8 / 35"
    await world.alice.click(message, label="Last")
    assert (page_of(message), len(message.embeds)) == ("33–35 / 35", 3)
    await world.alice.click(message, label="One picture")
    assert (page_of(message), len(message.embeds)) == ("33 / 35", 1)


async def test_four_pictures_and_back_keeps_the_picture(world: World) -> None:
    message = await open_260(world, page=7)
    await world.alice.click(message, label="Four pictures")
    assert page_of(message) == "5–8 / 35"
    await world.restart()
    await world.alice.click(message, label="One picture")
    assert page_of(message) == "7 / 35"
    await world.alice.click(message, label="Four pictures")
    assert await jump(world, message, "12") == ""
    assert page_of(message) == "9–12 / 35"
    await world.alice.click(message, label="One picture")
    assert page_of(message) == "12 / 35"


async def jump(world: World, message: simcord.ResponseMessage, page: str) -> str:
    shown = await world.alice.click(message, label=jump_of(message))
    answer = await world.alice.submit_modal(shown, {"page": page})
    assert answer.acknowledged
    response = message_of(answer)
    return "" if response.id == message.id else text_of(response)


@pytest.mark.parametrize(
    ("locale", "title", "label", "error"),
    [
        ("en-US", "Go to a picture", "Picture, 1–28", "a number from 1 to 28"),
        ("de", "Zu einem Bild springen", "Bild, 1–28", "eine Zahl von 1 bis 28"),
    ],
)
async def test_box_names_the_range(
    world: World, locale: str, title: str, label: str, error: str
) -> None:
    world.speaks(world.alice, locale)
    message = await open_260(world, **{"class": "man", "page": 7})
    box = await world.alice.click(message, label=jump_of(message))
    for expected in (title, label, "'value': '7'"):
        assert expected in str(box.modal)
    refused = message_of(await world.alice.submit_modal(box, {"page": "29"}))
    assert refused.ephemeral
    assert error in refused.content


async def test_box_opens_without_the_pack(world: World, astria: Astria) -> None:
    message = await open_260(world)
    await world.restart()
    astria.fail("/p/260", 404)
    box = str((await world.alice.click(message, label=jump_of(message))).modal)
    assert "'Picture'" in box
    assert "'value': '1'" in box


async def test_jump(world: World) -> None:
    message = await open_260(world)
    assert await jump(world, message, " 35 ") == ""
    assert page_of(message) == "35 / 35"


@pytest.mark.parametrize("page", ["0", "36", "-1", "x", "2.5", "9" * 10, "²", "@everyone"])
async def test_jump_to_a_missing_page(world: World, page: str) -> None:
    message = await open_260(world)
    said = await jump(world, message, page)
    assert "from 1 to 35" in said
    assert "@everyone" not in said.replace("\\@everyone", "")
    assert page_of(message) == "1 / 35"


async def test_another_member_gets_a_private_copy(world: World) -> None:
    message = await open_260(world)
    copy = message_of(await world.bob.click(message, label="Last"))
    assert copy.ephemeral
    assert page_of(copy) == "35 / 35"
    assert page_of(message) == "1 / 35"
    await world.bob.click(copy, label="Previous")
    assert page_of(copy) == "34 / 35"
    chosen = message_of(await world.bob.select(message, [options_of(message)["man"]]))
    assert chosen.ephemeral
    assert page_of(chosen) == "1 / 28"
    shown = await world.bob.click(message, label="Go to… 1 / 35")
    jumped = message_of(await world.bob.submit_modal(shown, {"page": "7"}))
    assert jumped.ephemeral
    assert page_of(jumped) == "7 / 35"
    assert page_of(message) == "1 / 35"


async def test_every_control_works_after_a_restart(world: World) -> None:
    message = await open_260(world)
    box = await world.alice.click(message, label="Go to… 1 / 35")
    await world.restart()
    await world.alice.submit_modal(box, {"page": "7"})
    assert page_of(message) == "7 / 35"
    await world.restart()
    await world.alice.click(message, label="Next")
    assert page_of(message) == "8 / 35"
    await world.restart()
    await world.alice.select(message, [options_of(message)["man"]])
    assert page_of(message) == "1 / 28"
    await world.restart()
    await world.alice.click(message, label="Four pictures")
    assert page_of(message) == "1–4 / 28"
    await world.restart()
    assert page_of(message_of(await world.bob.click(message, label="Next"))) == "5–8 / 28"


async def test_controls_work_after_a_day(world: World) -> None:
    message = await open_260(world)
    await world.env.advance_time(24 * 3600)
    await world.alice.click(message, label="Next")
    assert page_of(message) == "2 / 35"


async def test_clicking_twice_goes_one_page(world: World) -> None:
    message = await open_260(world)
    custom_id = "pack:next:260:7876625d:1:1"
    await world.alice.click(message, custom_id=custom_id)
    assert page_of(message) == "2 / 35"
    with pytest.raises(simcord.SetupError):
        await world.alice.click(message, custom_id=custom_id)


async def test_class_page_and_private(world: World) -> None:
    message = await open_260(world, **{"class": "MAN", "page": 7, "private": True})
    assert message.ephemeral
    assert page_of(message) == "7 / 28"
    assert page_of(await open_260(world, page=999)) == "35 / 35"


async def test_missing_class_is_explained(world: World) -> None:
    message = await open_260(world, **{"class": "**dragon**"})
    assert message.ephemeral
    assert "It has: woman, man." in message.content
    assert list(options_of(message)) == ["woman", "man"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "This pack has no classes yet."),
        (10, "class8, class9."),
        (11, "class8, class9, 1 more class."),
        (60, "class8, class9, 50 more classes."),
    ],
)
async def test_missing_class_with_few_or_many_others(
    world: World, astria: Astria, number: int, said: str
) -> None:
    costs = {f"class{n}": {"cost": 100} for n in range(number)}
    astria.offer(made_up_pack(1, costs=costs, prompts_per_class={}))
    options = {"id": "1", "class": "dragon"}
    message = message_of(await world.alice.slash(world.channel, "pack", **options))
    assert message.content.endswith(said)
    assert "**dragon**" not in message.content


@pytest.mark.parametrize(
    "ref",
    [
        "corporate-headshots",
        "https://www.astria.ai/p/corporate-headshots",
        " 260 ",
        "CORPORATE-headshots",
    ],
)
async def test_other_names_of_a_pack(world: World, ref: str) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id=ref))
    assert page_of(message) == "1 / 35"


@pytest.mark.parametrize("ref", ["nope", "..", "99999999999999999999", "@everyone", "a/b"])
async def test_unknown_pack_is_explained(world: World, ref: str) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id=ref))
    assert message.ephemeral
    assert "I can't find a pack" in message.content
    assert "Reference: " not in message.content
    assert "@everyone" not in message.content.replace("\\@everyone", "")


async def test_autocomplete(world: World) -> None:
    offered = await world.alice.autocomplete(world.channel, "pack", "id", "hedshot corp")
    assert offered == [{"name": "Corporate Headshots · woman $3.60, man $3.31", "value": "260"}]
    classes = await world.alice.autocomplete(world.channel, "pack", "class", "", id="260")
    assert [one["value"] for one in classes] == ["woman", "man"]
    classes = await world.alice.autocomplete(world.channel, "pack", "class", "wo")
    assert [one["value"] for one in classes] == ["woman"]


async def test_autocomplete_of_odd_packs(world: World, astria: Astria) -> None:
    packs = [made_up_pack(n, title="T" * 300, costs={"c" * 150: {"cost": 1}}) for n in range(1, 40)]
    astria.offer(*packs)
    await world.restart()
    offered = await world.alice.autocomplete(world.channel, "pack", "id", "")
    assert len(offered) == 25
    assert all(len(one["name"]) <= 100 for one in offered)
    classes = await world.alice.autocomplete(world.channel, "pack", "class", "")
    assert [one["value"] for one in classes] == ["man", "woman"]


async def test_hidden_packs_are_shown_to_moderators_privately(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1, public_at=None))
    for actor in (world.alice, world.mod):
        message = message_of(await actor.slash(world.channel, "pack", id="1"))
        assert message.ephemeral
        assert ("I can't find a pack" in message.content) is (actor is world.alice)
    assert "🔒 Private" in text_of(message)
    await world.mod.click(message, label="Next")
    assert page_of(message) == "2 / 3"


async def test_pack_that_becomes_private_is_taken_down(world: World, astria: Astria) -> None:
    message = await open_260(world)
    astria.offer(pack_260() | {"public_at": None})
    await load_again(world)
    await world.bob.click(message, label="Next")
    assert message.content == "This pack is no longer available."
    assert (message.embeds, message.components) == ([], [])


async def test_class_that_is_gone(world: World, astria: Astria) -> None:
    message = await open_260(world)
    man = options_of(message)["man"]
    costs = {"woman": {"cost": 360, "num_images": 35}}
    prompts = {"woman": [{"id": 1, "images": ["https://x.example/1"]}]}
    astria.offer(pack_260() | {"costs": costs, "prompts_per_class": prompts})
    astria.answer("/gallery/packs?public=true&listed=true", [])
    await load_again(world)
    answer = message_of(await world.alice.select(message, [man]))
    assert answer.ephemeral
    assert "no longer in this pack" in answer.content
    answer = message_of(await world.alice.click(message, label="Last"))
    assert answer.ephemeral
    assert "no longer in this pack" in answer.content
    assert page_of(message) == "1 / 35"


async def test_picture_that_is_gone(world: World, astria: Astria) -> None:
    message = await open_260(world)
    prompts = {"woman": [{"id": 1, "images": ["https://x.example/1"]}]}
    astria.offer(pack_260() | {"prompts_per_class": prompts})
    await load_again(world)
    answer = message_of(await world.alice.click(message, label="Next"))
    assert answer.ephemeral
    assert "picture is no longer in this pack" in answer.content
    assert page_of(message) == "1 / 35"


async def test_only_answers_not_in_memory_are_deferred(world: World) -> None:
    await open_260(world)
    assert world.deferrals() == 1
    message = await open_260(world)
    await world.alice.click(message, label="Next")
    await world.bob.click(message, label="Next")
    assert world.deferrals() == 1
    await world.restart()
    await world.alice.click(message, label="Next")
    assert page_of(message) == "3 / 35"
    assert world.deferrals() == 2
    await world.restart()
    copy = message_of(await world.bob.click(message, label="Next"))
    assert copy.ephemeral
    assert page_of(copy) == "4 / 35"
    assert world.deferrals() == 3


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (429, "try again in 7 seconds"),
        (500, "isn't answering"),
        (400, "something I can't read"),
    ],
)
async def test_errors_are_in_plain_words(
    world: World, astria: Astria, status: int, said: str
) -> None:
    astria.fail("/p/261", status, **{"Retry-After": "7"})
    message = message_of(await world.alice.slash(world.channel, "pack", id="261"))
    assert message.ephemeral
    assert said in message.content
    assert "Reference: " in message.content


@in_every_shape
async def test_pack_known_only_from_the_list(world: World, astria: Astria) -> None:
    astria.fail("/p/260", 503)
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    assert not message.ephemeral
    assert message.embeds[0].title == "Corporate Headshots"
    assert message.embeds[0].image.url == pack_260()["cover_url"]
    assert "$3.60" in text_of(message)
    assert "Pictures can't be loaded right now." in text_of(message)
    astria.offer(pack_260())
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    page = page_of(message)
    assert page.startswith("1 / ")
    # The message keeps its content.
    await world.restart()
    astria.fail("/p/260", 503)
    answer = message_of(await world.alice.click(message, label="Next"))
    assert "Pictures can't be loaded right now." in answer.content
    assert page_of(message) == page


async def test_stale_data_is_shown_during_an_outage(world: World, astria: Astria) -> None:
    message = await open_260(world)
    astria.fail("/p/260", 503)
    await load_again(world)
    await world.alice.click(message, label="Next")
    assert page_of(message) == "2 / 35"
    assert "Astria can't be reached; as of <t:" in text_of(message)


async def test_no_page_buttons_if_all_pictures_are_shown(world: World, astria: Astria) -> None:
    astria.offer(made_up_pack(1))
    message = message_of(await world.alice.slash(world.channel, "pack", id="1"))
    assert "Next" in str(message.components)
    message = message_of(await world.alice.slash(world.channel, "pack", id="1", pictures=4))
    assert "Next" not in str(message.components)
