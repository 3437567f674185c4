"""Common behaviour of controls: old ones, direct messages, and faults of Discord."""

from __future__ import annotations

import re
from typing import cast

import discord
import pytest
import simcord

from cogs.interactions.control import Control
from cogs.interactions.errors import Refusal
from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import Astria
from tests.e2e.conftest import MakeBot, World
from tests.e2e.shown import controls_of, menu_of, message_of, page_of


async def click_raw(
    world: World, custom_id: str, message: simcord.ResponseMessage | None = None
) -> simcord.InteractionResult:
    """Click a control of an old message."""
    message = message or message_of(await world.alice.slash(world.channel, "pack", id="260"))
    stored = world.env.backend.get_message(message.channel_id, message.id)
    stored.components[0]["components"][-1]["custom_id"] = custom_id
    return await world.alice.click(message, custom_id=custom_id)


@pytest.mark.parametrize(
    "custom_id", ["v0:next", "pack:next:260", "pack:next:260:7876625d:1:9", "packs:next:1:xyz"]
)
async def test_control_of_an_older_version_is_refused(world: World, custom_id: str) -> None:
    answer = message_of(await click_raw(world, custom_id))
    assert answer.ephemeral
    assert "older version" in answer.content


# In releases before 2.1 the first two had the same key in lists, crc32's.
COLLIDING = ["plumless", "buckeroo", "cat"]


@pytest.fixture
async def colliding(world: World, astria: Astria) -> World:
    costs = {"cost": 100, "num_images": 3}
    astria.offer(
        *(
            made_up_pack(n, title=f"For {name}", costs={name: costs}, prompts_per_class={})
            for n, name in enumerate([*COLLIDING, "dog", "dog", "dog"], start=1)
        )
    )
    await world.restart()
    return world


async def test_classes_with_the_same_old_key_are_separate(colliding: World) -> None:
    world = colliding
    for name in COLLIDING:
        options = {"class": name}
        message = message_of(await world.alice.slash(world.channel, "packs", **options))
        assert [embed.title for embed in message.embeds] == [f"For {name}"]
        options = options_of_menu(message, "class")
        for other in COLLIDING:
            key = options[other]
            await world.alice.select(message, [key], custom_id=menu_of(message, "class"))
            assert [embed.title for embed in message.embeds] == [f"For {other}"]


def options_of_menu(message: simcord.ResponseMessage, action: str) -> dict[str, str]:
    custom_id = menu_of(message, action)
    menu = next(one for one in controls_of(message) if one.get("custom_id") == custom_id)
    options = cast("list[dict[str, str]]", menu["options"])
    return {option["label"]: option["value"] for option in options}


async def test_old_key_of_a_class_is_understood(colliding: World) -> None:
    world = colliding
    listed = message_of(await world.alice.slash(world.channel, "packs"))
    await click_raw(world, "packs:next:0:a-p:9e5e43a8:", listed)
    assert [embed.title for embed in listed.embeds] == ["For cat"]
    assert not any("9e5e43a8" in str(one) for one in controls_of(listed))
    # Nobody knows which of the two was meant.
    listed = message_of(await world.alice.slash(world.channel, "packs"))
    await click_raw(world, "packs:next:0:a-p:4ddb0c25:", listed)
    assert listed.content.startswith("There are no packs for an unknown class.")
    # In a pack that has one of them, it is clear.
    listed = message_of(await world.alice.slash(world.channel, "packs", sort="title"))
    stored = world.env.backend.get_message(listed.channel_id, listed.id)
    menu = next(row for row in stored.components if ":open:" in str(row))["components"][0]
    menu["custom_id"] = "packs:open:0:a-p:4ddb0c25:"
    opened = await world.alice.select(listed, ["2"], custom_id=menu["custom_id"])
    assert "class:buckeroo" in message_of(opened).content


async def test_controls_work_in_direct_messages(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1, public_at=None))
    user = world.mod.user
    message = message_of(await user.slash("pack", id="260"))
    await user.click(message, label="Next")
    assert page_of(message) == "2 / 35"
    assert "I can't find a pack" in message_of(await user.slash("pack", id="1")).content
    refused = message_of(await user.slash("packs", include="everything"))
    assert "only in my team's servers" in refused.content
    assert message_of(await user.slash("packs")).embeds


async def test_clicked_message_is_not_parsed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clicked_in: list[discord.Message] = []

    class Spy(Control, feature="spy"):
        """A control that records what it can read of its message."""

        template = re.compile("spy:look")

        @classmethod
        async def act(
            cls, interaction: discord.Interaction, custom_id: str, value: str | None
        ) -> None:
            assert interaction.message
            clicked_in.append(interaction.message)
            raise Refusal("seen")

    monkeypatch.delitem(Control.of_feature, "spy")
    monkeypatch.setitem(Control.of_feature, "spy", Spy)
    await click_raw(world, "spy:look")
    assert [(one.embeds, one.components) for one in clicked_in] == [([], [])]


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060), (500, 0)])
async def test_refused_answer_is_survived(world: World, status: int, code: int) -> None:
    await world.alice.slash(world.channel, "pack", id="260")
    world.env.inject_error("POST", "/interactions/*/callback", status=status, code=code, times=None)
    result = await world.alice.slash(world.channel, "pack", id="260")
    assert not result.acknowledged


async def test_commands_are_registered_only_if_changed(world: World) -> None:
    def writes() -> int:
        return sum(one.method == "PUT" for one in world.env.http_requests)

    assert writes() == 1
    await world.restart()
    assert writes() == 1
    (written,) = [one.json for one in world.env.http_requests if one.method == "PUT"]
    commands = cast("list[dict[str, object]]", written)
    sent = [{name: one[name] for name in one if name != "nsfw"} for one in commands]
    for known in ([], sent[:1], [sent[0] | {"description": "something else"}, sent[1]]):
        before = writes()
        world.env.backend.register_commands(None, known)
        await world.restart()
        assert writes() == before + 1


async def test_commands_are_registered_for_one_server(make_bot: MakeBot) -> None:
    async with simcord.run(make_bot(dev_guild_id=4242)) as env:
        guild = env.create_guild(id=4242)
        alice = guild.add_member(env.create_user("alice"))
        channel = guild.create_text_channel("general")
        assert message_of(await alice.slash(channel, "pack", id="260")).embeds
        paths = [one.path for one in env.http_requests if one.method == "PUT"]
        assert len(paths) == 1
        assert paths[0].endswith("/guilds/4242/commands")


async def test_no_intents_no_mentions_and_command_contexts(world: World) -> None:
    assert world.bot.intents == discord.Intents.none()
    assert world.bot.allowed_mentions is not None
    assert world.bot.allowed_mentions.to_dict() == {"parse": []}
    for command in world.bot.tree.get_commands():
        sent = command.to_dict(world.bot.tree)
        everywhere = command.name != "about"
        assert sorted(sent["contexts"] or []) == ([0, 1, 2] if everywhere else [0])
        assert sorted(sent["integration_types"] or []) == ([0, 1] if everywhere else [0])
