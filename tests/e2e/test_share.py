"""Sharing: once, with credit, and only if both the member and the bot may write."""

from __future__ import annotations

from typing import Any

import discord
import pytest
import simcord

from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World, load_again
from tests.e2e.shown import (
    controls_of,
    labels_of,
    message_of,
    options_of,
    page_of,
    picture_of,
    text_of,
)
from tests.shapes import in_every_shape

SHARE = "Share"


async def private_view(world: World, **options: object) -> simcord.ResponseMessage:
    wanted: dict[str, object] = {"id": "260", "private": True, **options}
    return message_of(await world.mod.slash(world.channel, "pack", **wanted))


def posted(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    (message,) = result.followups
    return message


def public_messages(channel: simcord.ChannelHandle) -> int:
    return sum(not message.flags.ephemeral for message in channel.history())


async def test_same_view_is_posted_with_credit(world: World) -> None:
    view = await private_view(world, **{"class": "man", "page": 6, "pictures": 4})
    assert page_of(view) == "5–8 / 28"
    post = posted(await world.mod.click(view, label=SHARE))
    assert not post.ephemeral
    assert post.content == f"Shared by {world.mod.mention}\n{view.content}"
    assert page_of(post) == "5–8 / 28"
    assert [embed.image.url for embed in post.embeds] == [embed.image.url for embed in view.embeds]
    assert SHARE not in labels_of(post)
    shared = [one for one in controls_of(view) if one.get("label") == "Shared"]
    assert [one["disabled"] for one in shared] == [True]


async def test_replies_ping_nobody(world: World) -> None:
    post = posted(await world.mod.click(await private_view(world), label=SHARE))
    assert world.env.backend.get_message(post.channel_id, post.id).ping_user_ids == []


async def test_sharer_turns_pages_and_stays_credited(world: World) -> None:
    post = posted(await world.mod.click(await private_view(world), label=SHARE))
    await world.mod.click(post, label="Next")
    assert page_of(post) == "2 / 35"
    await world.mod.select(post, [options_of(post)["man"]])
    assert page_of(post) == "1 / 28"
    box = await world.mod.click(post, label="Go to… 1 / 28")
    await world.mod.submit_modal(box, {"page": "9"})
    assert page_of(post) == "9 / 28"
    await world.restart()
    await world.mod.click(post, label="Four pictures")
    assert page_of(post) == "9–12 / 28"
    assert post.content.splitlines()[0] == f"Shared by {world.mod.mention}"


async def test_others_get_a_private_copy_that_they_can_share(world: World) -> None:
    post = posted(await world.mod.click(await private_view(world), label=SHARE))
    copy = message_of(await world.alice.click(post, label="Last"))
    assert copy.ephemeral
    assert page_of(copy) == "35 / 35"
    assert "Shared by" not in copy.content
    assert page_of(post) == "1 / 35"
    assert posted(await world.alice.click(copy, label=SHARE)).content.startswith(
        f"Shared by {world.alice.mention}\n"
    )


async def test_a_double_click_posts_once(world: World) -> None:
    view = await private_view(world)
    before = public_messages(world.channel)
    async with world.at_once():
        await world.mod.click(view, label=SHARE)
        await world.mod.click(view, label=SHARE)
    assert public_messages(world.channel) == before + 1
    assert "Shared" in [one.get("label") for one in controls_of(view)]


async def test_each_page_can_be_shared(world: World) -> None:
    view = await private_view(world)
    first = posted(await world.mod.click(view, label=SHARE))
    await world.mod.click(view, label="Next")
    second = posted(await world.mod.click(view, label=SHARE))
    assert [page_of(first), page_of(second)] == ["1 / 35", "2 / 35"]


async def test_failed_share_can_be_repeated(world: World) -> None:
    view = await private_view(world)
    world.env.inject_error("POST", "/webhooks/*", status=403)
    await world.mod.click(view, label=SHARE)
    assert SHARE in labels_of(view)
    assert "Shared by" in posted(await world.mod.click(view, label=SHARE)).content


async def test_share_button_is_only_on_private_views_of_public_packs(
    world: World, astria: Astria
) -> None:
    astria.offer(pack_260(), made_up_pack(1, public_at=None), made_up_pack(2, unlisted_at="2025"))
    assert SHARE in labels_of(await private_view(world))
    public = message_of(await world.mod.slash(world.channel, "pack", id="260"))
    assert SHARE not in labels_of(public)
    for number in ("1", "2"):
        view = await private_view(world, id=number)
        assert SHARE not in labels_of(view)
        assert "it can't be shared" in text_of(view)
    direct = message_of(await world.mod.user.slash("pack", id="260", private=True))
    assert SHARE not in labels_of(direct)


async def test_pack_that_became_private_is_not_shared(world: World, astria: Astria) -> None:
    view = await private_view(world)
    astria.offer(pack_260() | {"public_at": None})
    astria.answer("/gallery/packs?public=true&listed=true", [])
    await load_again(world)
    before = public_messages(world.channel)
    refused = posted(await world.mod.click(view, label=SHARE))
    assert refused.ephemeral
    assert refused.content == "This is no longer public, so it can't be shared."
    assert public_messages(world.channel) == before


def channel_without(
    world: World, name: str, *, member: str = "", bot: str = ""
) -> simcord.ChannelHandle:
    """Make a channel where the moderator or the bot lack a permission."""
    overwrites: dict[Any, discord.PermissionOverwrite] = {}
    if member:
        overwrites[world.mod] = discord.PermissionOverwrite(**{member: False})
    if bot:
        overwrites[world.bot.user] = discord.PermissionOverwrite(**{bot: False})
    return world.guild.create_text_channel(name, overwrites=overwrites)


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ({"member": "send_messages"}, "You can't write in this channel"),
        ({"bot": "send_messages"}, "I can't post in this channel"),
        ({"bot": "embed_links"}, "*Embed Links*"),
        ({"bot": "view_channel"}, "*View Channel*"),
    ],
)
async def test_no_share_without_permission_to_write(
    world: World, lacking: dict[str, str], said: str
) -> None:
    channel = channel_without(world, "announcements", **lacking)
    view = message_of(await world.mod.slash(channel, "pack", id="260", private=True))
    refused = posted(await world.mod.click(view, label=SHARE))
    assert refused.ephemeral
    assert said in refused.content
    assert public_messages(channel) == 0
    elsewhere = await private_view(world)
    assert not posted(await world.mod.click(elsewhere, label=SHARE)).ephemeral


@pytest.mark.parametrize(
    ("lacking", "locked", "said"),
    [
        ({"member": "send_messages_in_threads"}, False, "You can't write in this channel"),
        ({}, True, "You can't write in this channel"),
        ({"bot": "send_messages_in_threads"}, False, "*Send Messages in Threads*"),
    ],
)
async def test_no_share_in_a_thread_without_permission_to_write(
    world: World, lacking: dict[str, str], locked: bool, said: str
) -> None:
    parent = channel_without(world, "help", **lacking)
    thread = open_thread(world, parent, locked=locked)
    view = message_of(await world.mod.slash(thread, "pack", id="260", private=True))
    refused = posted(await world.mod.click(view, label=SHARE))
    assert said in refused.content
    assert refused.ephemeral


async def test_share_in_a_thread(world: World) -> None:
    parent = channel_without(world, "help", member="send_messages")
    thread = open_thread(world, parent, locked=False)
    view = message_of(await world.mod.slash(thread, "pack", id="260", private=True))
    assert not posted(await world.mod.click(view, label=SHARE)).ephemeral


def open_thread(
    world: World, parent: simcord.ChannelHandle, *, locked: bool
) -> simcord.ChannelHandle:
    backend = world.env.backend
    thread = backend.create_thread(parent.id, "a question", owner_id=world.alice.id)
    backend.add_thread_member(thread.id, world.mod.id)
    assert thread.thread_metadata
    thread.thread_metadata.locked = locked
    return parent.threads[0]


async def test_user_app_shares_only_if_the_server_allows_it(world: World) -> None:
    world.brought_along[world.guild.id] = world.mod.id
    channel = channel_without(world, "no-apps", member="use_external_apps")
    view = message_of(await world.mod.slash(channel, "pack", id="260", private=True))
    refused = posted(await world.mod.click(view, label=SHARE))
    assert "I'm your own app" in refused.content
    allowed = world.guild.create_role(
        "Apps", permissions=discord.Permissions(use_external_apps=True)
    )
    world.mod = world.guild.add_member(world.env.create_user("eve"), roles=[allowed])
    world.brought_along[world.guild.id] = world.mod.id
    view = await private_view(world)
    assert not posted(await world.mod.click(view, label=SHARE)).ephemeral


@in_every_shape
async def test_share_a_catalogue_page(world: World, astria: Astria) -> None:
    astria.offer(*(made_up_pack(n, title=f"Cats {n:02}") for n in range(1, 13)))
    await world.restart()
    options = {"search": "cats", "sort": "title", "private": True, "page": 2}
    view = message_of(await world.mod.slash(world.channel, "packs", **options))
    post = posted(await world.mod.click(view, label=SHARE))
    credit, heading, *packs, link = post.content.splitlines()
    assert packs[0] == "Cats 06 · cat $2.06 · <https://www.astria.ai/p/pack-6>"
    assert credit == f"Shared by {world.mod.mention}"
    assert heading == "**12 packs** · by title · page 2 of 3"
    assert link == "-# /packs search:cats sort:By title page:2"
    assert post.embeds[0].title == "Cats 06"
    await world.mod.click(post, label="Next")
    assert page_of(post) == "3 / 3"
    assert post.content.startswith(credit)
    copy = message_of(await world.bob.click(post, label="First"))
    assert copy.ephemeral
    assert "Shared by" not in copy.content


async def test_page_whose_packs_became_private_is_not_shared(world: World, astria: Astria) -> None:
    view = message_of(await world.mod.slash(world.channel, "packs", private=True))
    for path in ("/packs", "/gallery/packs"):
        astria.answer(f"{path}?public=true&listed=true", [])
    astria.fail("/p/260", 404)
    await load_again(world)
    refused = posted(await world.mod.click(view, label=SHARE))
    assert refused.ephemeral
    assert "no longer available" in refused.content


async def test_no_share_of_a_list_with_hidden_packs(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1, public_at=None))
    view = message_of(await world.mod.slash(world.channel, "packs", include="everything"))
    assert SHARE not in labels_of(view)


async def test_share_a_comparison(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    options = {"first": "260", "second": "1", "private": True}
    view = message_of(await world.mod.slash(world.channel, "compare", **options))
    post = posted(await world.mod.click(view, label=SHARE))
    assert post.content == f"Shared by {world.mod.mention}\n{view.content}"
    assert picture_of(post) == picture_of(view)
    opened = message_of(await world.bob.select(post, ["1"]))
    assert opened.ephemeral
    assert opened.embeds[0].title == "Pack number 1"


async def test_comparison_with_a_private_pack_is_not_shared(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1))
    options = {"first": "260", "second": "1", "private": True}
    view = message_of(await world.mod.slash(world.channel, "compare", **options))
    astria.offer(pack_260(), made_up_pack(1, public_at=None))
    await world.restart()
    refused = posted(await world.mod.click(view, label=SHARE))
    assert refused.ephemeral
    assert "no longer public" in refused.content
