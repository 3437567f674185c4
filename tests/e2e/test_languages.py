"""Four languages: the bot's answers to each member, and the commands in Discord's clients."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
import simcord

from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import controls_of, jump_of, labels_of, message_of, text_of

LOCALES = ["de", "es-ES", "es-419", "fr"]

# Discord's developer documentation, "Application Command Naming". Python's \w covers the letters
# and digits of all scripts.
NAME = re.compile(r"[-_'\w]{1,32}")
CHAT_INPUT = 1

Json = Mapping[str, Any]


def commands_of(world: World) -> list[Json]:
    """Return the commands as they were registered."""
    (written,) = [one.json for one in world.env.http_requests if one.method == "PUT"]
    return cast("list[Json]", written)


def said_in(thing: Json, field: str, locale: str) -> str:
    localized = cast("dict[str, str]", thing.get(f"{field}_localizations") or {})
    return localized.get(locale) or thing[field]


def described(commands: list[Json]) -> Iterator[Json]:
    for command in commands:
        yield command
        yield from command.get("options", [])


@pytest.mark.parametrize("locale", ["en-US", *LOCALES])
class TestCommands:
    async def test_command_names_are_valid(self, world: World, locale: str) -> None:
        for command in commands_of(world):
            name = said_in(command, "name", locale)
            if command["type"] == CHAT_INPUT:
                assert NAME.fullmatch(name)
                assert name == name.lower()
            else:
                assert 1 <= len(name) <= 32
            for option in command.get("options", []):
                name = said_in(option, "name", locale)
                assert NAME.fullmatch(name)
                assert name == name.lower()

    async def test_command_names_are_unique(self, world: World, locale: str) -> None:
        commands = commands_of(world)
        names = [(command["type"], said_in(command, "name", locale)) for command in commands]
        assert len(set(names)) == len(names)
        for command in commands:
            options = [said_in(one, "name", locale) for one in command.get("options", [])]
            assert len(set(options)) == len(options)

    async def test_descriptions_and_choices_fit(self, world: World, locale: str) -> None:
        for one in described(commands_of(world)):
            if one.get("type") != 3 or "options" in one or "description" in one:
                assert len(said_in(one, "description", locale)) <= 100
            choices = [said_in(choice, "name", locale) for choice in one.get("choices", [])]
            assert all(1 <= len(name) <= 100 for name in choices)
            assert len(set(choices)) == len(choices)

    async def test_every_command_is_translated(self, world: World, locale: str) -> None:
        for one in described(commands_of(world)):
            if locale != "en-US" and one.get("description"):
                assert said_in(one, "description", locale) != one["description"]


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en-US", ["$3.60", "35 images", "$0.10 each", "updated Apr 1, 2025", "Next"]),
        ("en-GB", ["US$3.60", "35 images", "US$0.10 each", "Next"]),
        ("de", ["3,60 $", "35 Bilder", "pro Bild", "· Stand", "Weiter"]),
        ("es-ES", ["3,60 US$", "35 imágenes", "por imagen", "Siguiente"]),
        ("es-419", ["USD 3.60", "35 imágenes", "por imagen", "Siguiente"]),
        ("fr", ["3,60 $US", "35 images", "par image", "mis à jour le"]),
        ("pl", ["$3.60", "35 images", "$0.10 each", "Next"]),
    ],
)  # fmt: skip
async def test_pack_in_each_language(world: World, locale: str, said: list[str]) -> None:
    world.speaks(world.alice, locale)
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    shown = text_of(message) + str(labels_of(message))
    for expected in said:
        assert expected in re.sub(r"\\xa0|\xa0", " ", shown)


@pytest.mark.parametrize("locale", LOCALES)
async def test_commands_are_written_as_the_client_shows_them(
    world: World, astria: Astria, locale: str
) -> None:
    astria.offer(pack_260(), *(made_up_pack(n) for n in range(1, 8)))
    await world.restart()
    world.speaks(world.alice, locale)
    options = {"id": "260", "class": "man", "page": 7, "pictures": 4}
    pack = message_of(await world.alice.slash(world.channel, "pack", **options))
    listed = {"search": "pack", "class": "cat", "sort": "title", "source": "mine", "page": 2}
    packs = message_of(await world.alice.slash(world.channel, "packs", **listed))
    both = {"first": "260", "second": "1"}
    compared = message_of(await world.alice.slash(world.channel, "compare", **both))
    links = [
        ("pack", [*options], pack.content.splitlines()[-1].removeprefix("-# ")),
        ("packs", [*listed], packs.content.splitlines()[-1].removeprefix("-# ")),
        ("compare", [*both], compared.content.splitlines()[-1].removeprefix("-# ")),
    ]
    commands = {command["name"]: command for command in commands_of(world)}
    for name, used, link in links:
        command = commands[name]
        shown = {one["name"]: said_in(one, "name", locale) for one in command["options"]}
        assert link is not None
        assert link.startswith(f"/{said_in(command, 'name', locale)} ")
        assert set(re.findall(r"(\S+?):", link)) == {shown[option] for option in used}


async def test_everybody_is_answered_in_their_own_language(world: World) -> None:
    world.speaks(world.alice, "de")
    world.speaks(world.bob, "fr")
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    assert "Weiter" in labels_of(message)
    copy = message_of(await world.bob.click(message, label="Weiter"))
    assert "Suiv." in labels_of(copy)
    await world.alice.click(message, label="Weiter")
    assert "Zurück" in labels_of(message)
    refused = message_of(await world.bob.slash(world.channel, "packs", include="everything"))
    assert "Gérer les messages" in refused.content
    missed = message_of(await world.alice.slash(world.channel, "pack", id="xyzzy"))
    assert missed.content.startswith("Ich finde kein Foto-Pack namens „xyzzy“.")
    assert "Referenz" not in missed.content


async def views(world: World, astria: Astria) -> list[simcord.ResponseMessage]:
    """Return each kind of view."""
    astria.offer(pack_260(), *(made_up_pack(n) for n in range(1, 8)))
    many = {f"class {n:02}": {"cost": n, "num_images": 1} for n in range(60)}
    astria.offer(made_up_pack(9, costs=many, prompts_per_class={}), gallery=True)
    await world.restart()
    asked: list[tuple[str, dict[str, object]]] = [
        ("pack", {"id": "260"}),
        ("pack", {"id": "260", "pictures": 4, "page": 9, "private": True}),
        ("pack", {"id": "9", "class": "class 30"}),
        ("pack", {"id": "pack nmber"}),
        ("packs", {}),
        ("packs", {"private": True, "page": 2}),
        ("packs", {"search": "xyzzy", "class": "cat", "source": "gallery"}),
        ("compare", {"first": "260", "second": "1", "private": True}),
    ]
    shown = [
        message_of(await world.alice.slash(world.channel, name, **options))
        for name, options in asked
    ]
    sent = await world.alice.send(world.channel, "astria.ai/p/260 astria.ai/p/1")
    several = await world.alice.context_menu(world.channel, "Show pack", sent)
    shared = await world.alice.click(shown[1], custom_id=share_of(shown[1]))
    return [*shown, message_of(several), shared.followups[0]]


def share_of(message: simcord.ResponseMessage) -> str:
    (found,) = [
        str(one["custom_id"])
        for one in controls_of(message)
        if ":share:" in str(one.get("custom_id"))
    ]
    return found


OF = {"en-US": "of", "de": "von", "es-ES": "de", "es-419": "de", "fr": "sur"}
COVER = {
    "en-US": "cover",
    "de": "Titelbild",
    "es-ES": "portada",
    "es-419": "portada",
    "fr": "couverture",
}


@pytest.mark.parametrize("locale", ["en-US", *LOCALES])
async def test_every_control_has_a_label(world: World, astria: Astria, locale: str) -> None:
    """A screen reader reads labels; a page's label has its numbers, as in "3 / 35"."""
    world.speaks(world.alice, locale)
    shown = await views(world, astria)
    check_pictures(shown, locale)
    controls = [one for view in shown for one in controls_of(view)]
    assert len(controls) > 30
    for one in controls:
        name = str(one.get("label") or one.get("placeholder"))
        assert re.search(r"[^\W\d_]{2}|\d+ / \d+", name), one
        for option in cast("list[dict[str, Any]]", one.get("options", [])):
            assert re.search(r"[^\W_]", option["label"]), option


def check_pictures(shown: list[simcord.ResponseMessage], locale: str) -> None:
    """Fail if a picture or thumbnail has no description for people who cannot see it."""
    embeds = [cast("Json", embed.to_dict()) for view in shown for embed in view.embeds]
    places = {name: [one[name] for one in embeds if name in one] for name in ("image", "thumbnail")}
    assert all(places.values())
    for media in (*places["image"], *places["thumbnail"]):
        described = str(media["description"])
        assert re.search(rf", {COVER[locale]}$| \d+ {OF[locale]} \d+$", described), described


async def test_page_buttons_open_a_box(world: World) -> None:
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    box = await world.alice.click(message, label=jump_of(message))
    assert box.modal is not None
    assert "Go to a picture" in str(box.modal)
