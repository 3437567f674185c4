"""Hidden packs: every command and control, for people who may see them and who may not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands
from structlog.testing import capture_logs

from cogs.interactions.responding import Reply, WouldLeak, edit, respond
from cogs.interactions.staff_servers import StaffServers
from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import Env, World, bots, build_world, load_again
from tests.e2e.shown import labels_of, menu_of, message_of, options_of, page_of, text_of

PRIVATE = made_up_pack(
    7, title="Secret Draft", slug="secret-draft", public_at=None, costs={"dragon": {"cost": 100}}
)
UNLISTED = made_up_pack(8, title="Secret Party", slug="secret-party", unlisted_at="2025-01-01")
SECRETS = ("Secret", "dragon", "🔒", "🔗", "/7/", "/8/")
GONE = "This pack is no longer available."

REFS = ["7", "8", "secret-draft", "secret-party", "https://www.astria.ai/p/secret-draft", " 007 "]


@pytest.fixture
async def secretive(world: World, astria: Astria) -> World:
    """A catalogue of a public, a private and an unlisted pack, all of it in memory."""
    astria.offer(pack_260(), PRIVATE, UNLISTED)
    await world.restart()
    listed = await world.mod.slash(world.channel, "packs", include="everything")
    assert len(message_of(listed).embeds) == 3
    return world


Ask = Callable[..., Awaitable[Any]]


def in_channel(world: World, actor: simcord.MemberActor) -> tuple[Ask, Ask]:
    async def slash(name: str, **options: object) -> simcord.InteractionResult:
        return await actor.slash(world.channel, name, **options)

    async def typing(name: str, option: str, text: str, **filled: object) -> list[dict[str, Any]]:
        return await actor.autocomplete(world.channel, name, option, text, **filled)

    return slash, typing


@pytest.fixture(
    params=[
        "a member",
        "a moderator in direct messages",
        "a moderator of a server that has not installed the bot",
        "a moderator of a server that is not the team's",
    ]
)
def outsider(request: pytest.FixtureRequest, secretive: World) -> tuple[Ask, Ask]:
    """Ways to ask for people who may not see hidden packs: commands and their input."""
    if request.param == "a member":
        return in_channel(secretive, secretive.alice)
    if request.param == "a moderator of a server that is not the team's":
        secretive.bot.staff_servers = StaffServers(frozenset({secretive.guild.id + 1}))
        return in_channel(secretive, secretive.mod)
    if request.param == "a moderator in direct messages":
        return secretive.mod.user.slash, secretive.mod.user.autocomplete
    secretive.brought_along[secretive.guild.id] = secretive.alice.id
    return in_channel(secretive, secretive.mod)


def assert_nothing_secret(message: simcord.ResponseMessage) -> None:
    shown = text_of(message) + str(message.components)
    assert not [secret for secret in SECRETS if secret in shown]


class TestThoseWhoMayNot:
    @pytest.mark.parametrize("ref", REFS)
    async def test_pack(self, outsider: tuple[Ask, Ask], ref: str) -> None:
        slash, _ = outsider
        for options in ({}, {"private": True}, {"class": "dragon"}):
            message = message_of(await slash("pack", id=ref, **options))
            assert "I can't find a pack" in message.content
            assert_nothing_secret(message)

    async def test_hidden_pack_is_answered_like_a_missing_one(
        self, outsider: tuple[Ask, Ask]
    ) -> None:
        slash, _ = outsider
        said = {
            message_of(await slash("pack", id=ref)).content.split("\n")[0].replace(ref, "…")
            for ref in ("7", "8", "9")
        }
        assert len(said) == 1

    @pytest.mark.parametrize("typed", ["", "secret", "draft", "7", "8", "secret-party", "dragon"])
    async def test_suggestions_of_packs(self, outsider: tuple[Ask, Ask], typed: str) -> None:
        _, typing = outsider
        for command, option in (("pack", "id"), ("compare", "first"), ("compare", "third")):
            offered = await typing(command, option, typed)
            assert {one["value"] for one in offered} <= {"260"}

    @pytest.mark.parametrize("typed", ["", "dra", "dragon"])
    async def test_suggestions_of_classes(self, outsider: tuple[Ask, Ask], typed: str) -> None:
        _, typing = outsider
        for ref in ("7", "secret-draft", "260"):
            offered = await typing("pack", "class", typed, id=ref)
            assert "dragon" not in {one["value"] for one in offered}
        assert "dragon" not in {one["value"] for one in await typing("packs", "class", typed)}

    @pytest.mark.parametrize("include", ["unlisted", "everything"])
    async def test_lists(self, outsider: tuple[Ask, Ask], include: str) -> None:
        slash, _ = outsider
        message = message_of(await slash("packs", include=include))
        assert "Manage Messages" in message.content
        assert_nothing_secret(message)

    async def test_searches(self, outsider: tuple[Ask, Ask]) -> None:
        slash, _ = outsider
        for search in ("draft", "7", "secret-party"):
            message = message_of(await slash("packs", search=search))
            assert message.content.startswith("No packs match")
            assert "Draft" not in text_of(message)
        message = message_of(await slash("packs", **{"class": "dragon"}))
        assert message.content.startswith("No pack has the class “dragon”.")

    async def test_compare(self, outsider: tuple[Ask, Ask]) -> None:
        slash, _ = outsider
        for first, second in (("260", "7"), ("secret-party", "260"), ("7", "8")):
            message = message_of(await slash("compare", first=first, second=second))
            assert "I can't find a pack" in message.content
            assert_nothing_secret(message)

    async def test_nearest_packs(self, outsider: tuple[Ask, Ask]) -> None:
        slash, _ = outsider
        message = message_of(await slash("pack", id="secret drafts corporate"))
        assert options_of(message) == {"Corporate Headshots": "260"}

    async def test_forged_menu_value_is_refused(self, secretive: World) -> None:
        world = secretive
        message = message_of(await world.alice.slash(world.channel, "packs"))
        stored = world.env.backend.get_message(message.channel_id, message.id)
        menu = next(row for row in stored.components if ":open:" in str(row))
        menu["components"][0]["options"][0]["value"] = "7"
        opened = message_of(
            await world.alice.select(message, ["7"], custom_id=menu_of(message, "open"))
        )
        assert "I can't find a pack" in opened.content
        assert_nothing_secret(opened)

    async def test_message_with_addresses_of_hidden_packs(self, secretive: World) -> None:
        world = secretive
        text = "https://www.astria.ai/p/secret-draft https://www.astria.ai/p/8"
        sent = await world.alice.send(world.channel, text)
        message = message_of(await world.alice.context_menu(world.channel, "Show pack", sent))
        assert "I can't find a pack" in message.content
        assert_nothing_secret(message)


async def test_hidden_pack_takes_the_steps_of_a_missing_one(
    secretive: World, astria: Astria
) -> None:
    world = secretive
    await world.mod.slash(world.channel, "pack", id="7")

    async def steps(ref: str) -> tuple[int, int, bool]:
        deferred, asked = world.deferrals(), astria.asked(f"/p/{ref}")
        message = message_of(await world.alice.slash(world.channel, "pack", id=ref))
        return world.deferrals() - deferred, astria.asked(f"/p/{ref}") - asked, message.ephemeral

    # At first each is looked up; then both are remembered for a while.
    assert await steps("7") == await steps("9")
    assert await steps("7") == await steps("9")


async def test_newer_list_outranks_fresh_details(world: World, astria: Astria) -> None:
    assert message_of(await world.alice.slash(world.channel, "pack", id="260")).embeds
    astria.offer(pack_260() | {"public_at": None})
    await world.env.advance_time(1)
    await world.mod.slash(world.channel, "packs", include="everything")
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    assert "I can't find a pack" in message.content
    assert message_of(await world.mod.slash(world.channel, "pack", id="260")).ephemeral


@pytest.mark.parametrize("door", ["new message", "follow-up", "edit"])
async def test_last_check_refuses_hidden_packs_in_public(astria: Astria, door: str) -> None:
    async def leaking() -> Reply:
        return Reply("Secret Draft", hidden=(7,))

    async def answer(interaction: discord.Interaction) -> None:
        """A faulty answer: a hidden pack is sent to the channel."""
        if door != "new message":
            await interaction.response.defer()
        if door == "edit":
            await edit(interaction, await leaking())
        await respond(interaction, leaking(), private=False)

    async with bots(astria_api_url=astria.url) as make:
        bot = make()
        bot.tree.add_command(app_commands.Command(name="leak", description="-", callback=answer))
        env = Env(bot)
        await env.start()
        world = build_world(env, make)
        with capture_logs() as lines:
            await world.mod.slash(world.channel, "leak")
        assert "Secret" not in str([one.json for one in env.http_requests])
        await env.shutdown()
    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert isinstance(line["exc_info"], WouldLeak)


@pytest.mark.parametrize("known", ["in memory", "on disk", "nowhere"])
async def test_each_name_of_a_hidden_pack_takes_the_steps_of_a_missing_one(
    world: World, astria: Astria, tmp_path: Path, known: str
) -> None:
    astria.offer(pack_260(), PRIVATE)
    make = world.make_bot
    world.make_bot = lambda: make(
        cache_url=f"disk://{tmp_path}" if known == "on disk" else "mem://"
    )
    await world.restart()
    if known != "nowhere":
        await world.mod.slash(world.channel, "pack", id="7")
    if known == "on disk":
        await world.restart()
    await world.alice.slash(world.channel, "pack", id="260")

    async def steps(*names: str) -> list[tuple[int, int]]:
        """Return for each name and command whether it was deferred, and the requests to Astria."""
        taken: list[tuple[int, int]] = []
        for name in names:
            link = await world.alice.send(world.channel, f"https://www.astria.ai/p/{name}")
            doors = (
                partial(world.alice.slash, world.channel, "pack", id=name),
                partial(world.alice.slash, world.channel, "compare", first="260", second=name),
                partial(world.alice.context_menu, world.channel, "Show pack", link),
            )
            for door in doors:
                before = world.deferrals(), len(astria.requests)
                assert_nothing_secret(message_of(await door()))
                taken.append((world.deferrals() - before[0], len(astria.requests) - before[1]))
        return taken

    hidden = await steps("7", "secret-draft", "SECRET-DRAFT", "007")
    assert hidden == await steps("9", "another-draft", "ANOTHER-DRAFT", "009")


async def test_hidden_pack_is_looked_up_for_outsiders_once_a_minute(
    secretive: World, astria: Astria
) -> None:
    world = secretive
    await world.mod.slash(world.channel, "pack", id="7")

    async def asked_for(actor: simcord.MemberActor) -> int:
        before = astria.asked("/p/7")
        for _ in range(3):
            await actor.slash(world.channel, "pack", id="7")
        return astria.asked("/p/7") - before

    assert await asked_for(world.alice) == 1
    assert await asked_for(world.bob) == 0
    await world.env.advance_time(61)
    assert await asked_for(world.bob) == 1
    assert await asked_for(world.mod) == 0


class TestModerators:
    @pytest.mark.parametrize("ref", REFS)
    async def test_pack_in_private_only(self, secretive: World, ref: str) -> None:
        world = secretive
        message = message_of(await world.mod.slash(world.channel, "pack", id=ref))
        assert message.ephemeral
        assert "Only you can see this" in text_of(message)

    async def test_suggestions(self, secretive: World) -> None:
        world = secretive
        offered = await world.mod.autocomplete(world.channel, "pack", "id", "secret")
        assert {one["value"] for one in offered} == {"7", "8"}
        offered = await world.mod.autocomplete(world.channel, "pack", "class", "", id="7")
        assert [one["value"] for one in offered] == ["dragon", "cat"]

    async def test_lists_in_private_only(self, secretive: World) -> None:
        world = secretive
        options = {"include": "everything", "search": "secret"}
        message = message_of(await world.mod.slash(world.channel, "packs", **options))
        assert message.ephemeral
        menu = menu_of(message, "open")
        opened = message_of(await world.mod.select(message, ["7"], custom_id=menu))
        assert opened.ephemeral
        assert opened.embeds[0].title == "Secret Draft"

    async def test_compare_in_private_only(self, secretive: World) -> None:
        world = secretive
        message = message_of(await world.mod.slash(world.channel, "compare", first="7", second="8"))
        assert message.ephemeral
        assert "Only you can see this" in text_of(message)
        assert "Share" not in labels_of(message)

    async def test_nearest_packs(self, secretive: World) -> None:
        world = secretive
        message = message_of(await world.mod.slash(world.channel, "pack", id="secret daft"))
        assert message.content.startswith("Closest match to “secret daft”")
        assert message.ephemeral

    async def test_menus_and_texts_are_logged_too(self, secretive: World) -> None:
        world = secretive
        text = "https://www.astria.ai/p/7 https://www.astria.ai/p/8"
        sent = await world.mod.send(world.channel, text)
        with capture_logs() as lines:
            await world.mod.context_menu(world.channel, "Show pack", sent)
            await world.mod.slash(world.channel, "pack", id="secret-dreft")
            shown = message_of(await world.mod.slash(world.channel, "pack", id="7"))
            await world.mod.click(shown, label="Text for a customer")
            shown = message_of(await world.mod.slash(world.channel, "pack", id="260"))
            await world.mod.click(shown, label="Compare with…")
        logged = [line for line in lines if line["event"] == "hidden packs shown"]
        assert [set(line["packs"]) for line in logged] == [{7, 8}, {7}, {7}, {7}, {7, 8}]
        assert {line["channel"] for line in logged} == {world.channel.id}

    async def test_moderators_see_hidden_packs_only_in_channels_they_moderate(
        self, secretive: World
    ) -> None:
        world = secretive
        forbidden = discord.PermissionOverwrite(manage_messages=False)
        elsewhere = world.guild.create_text_channel("elsewhere", overwrites={world.mod: forbidden})
        message = message_of(await world.mod.slash(elsewhere, "pack", id="7"))
        assert "I can't find a pack" in message.content

    async def test_pages_while_they_moderate(self, secretive: World) -> None:
        world = secretive
        message = message_of(await world.mod.slash(world.channel, "pack", id="8"))
        await world.mod.click(message, label="Next")
        assert page_of(message) == "2 / 3"
        lose_the_permission(world)
        await world.mod.click(message, label="Next")
        assert (message.content, message.embeds, message.components) == (GONE, [], [])

    async def test_jump_box_while_they_moderate(self, secretive: World) -> None:
        world = secretive
        message = message_of(await world.mod.slash(world.channel, "pack", id="8"))
        box = await world.mod.click(message, label="Go to… 1 / 3")
        lose_the_permission(world)
        await world.mod.submit_modal(box, {"page": "2"})
        assert (message.content, message.embeds) == (GONE, [])

    async def test_lists_while_they_moderate(self, world: World, astria: Astria) -> None:
        astria.offer(*(made_up_pack(n, public_at=None) for n in range(1, 9)))
        message = message_of(
            await world.mod.slash(world.channel, "packs", include="everything", source="mine")
        )
        box = await world.mod.click(message, label="Go to… 1 / 2")
        lose_the_permission(world)
        opened = message_of(
            await world.mod.select(message, ["8"], custom_id=menu_of(message, "open"))
        )
        assert "I can't find a pack" in opened.content
        await world.mod.click(message, label="Next")
        assert "Manage Messages" in message.content
        assert (message.embeds, message.components) == ([], [])
        await world.mod.submit_modal(box, {"page": "2"})
        assert message.embeds == []


def lose_the_permission(world: World) -> None:
    """Take Manage Messages from the moderator."""
    backend = world.env.backend
    backend.guilds[world.guild.id].members[world.mod.id].role_ids.clear()


class TestPackThatGoesPrivate:
    """A public message with controls, whose pack is no longer public."""

    @pytest.fixture
    async def standing(self, world: World, astria: Astria) -> simcord.ResponseMessage:
        message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
        astria.offer(pack_260() | {"public_at": None})
        return message

    async def use(self, world: World, message: simcord.ResponseMessage, how: str) -> None:
        if how == "menu":
            await world.bob.select(message, [options_of(message)["man"]])
        elif how == "box":
            box = await world.bob.click(message, label="Go to… 1 / 35")
            await world.bob.submit_modal(box, {"page": "7"})
        else:
            await world.bob.click(message, label=how)

    @pytest.mark.parametrize("how", ["Next", "Last", "Four pictures", "menu", "box"])
    async def test_next_click_takes_the_message_down(
        self, world: World, standing: simcord.ResponseMessage, how: str
    ) -> None:
        await load_again(world)
        await self.use(world, standing, how)
        assert (standing.content, standing.embeds, standing.components) == (GONE, [], [])

    async def test_moderator_s_click_takes_the_message_down(
        self, world: World, standing: simcord.ResponseMessage
    ) -> None:
        await load_again(world)
        await world.mod.click(standing, label="Next")
        assert (standing.content, standing.embeds) == (GONE, [])

    async def test_stale_answer_is_taken_down_after_refresh(
        self, world: World, standing: simcord.ResponseMessage
    ) -> None:
        await world.env.advance_time(301)
        await world.alice.click(standing, label="Next")
        assert (standing.content, standing.embeds) == (GONE, [])

    async def test_shared_stale_answer_is_taken_down(self, world: World, astria: Astria) -> None:
        view = message_of(await world.alice.slash(world.channel, "pack", id="260", private=True))
        astria.offer(pack_260() | {"public_at": None})
        await world.env.advance_time(301)
        shared = await world.alice.click(view, label="Share")
        assert not shared.followups[0].ephemeral
        assert (shared.followups[0].content, shared.followups[0].embeds) == (GONE, [])

    async def test_hidden_pack_leaves_the_list(self, world: World, astria: Astria) -> None:
        message = message_of(await world.alice.slash(world.channel, "packs"))
        astria.offer(pack_260() | {"public_at": None})
        await load_again(world)
        opened = message_of(
            await world.bob.select(message, ["260"], custom_id=menu_of(message, "open"))
        )
        assert opened.ephemeral
        assert "I can't find a pack" in opened.content
