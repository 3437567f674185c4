"""What was shown from old data is taken down once its readers may not see it any more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import simcord

from tests.astria import Astria, Json, made_up_pack, pack_260
from tests.e2e.conftest import World
from tests.e2e.shown import message_of, text_of

CHANGES: dict[str, Json | None] = {
    "private": {"public_at": None},
    "unlisted": {"unlisted_at": "2025-01-01"},
    "gone": None,
}
OTHERS = [made_up_pack(number, created_at=f"2020-01-0{number}") for number in range(1, 7)]
OPTIONS: dict[str, dict[str, object]] = {
    "pack": {"id": "260"},
    "compare": {"first": "260", "second": "1"},
    "packs": {"source": "mine"},
}
SHARE = "Share in channel"


def change(astria: Astria, how: Json | None) -> None:
    """Let pack 260 become what its readers may not see."""
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
    """Get ready what leads to pack 260, and return how it is used."""
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


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (500, 0), (404, 10008)])
async def test_message_that_cannot_be_changed_is_deleted(
    stocked: World, astria: Astria, status: int, code: int
) -> None:
    world = stocked
    use = await door(world, world.alice, "pack")
    change(astria, CHANGES["private"])
    await world.env.advance_time(301)
    world.env.inject_error("PATCH", "/webhooks/*", status=status, code=code)
    await use()
    deleted = [one for one in world.env.http_requests if one.method == "DELETE"]
    assert len(deleted) == (status != 404)
