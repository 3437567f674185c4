"""Class labels and synonyms in each language, in output and input."""

from __future__ import annotations

import pytest

from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import message_of, options_of, page_of, text_of


@pytest.mark.parametrize(
    ("locale", "label"), [("en-US", "man"), ("de", "Mann"), ("es-ES", "hombre"), ("fr", "homme")]
)
async def test_class_labels_use_the_reader_s_language(
    world: World, astria: Astria, locale: str, label: str
) -> None:
    astria.offer(pack_260())
    await world.restart()
    world.speaks(world.alice, locale)
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    assert label in options_of(message)
    assert label in text_of(message)
    listed = message_of(await world.alice.slash(world.channel, "packs"))
    assert f"{label}" in text_of(listed)
    options = {"id": "260", "class": "man"}
    of_men = message_of(await world.alice.slash(world.channel, "pack", **options))
    copied = of_men.content.splitlines()[-1].removeprefix("-# ")
    assert copied.endswith(f":{label}")
    again = message_of(await world.bob.slash(world.channel, "pack", id=copied))
    assert page_of(again) == page_of(of_men) == "1 / 28"
    offered = await world.alice.autocomplete(world.channel, "pack", "class", "", id="260")
    assert {"name": label, "value": "man"} in offered


@pytest.mark.parametrize(
    "typed", ["man", "MEN", "Mann", "Männer", "hombre", "HOMBRES", "homme", "mens", "gentelmen"]
)
async def test_synonyms_of_a_class_open_and_filter(
    world: World, astria: Astria, typed: str
) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    await world.restart()
    options = {"id": "260", "class": typed}
    message = message_of(await world.alice.slash(world.channel, "pack", **options))
    assert page_of(message) == "1 / 28"
    listed = message_of(await world.alice.slash(world.channel, "packs", **{"class": typed}))
    assert [embed.title for embed in listed.embeds] == ["Corporate Headshots"]
    offered = await world.alice.autocomplete(world.channel, "packs", "class", typed)
    assert [one["value"] for one in offered][:1] == ["man"]


async def test_another_class_is_not_a_mistyped_one(world: World, astria: Astria) -> None:
    names = ("woman", "cat", "Dragon Rider")
    costs = {name: {"cost": 1, "num_images": 1} for name in names}
    astria.offer(made_up_pack(1, costs=costs, prompts_per_class={}))
    await world.restart()
    for typed in ("man", "boy", "xyzzy", "hamster"):
        options = {"id": "1", "class": typed}
        message = message_of(await world.alice.slash(world.channel, "pack", **options))
        assert (
            message.content
            == f"This pack has no class “{typed}”. It has: woman, cat, Dragon Rider."
        )
    for typed in ("womn", "Frauen", "dragon ridr"):
        options = {"id": "1", "class": typed}
        message = message_of(await world.alice.slash(world.channel, "pack", **options))
        assert message.embeds


async def test_missing_class_offers_existing_ones(world: World, astria: Astria) -> None:
    astria.offer(pack_260())
    options = {"id": "260", "class": "dragon", "page": 5, "pictures": 4}
    missed = message_of(await world.alice.slash(world.channel, "pack", **options))
    assert missed.ephemeral
    await world.restart()
    opened = message_of(await world.alice.select(missed, [options_of(missed)["man"]]))
    assert not opened.ephemeral
    assert page_of(opened) == "5–8 / 28"


async def test_list_names_existing_classes(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    await world.restart()
    world.speaks(world.alice, "de")
    options = {"class": "Drache", "sort": "title", "page": 1}
    missed = message_of(await world.alice.slash(world.channel, "packs", **options))
    assert missed.ephemeral
    assert set(options_of(missed)) == {"Katze", "Mann", "Frau"}
    await world.restart()
    await world.alice.select(missed, [options_of(missed)["Frau"]])
    assert [embed.title for embed in missed.embeds] == ["Corporate Headshots"]


@pytest.mark.parametrize(
    ("locale", "labels"),
    [("en-US", ["man", "Man"]), ("de", ["Mann (man)", "Mann (Man)"])],
)
async def test_classes_with_the_same_label_are_distinguished(
    world: World, astria: Astria, locale: str, labels: list[str]
) -> None:
    costs = {"man": {"cost": 100, "num_images": 1}, "Man": {"cost": 200, "num_images": 2}}
    astria.offer(made_up_pack(1, costs=costs, prompts_per_class={}), made_up_pack(2))
    await world.restart()
    world.speaks(world.alice, locale)
    message = message_of(await world.alice.slash(world.channel, "pack", id="1"))
    assert list(options_of(message)) == labels
    shown = [line.strip("▸ *") for line in str(message.embeds[0].description).splitlines()]
    (said,) = await world.alice.autocomplete(world.channel, "pack", "id", "1")
    for label, line in zip(labels, shown, strict=False):
        assert line.startswith(label.replace("(", "\\(").replace(")", "\\)"))
        assert f"{label} " in said["name"]
    offered = await world.alice.autocomplete(world.channel, "pack", "class", "", id="1")
    assert [one["name"] for one in offered] == labels


@pytest.mark.parametrize(
    ("locale", "typed", "name"),
    [
        ("en-US", "corporate headshots for men", "Corporate Headshots · man $3.31, woman $3.60"),
        ("de", "corporate headshots für männer", "Corporate Headshots · Mann 3,31 $, Frau 3,60 $"),
    ],
)
async def test_choice_opens_the_typed_class(
    world: World, astria: Astria, locale: str, typed: str, name: str
) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    await world.restart()
    world.speaks(world.alice, locale)
    (choice,) = await world.alice.autocomplete(world.channel, "pack", "id", typed)
    assert choice["name"].replace("\N{NO-BREAK SPACE}", " ") == name
    message = message_of(await world.alice.slash(world.channel, "pack", id=choice["value"]))
    assert page_of(message) == "1 / 28"
    # An option for the class goes before it, and other commands take the same choices.
    options = {"id": choice["value"], "class": "woman"}
    message = message_of(await world.alice.slash(world.channel, "pack", **options))
    assert page_of(message) == "1 / 35"
    named = {"first": choice["value"], "second": "1"}
    compared = message_of(await world.alice.slash(world.channel, "compare", **named))
    assert "Corporate Headshots" in compared.content
