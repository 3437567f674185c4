"""Removal of public answers, and marked private copies."""

from __future__ import annotations

from typing import cast

import pytest
import simcord
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from cogs.interactions.record import Record
from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import labels_of, message_of, page_of

COPY = "-# Your own copy; the post stays as it is."


def is_there(world: World, message: simcord.ResponseMessage) -> bool:
    return any(one.id == message.id for one in world.channel.history())


@pytest.mark.parametrize(
    ("command", "options"),
    [("pack", {"id": "260"}), ("packs", {}), ("compare", {"first": "260", "second": "1"})],
)
class TestRemove:
    async def test_asker_may_remove_the_answer(
        self, world: World, astria: Astria, command: str, options: dict[str, object]
    ) -> None:
        astria.offer(pack_260(), made_up_pack(1))
        message = message_of(await world.alice.slash(world.channel, command, **options))
        await world.restart()
        refused = message_of(await world.bob.click(message, label="Remove"))
        assert refused.ephemeral
        assert "Only the person who asked" in refused.content
        assert is_there(world, message)
        with capture_logs([merge_contextvars]) as lines:
            await world.alice.click(message, label="Remove")
        assert not is_there(world, message)
        (line,) = [one for one in lines if one["event"] == "public answer removed"]
        assert (line["channel"], line["message"]) == (world.channel.id, message.id)
        fields = cast(Record, line["interaction"]).fields()
        assert (fields["user"], fields["server"]) == (world.alice.id, world.guild.id)

    async def test_sharer_may_remove_the_post(
        self, world: World, astria: Astria, command: str, options: dict[str, object]
    ) -> None:
        astria.offer(pack_260(), made_up_pack(1))
        view = await world.mod.slash(world.channel, command, private=True, **options)
        assert "Remove" not in labels_of(message_of(view))
        shared = await world.mod.click(message_of(view), label="Share")
        post = shared.followups[0]
        assert "Only the person" in message_of(await world.bob.click(post, label="Remove")).content
        await world.mod.click(post, label="Remove")
        assert not is_there(world, post)


@pytest.mark.parametrize(
    ("locale", "following", "line"),
    [
        ("en-US", "Next", COPY),
        ("de", "Weiter", "-# Deine eigene Kopie – der Beitrag bleibt, wie er ist."),
    ],
)
async def test_copy_is_marked_on_every_page(
    world: World, locale: str, following: str, line: str
) -> None:
    world.speaks(world.bob, locale)
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    copy = message_of(await world.bob.click(message, label="Next"))
    assert copy.content.splitlines()[0] == line
    await world.restart()
    await world.bob.click(copy, label=following)
    assert page_of(copy) == "3 / 35"
    assert copy.content.splitlines()[0] == line
    assert copy.content.count(line) == 1
    assert COPY not in message.content


async def test_own_private_answer_is_not_called_a_copy(world: World) -> None:
    view = message_of(await world.alice.slash(world.channel, "pack", id="260", private=True))
    await world.alice.click(view, label="Next")
    assert COPY not in view.content


@pytest.mark.parametrize(
    ("command", "options", "label"),
    [("pack", {"id": "260"}, "Next"), ("packs", {}, "Next")],
)
async def test_copy_is_marked_after_sharing(
    world: World, astria: Astria, command: str, options: dict[str, object], label: str
) -> None:
    astria.offer(pack_260(), *(made_up_pack(number) for number in range(1, 8)))
    await world.restart()
    message = message_of(await world.alice.slash(world.channel, command, **options))
    copy = message_of(await world.bob.click(message, label=label))
    (post,) = (await world.bob.click(copy, label="Share")).followups
    assert copy.content.splitlines()[0] == COPY
    assert copy.content.count(COPY) == 1
    assert COPY not in post.content
    assert "Shared" not in labels_of(copy)
