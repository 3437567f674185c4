"""What is common to all controls: old ones, direct messages, and Discord's own faults."""

from __future__ import annotations

from typing import cast

import discord
import pytest
import simcord

from tests.astria import Astria, made_up_pack, pack_260
from tests.e2e.conftest import MakeBot, World
from tests.e2e.shown import message_of, page_of


async def click_raw(world: World, custom_id: str) -> simcord.InteractionResult:
    """Click a control that a message of long ago might carry."""
    message = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    stored = world.env.backend.get_message(message.channel_id, message.id)
    stored.components[0]["components"][-1]["custom_id"] = custom_id
    return await world.alice.click(message, custom_id=custom_id)


@pytest.mark.parametrize(
    "custom_id", ["v0:next", "pack:next:260", "pack:next:260:7876625d:1:9", "packs:next:1:xyz"]
)
async def test_a_control_of_an_older_version(world: World, custom_id: str) -> None:
    answer = message_of(await click_raw(world, custom_id))
    assert answer.ephemeral
    assert "older version" in answer.content


async def test_in_direct_messages(world: World, astria: Astria) -> None:
    astria.offer(pack_260(), made_up_pack(1, public_at=None))
    user = world.mod.user
    message = message_of(await user.slash("pack", id="260"))
    await user.click(message, label="Next")
    assert page_of(message) == "2 / 35"
    assert "I can't find a pack" in message_of(await user.slash("pack", id="1")).content
    refused = message_of(await user.slash("packs", include="everything"))
    assert "only in my team's servers" in refused.content
    assert message_of(await user.slash("packs")).embeds


async def test_a_click_costs_no_reading_of_its_message(world: World) -> None:
    shown = message_of(await world.alice.slash(world.channel, "pack", id="260"))
    clicked_in: list[discord.Message] = []

    async def on_interaction(interaction: discord.Interaction) -> None:
        assert interaction.message
        clicked_in.append(interaction.message)

    world.bot.add_listener(on_interaction)
    await world.alice.click(shown, label="Next")
    assert [(one.id, one.embeds, one.components) for one in clicked_in] == [(shown.id, [], [])]
    assert page_of(shown) == "2 / 35"
    assert shown.embeds


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060), (500, 0)])
async def test_discord_does_not_take_the_answer(world: World, status: int, code: int) -> None:
    await world.alice.slash(world.channel, "pack", id="260")
    world.env.inject_error("POST", "/interactions/*/callback", status=status, code=code, times=None)
    result = await world.alice.slash(world.channel, "pack", id="260")
    assert not result.acknowledged


async def test_commands_are_registered_only_when_they_differ(world: World) -> None:
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


async def test_commands_for_one_server(make_bot: MakeBot) -> None:
    async with simcord.run(make_bot(dev_guild_id=4242)) as env:
        guild = env.create_guild(id=4242)
        alice = guild.add_member(env.create_user("alice"))
        channel = guild.create_text_channel("general")
        assert message_of(await alice.slash(channel, "pack", id="260")).embeds
        paths = [one.path for one in env.http_requests if one.method == "PUT"]
        assert len(paths) == 1
        assert paths[0].endswith("/guilds/4242/commands")


async def test_what_is_asked_of_discord(world: World) -> None:
    assert world.bot.intents == discord.Intents.none()
    assert world.bot.allowed_mentions is not None
    assert world.bot.allowed_mentions.to_dict() == {"parse": []}
    for command in world.bot.tree.get_commands():
        sent = command.to_dict(world.bot.tree)
        everywhere = command.name != "about"
        assert sorted(sent["contexts"] or []) == ([0, 1, 2] if everywhere else [0])
        assert sorted(sent["integration_types"] or []) == ([0, 1] if everywhere else [0])
