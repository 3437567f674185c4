"""Questions in people's own words, typed or in a message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
import simcord
from simcord.backend.models import Poll, PollAnswer
from simcord.results import to_discord_message

from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import Env, World, bots, build_world
from tests.e2e.shown import menu_of, message_of, options_of, page_of, picture_of
from tests.shapes import in_every_shape

TITLES = {
    1: "LinkedIn Portraits",
    2: "Wedding Day",
    3: "Dating Profile",
    4: "Royal Cats",
    5: "Wedding Party",
}


def offer(astria: Astria) -> None:
    both = {name: {"cost": 300, "num_images": 3} for name in ("woman", "man")}
    pictures = {
        name: [{"id": n, "images": [f"https://x.example/{name}/{n}"]} for n in range(6)]
        for name in both
    }
    astria.offer(
        pack_260(),
        *(
            made_up_pack(
                number,
                title=title,
                slug=title.lower().replace(" ", "-"),
                **({} if "Cats" in title else {"costs": both, "prompts_per_class": pictures}),
            )
            for number, title in TITLES.items()
        ),
    )
    astria.offer(gallery=True)


@pytest.fixture
async def desk(world: World, astria: Astria) -> World:
    offer(astria)
    await world.restart()
    return world


async def ask(world: World, text: str, **options: object) -> simcord.ResponseMessage:
    return message_of(await world.alice.slash(world.channel, "pack", id=text, **options))


async def packs(world: World, **options: object) -> simcord.ResponseMessage:
    return message_of(await world.alice.slash(world.channel, "packs", **options))


async def show(world: World, text: str) -> simcord.ResponseMessage:
    sent = await world.alice.send(world.channel, text)
    return message_of(await world.bob.context_menu(world.channel, "Show pack", sent))


@pytest.mark.parametrize(
    ("locale", "typed", "note"),
    [
        ("en-US", "linkdin", "Closest match to “linkdin”"),
        ("de", "LinkedIn für Männer", "Bester Treffer für „LinkedIn für Männer“"),
        ("fr", "portraits linkedin", "Résultat le plus proche de «\N{NO-BREAK SPACE}portraits"),
    ],
)
async def test_one_clear_match_opens(desk: World, locale: str, typed: str, note: str) -> None:
    desk.speaks(desk.alice, locale)
    opened = await ask(desk, typed, **{"class": "man", "page": 5, "pictures": 4})
    assert not opened.ephemeral
    assert opened.content.startswith(note)
    assert opened.embeds[0].title == "LinkedIn Portraits"
    assert page_of(opened) == "5–6 / 6"
    private = await ask(desk, typed, private=True)
    assert private.ephemeral
    assert private.embeds[0].title == "LinkedIn Portraits"


async def test_class_in_the_question_is_opened(desk: World) -> None:
    assert page_of(await ask(desk, "hedshots for men")) == "1 / 28"


async def test_menu_of_several_matches_keeps_the_options(desk: World, astria: Astria) -> None:
    several = await ask(desk, "weding", **{"class": "men", "page": 5, "pictures": 4})
    assert several.ephemeral
    assert options_of(several) == {"Wedding Day": "2", "Wedding Party": "5"}
    await desk.restart()
    opened = message_of(await desk.alice.select(several, ["5"]))
    assert not opened.ephemeral
    assert page_of(opened) == "5–6 / 6"
    assert (await ask(desk, "party wedding")).embeds[0].title == "Wedding Party"


@pytest.mark.parametrize("typed", ["wedding-days", "https://www.astria.ai/p/wedding-days"])
async def test_unknown_slug_or_link_is_explained(desk: World, typed: str) -> None:
    missed = await ask(desk, typed)
    assert missed.ephemeral
    assert "I can't find a pack called “wedding\\-days”. Did you mean" in missed.content
    assert missed.content.startswith("That link leads nowhere.") is ("//" in typed)
    assert options_of(missed) == {"Wedding Day": "2"}
    assert "Reference" not in missed.content


@pytest.mark.parametrize("typed", ["261", "xyz-abc", "https://www.astria.ai/p/999"])
async def test_distant_matches_are_not_offered(desk: World, typed: str) -> None:
    assert options_of(await ask(desk, typed)) == {}


@pytest.fixture
async def priced(world: World, astria: Astria) -> World:
    """Two packs: for men the second is the cheaper one, for women the first."""
    cents = {1: {"woman": 300, "man": 500}, 2: {"woman": 400, "man": 200}}
    astria.offer(
        *(
            made_up_pack(
                number,
                title=f"Portraits {number}",
                costs={name: {"cost": cost, "num_images": 10} for name, cost in costs.items()},
                prompts_per_class={
                    name: [{"id": 1, "images": [f"https://x.example/{number}/{name}"]}]
                    for name in costs
                },
            )
            for number, costs in cents.items()
        )
    )
    astria.offer(gallery=True)
    await world.restart()
    return world


@pytest.mark.parametrize(
    ("locale", "search", "lines"),
    [
        ("en-US", "portraits for men", ("man $2.00", "▸ **man $2.00** · 10 images · $0.20 each")),
        ("de", "portraits für Männer", ("Mann 2,00 $", "▸ **Mann 2,00 $** · 10 Bilder · 0,20 $")),
    ],
)
async def test_class_in_a_search_leads_like_a_filter(
    priced: World, locale: str, search: str, lines: tuple[str, str]
) -> None:
    priced.speaks(priced.alice, locale)
    listed = await packs(priced, search=search, sort="price")
    assert [embed.title for embed in listed.embeds] == ["Portraits 2", "Portraits 1"]
    headline, first_line = lines
    assert f"Portraits 2 · {headline} · <" in listed.content.replace("\N{NO-BREAK SPACE}", " ")
    described = str(listed.embeds[0].description).replace("\N{NO-BREAK SPACE}", " ")
    assert described.startswith(first_line)
    assert listed.embeds[0].thumbnail.url == "https://x.example/2/man"
    assert f"'description': '{headline}, " in str(listed.components).replace("\\xa0", " ")
    await priced.restart()
    menu = menu_of(listed, "open")
    opened = message_of(await priced.alice.select(listed, ["1"], custom_id=menu))
    assert picture_of(opened) == "https://x.example/1/man"


@pytest.mark.parametrize(
    ("locale", "search", "said"),
    [
        ("en-US", "portraits for dogs", "*None of these is for dog.*"),
        ("de", "Portraits für Hunde", "*Keins davon ist für: Hund.*"),
    ],
)
async def test_list_without_class_in_search_says_so(
    priced: World, locale: str, search: str, said: str
) -> None:
    priced.speaks(priced.alice, locale)
    assert (await packs(priced, search=search)).content.splitlines()[1] == said
    assert said not in (await packs(priced, search="portraits for men")).content


@in_every_shape
async def test_filter_outranks_class_in_search(priced: World) -> None:
    options = {"search": "portraits for men", "class": "woman", "sort": "price"}
    listed = await packs(priced, **options)
    assert [embed.title for embed in listed.embeds] == ["Portraits 1", "Portraits 2"]
    assert str(listed.embeds[0].description).startswith("▸ **woman $3.00**")
    # The highest price is that of the class in the search.
    listed = await packs(priced, search="portraits for men", max_price=4)
    assert [embed.title for embed in listed.embeds] == ["Portraits 2"]


@pytest.mark.parametrize(
    ("text", "title", "page"),
    [
        ("how much is corporate headshots for men?", "Corporate Headshots", "1 / 28"),
        ("was kostet corporate headshots für Frauen?", "Corporate Headshots", "1 / 35"),
        ("hola, ¿cuánto cuesta dating profile para hombre?", "Dating Profile", "1 / 6"),
        ("<@123456789012345678> do you have linkedin stuff", "LinkedIn Portraits", "1 / 6"),
        ("Is Royal Cats any good? see https://example.com/p/260", "Royal Cats", "1 / 3"),
    ],
)
async def test_show_pack_understands_words(desk: World, text: str, title: str, page: str) -> None:
    message = await show(desk, text)
    assert message.ephemeral
    assert message.embeds[0].title == title
    assert page_of(message) == page


async def test_show_pack_offers_a_menu_of_several_packs(desk: World) -> None:
    message = await show(desk, "what's the price for a wedding? for men please")
    assert message.content == "That message may be about one of these 2 packs. Which one?"
    assert "'description': 'man $3.00, woman $3.00'" in str(message.components)
    opened = message_of(await desk.bob.select(message, [options_of(message)["Wedding Day"]]))
    assert opened.ephemeral
    assert opened.embeds[0].title == "Wedding Day"
    message = await show(desk, "what have you got for my cat?")
    assert message.embeds[0].title == "Royal Cats"


@pytest.mark.parametrize("text", ["hello", "thanks, good morning!", "🐱", "call 555 1234"])
async def test_show_pack_says_if_there_is_none(desk: World, text: str) -> None:
    message = await show(desk, text)
    assert message.content.startswith("I can't tell which pack that message is about")
    desk.speaks(desk.bob, "de")
    message = await show(desk, text)
    assert message.content.startswith("Ich erkenne nicht, um welches Foto-Pack es")


LINK = "https://www.astria.ai/p/260"
PICTURE = {"url": "https://x.example/1.png"}

# Discord's types of components (developer documentation, "Component Reference").
BUTTON, SECTION, TEXT, THUMBNAIL, GALLERY, CONTAINER = 2, 9, 10, 11, 12, 17
X = {"type": TEXT, "content": "x"}


def posted(
    world: World,
    *,
    components: list[dict[str, object]] | None = None,
    poll: Poll | None = None,
) -> discord.Message:
    """Return a message posted by another bot."""
    flags = discord.MessageFlags(components_v2=components is not None).value
    backend, channel = world.env.backend, world.channel.id
    sent = backend.create_message(
        channel, world.alice.id, components=components, poll=poll, flags=flags
    )
    return to_discord_message(world.env, sent)


@pytest.mark.parametrize(
    "component",
    [
        {"type": TEXT, "content": LINK},
        {
            "type": SECTION,
            "components": [X],
            "accessory": {"type": BUTTON, "style": 5, "url": LINK, "label": "x"},
        },
        {
            "type": SECTION,
            "components": [X],
            "accessory": {
                "type": BUTTON,
                "style": 5,
                "url": "https://x.example",
                "label": "Corporate Headshots",
            },
        },
        {
            "type": SECTION,
            "components": [{"type": TEXT, "content": LINK}],
            "accessory": {"type": THUMBNAIL, "media": PICTURE},
        },
        {
            "type": SECTION,
            "components": [X],
            "accessory": {"type": THUMBNAIL, "media": PICTURE, "description": LINK},
        },
        {
            "type": CONTAINER,
            "components": [{"type": GALLERY, "items": [{"media": PICTURE, "description": LINK}]}],
        },
        {
            "type": CONTAINER,
            "components": [{"type": TEXT, "content": "corporate headshots for women"}],
        },
    ],
)
async def test_show_pack_reads_components(desk: World, component: dict[str, object]) -> None:
    sent = posted(desk, components=[component])
    message = message_of(await desk.bob.context_menu(desk.channel, "Show pack", sent))
    assert message.embeds[0].title == "Corporate Headshots"


@pytest.mark.parametrize("question", [LINK, "Which corporate headshots pack is best?"])
async def test_show_pack_reads_polls(desk: World, question: str) -> None:
    answers = [PollAnswer(1, "yes"), PollAnswer(2, "no")]
    sent = posted(desk, poll=Poll(question, answers, "2027-01-01T00:00:00+00:00"))
    message = message_of(await desk.bob.context_menu(desk.channel, "Show pack", sent))
    assert message.embeds[0].title == "Corporate Headshots"


async def test_show_pack_counts_packs_correctly(desk: World) -> None:
    links = [f"https://www.astria.ai/p/{n}" for n in (*TITLES, *range(900, 925))]
    message = await show(desk, " ".join(links))
    assert message.content == "I can open 5 of the 30 links in that message."
    desk.speaks(desk.bob, "de")
    message = await show(desk, " ".join(links))
    assert message.content == "Ich kann 5 der 30 Links in dieser Nachricht öffnen."
    twice = "https://www.astria.ai/p/260 https://www.astria.ai/p/corporate-headshots"
    assert "links in that message" not in (await show(desk, twice)).content


async def test_names_of_choices_are_understood(desk: World, astria: Astria) -> None:
    offered = await desk.alice.autocomplete(desk.channel, "pack", "id", "corporate")
    name = offered[0]["name"]
    assert name == "Corporate Headshots · woman $3.60, man $3.31"
    for typed in (name, f"{name[:30]}…", f"{name[:12]}…"):
        assert (await ask(desk, typed)).embeds[0].title == "Corporate Headshots"


@pytest.fixture
async def worded(astria: Astria, tmp_path: Path) -> AsyncIterator[World]:
    offer(astria)
    shop = tmp_path / "shop.toml"
    shop.write_text(
        '[words]\n"linkedin" = "corporate-headshots"\n"love story" = ["3", "wedding-day"]\n'
    )
    async with bots(astria_api_url=astria.url, shop_file=shop) as make:
        env = Env(make())
        await env.start()
        yield build_world(env, make)
        await env.shutdown()


async def test_shop_words_lead_to_their_packs(worded: World) -> None:
    assert (await ask(worded, "linkedin")).embeds[0].title == "Corporate Headshots"
    assert options_of(await ask(worded, "our love story")) == {
        "Dating Profile": "3",
        "Wedding Day": "2",
    }
    message = await show(worded, "what's best for linkedin, as a man?")
    assert message.embeds[0].title == "Corporate Headshots"
    assert page_of(message) == "1 / 28"
    offered = await worded.alice.autocomplete(worded.channel, "pack", "id", "linkedin")
    assert [one["value"] for one in offered] == ["260", "1"]
    listed = await worded.alice.slash(worded.channel, "packs", search="linkedin")
    assert [one.title for one in message_of(listed).embeds] == [
        "Corporate Headshots",
        "LinkedIn Portraits",
    ]
