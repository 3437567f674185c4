"""Answers from stale data are taken down if their readers may no longer see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import discord
import pytest
import simcord
from discord import app_commands
from structlog.testing import capture_logs

from cogs.interactions.reply import Reply
from cogs.interactions.responding import respond
from standins.astria.pack_builders import Json, made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import Env, World, bots, build_world, load_again
from tests.e2e.shown import message_of, text_of

CHANGES: dict[str, Json | None] = {
    "private": {"public_at": None},
    "unlisted": {"unlisted_at": "2025-01-01"},
    "gone": None,
}
BOTH = {name: {"cost": 200, "num_images": 3} for name in ("cat", "woman")}
OTHERS = [
    made_up_pack(number, created_at=f"2020-01-0{number}", costs=BOTH) for number in range(1, 7)
]
OPTIONS: dict[str, dict[str, object]] = {
    "pack": {"id": "260"},
    "compare": {"first": "260", "second": "1"},
    "packs": {"source": "mine"},
}
SHARE = "Share"


def change(astria: Astria, how: Json | None) -> None:
    """Hide pack 260 from its readers."""
    if how is None:
        astria.offer(*OTHERS)
        for path in ("/p/260", "/p/corporate-headshots"):
            astria.answer(path, {}, status=404)
    else:
        astria.offer(pack_260() | how, *OTHERS)
    for filters in ("", "?public=true", "?public=true&listed=true"):
        astria.answer(f"/gallery/packs{filters}", [])


Use = Callable[[], Awaitable[simcord.InteractionResult]]


async def door(world: World, who: simcord.MemberActor, name: str) -> Use:
    """Prepare a control that leads to pack 260; return a function that uses it."""
    command, _, how = name.partition(", ")
    options = OPTIONS[command]
    if how == "shared":
        view = message_of(await who.slash(world.channel, command, **options, private=True))
        return lambda: who.click(view, label=SHARE)
    if how == "turned":
        view = message_of(await who.slash(world.channel, command, **options))
        await who.click(view, label="Next")
        return lambda: who.click(view, label="Previous")
    await who.slash(world.channel, command, **options)
    return lambda: who.slash(world.channel, command, **options)


@pytest.fixture
async def stocked(world: World, astria: Astria) -> World:
    astria.offer(pack_260() | {"created_at": "2026-01-01"}, *OTHERS)
    await world.restart()
    return world


@pytest.mark.parametrize("how", CHANGES)
@pytest.mark.parametrize("who", ["alice", "mod"])
@pytest.mark.parametrize(
    "name",
    [
        "pack", "pack, turned", "pack, shared",
        "compare", "compare, shared",
        "packs", "packs, turned", "packs, shared",
    ],
)  # fmt: skip
async def test_public_message(
    stocked: World, astria: Astria, name: str, who: str, how: str
) -> None:
    world = stocked
    use = await door(world, getattr(world, who), name)
    change(astria, CHANGES[how])
    await world.env.advance_time(301)
    result = await use()
    public = [
        message
        for message in (result.response, *result.followups)
        if message and not message.ephemeral
    ]
    assert public
    for message in public:
        assert "Corporate Headshots" not in text_of(message)
        assert "260" not in text_of(message)
        assert "Corporate Headshots" not in str(message.components)


async def test_rest_of_a_page_stays(stocked: World, astria: Astria) -> None:
    world = stocked
    use = await door(world, world.mod, "packs, shared")
    change(astria, CHANGES["private"])
    await world.env.advance_time(301)
    (posted,) = (await use()).followups
    assert f"<@{world.mod.id}>" in posted.content
    assert len(posted.embeds) == 5


async def test_moderator_s_own_private_view_stays(stocked: World, astria: Astria) -> None:
    world = stocked
    options = OPTIONS["pack"] | {"private": True}
    await world.mod.slash(world.channel, "pack", **options)
    change(astria, CHANGES["private"])
    await world.env.advance_time(301)
    assert message_of(await world.mod.slash(world.channel, "pack", **options)).embeds


@pytest.mark.parametrize(
    ("status", "code", "times", "deletions"),
    [(403, 50013, 1, 1), (500, 0, 1, 0), (500, 0, 2, 1), (404, 10008, 1, 0)],
)
async def test_message_that_cannot_be_changed_is_deleted(
    stocked: World, astria: Astria, status: int, code: int, times: int, deletions: int
) -> None:
    world = stocked
    use = await door(world, world.alice, "pack")
    change(astria, CHANGES["private"])
    await world.env.advance_time(301)
    world.env.inject_error("PATCH", "/webhooks/*", status=status, code=code, times=times)
    await use()
    deleted = [one for one in world.env.http_requests if one.method == "DELETE"]
    assert len(deleted) == deletions


@pytest.mark.parametrize(
    ("path", "status", "code", "times"),
    [
        ("/interactions/*", 404, 10062, None),
        ("/interactions/*", 403, 50013, None),
        ("/interactions/*", 429, 0, 1),
        ("/webhooks/*", 500, 0, None),
        ("/*", 500, 0, 1),
    ],
)
@pytest.mark.parametrize("known", [True, False])
async def test_click_that_discord_refuses_takes_down_too(
    stocked: World, astria: Astria, known: bool, path: str, status: int, code: int, times: int
) -> None:
    world = stocked
    shown = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    change(astria, CHANGES["private"])
    await load_again(world)
    if known:
        await world.bob.slash(world.channel, "pack", id="260")
    world.env.inject_error("*", path, status=status, code=code, times=times)
    await world.bob.click(shown, label="Next")
    assert shown.content == "This pack is no longer available."
    assert not shown.embeds


@pytest.mark.parametrize("who", ["alice", "bob"])
async def test_original_is_taken_down_after_an_error(
    stocked: World, astria: Astria, who: str
) -> None:
    world = stocked
    public = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    change(astria, CHANGES["private"])
    await world.env.advance_time(301)
    world.env.inject_error("POST", "/interactions/*", status=400, code=50035, times=1)
    with capture_logs():
        error = message_of(await getattr(world, who).click(public, label="Next"))
    assert "Reference" in error.content
    assert public.content == "This pack is no longer available."


async def test_original_of_an_old_copy_is_taken_down(stocked: World, astria: Astria) -> None:
    world = stocked
    public = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    change(astria, CHANGES["private"])
    await world.env.advance_time(301)
    copy = message_of(await world.bob.click(public, label="Next"))
    for message in (public, copy):
        assert message.content == "This pack is no longer available."
        assert not message.embeds
        assert not message.components
    assert copy.ephemeral


async def test_rest_of_a_shared_page_stays_credited(stocked: World, astria: Astria) -> None:
    world = stocked
    view = message_of(await world.mod.slash(world.channel, "packs", source="mine", private=True))
    (post,) = (await world.mod.click(view, label=SHARE)).followups
    await world.mod.click(post, label="Next")
    change(astria, CHANGES["private"])
    await world.env.advance_time(301)
    await world.mod.click(post, label="Previous")
    assert "260" not in text_of(post)
    assert post.embeds
    assert post.content.startswith(f"Shared by <@{world.mod.id}>\n")
    await world.mod.click(post, label="Next")
    assert post.content.startswith(f"Shared by <@{world.mod.id}>\n")


async def menu_of_packs(world: World, door: str) -> simcord.ResponseMessage:
    match door:
        case "links":
            links = "https://www.astria.ai/p/260 https://www.astria.ai/p/1"
            sent = await world.alice.send(world.channel, links)
            return message_of(await world.alice.context_menu(world.channel, "Show pack", sent))
        case "words":
            sent = await world.alice.send(world.channel, "do you have anything for a woman?")
            return message_of(await world.alice.context_menu(world.channel, "Show pack", sent))
        case "similar":
            return message_of(await world.alice.slash(world.channel, "pack", id="corporate-pack"))
        case _:
            options = {"id": "1", "class": "woman"}
            shown = message_of(await world.bob.slash(world.channel, "pack", **options))
            return message_of(await world.alice.click(shown, label="Compare with…"))


@pytest.mark.parametrize("how", ["private", "gone"])
@pytest.mark.parametrize("door", ["links", "words", "similar", "comparison"])
async def test_menu_of_packs(stocked: World, astria: Astria, door: str, how: str) -> None:
    world = stocked
    before = await menu_of_packs(world, door)
    assert "Corporate Headshots" in str(before.components)
    change(astria, CHANGES[how])
    await world.env.advance_time(301)
    menu = await menu_of_packs(world, door)
    assert menu.ephemeral
    assert "Corporate Headshots" not in str(menu.components) + text_of(menu)
    assert ("Pack number" in str(menu.components)) == (door != "similar")


async def test_text_for_a_customer(stocked: World, astria: Astria) -> None:
    world = stocked
    shown = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    change(astria, CHANGES["private"])
    await world.env.advance_time(301)
    text = message_of(await world.alice.click(shown, label="Text for a customer"))
    assert text.content == "This pack is no longer available."


async def test_answer_whose_recheck_fails_is_taken_down(astria: Astria) -> None:
    async def broken() -> Reply | None:
        raise LookupError("a bug")

    async def shown() -> Reply:
        return Reply("Corporate Headshots", recheck=broken)

    async def answer(interaction: discord.Interaction) -> None:
        await respond(interaction, shown(), private=False)

    async with bots(astria_api_url=astria.url) as make:
        bot = make()
        bot.tree.add_command(app_commands.Command(name="old", description="-", callback=answer))
        env = Env(bot)
        await env.start()
        world = build_world(env, make)
        with capture_logs() as lines:
            message = message_of(await world.alice.slash(world.channel, "old"))
        await env.shutdown()
    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert line["event"] == "unexpected fault"
    assert message.content.startswith("Something went wrong on my side.")


async def test_pack_that_only_a_stale_list_calls_public(world: World, astria: Astria) -> None:
    quiet = {name: value for name, value in made_up_pack(9).items() if name != "public_at"}
    astria.offer(made_up_pack(9), *OTHERS)
    astria.answer("/p/9", quiet)
    await world.restart()
    await world.env.advance_time(290)
    for _ in range(3):
        assert message_of(await world.alice.slash(world.channel, "pack", id="9")).embeds
    astria.offer(*OTHERS)
    await world.env.advance_time(20)
    shown = message_of(await world.alice.slash(world.channel, "pack", id="9"))
    assert not shown.embeds
