"""Private answers stay private while Discord refuses the requests that ensure it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from standins.astria.pack_builders import made_up_pack
from standins.astria.server import Astria
from standins.discord.interactions import DEFERRED_MESSAGE, Interaction
from standins.discord.messages import EPHEMERAL
from standins.discord.people import MANAGE_MESSAGES, Json, Member
from standins.discord.server import DiscordServer
from standins.processes import Program, running_bot
from tests.ops.conftest import log_of
from tests.waiting import until

MODERATOR = Member(permissions=MANAGE_MESSAGES)
FAULTS: dict[str, dict[str, Any]] = {
    "403": {"status": 403, "code": 50013},
    "404": {"status": 404, "code": 10008},
    "500": {"status": 500},
    "time-out": {"held": True},
}
NEUTRAL = "I couldn't send the answer to you alone."


@pytest.fixture
async def bot(discord: DiscordServer, astria: Astria) -> AsyncIterator[Program]:
    astria.offer(made_up_pack(7, title="Secret Draft", public_at=None))
    settings = {"program": "tests.ops.impatient_bot", "log_format": "json", "log_level": "debug"}
    async with running_bot(discord, astria.url, **settings) as program:
        await discord.connected()
        yield program


async def handled(bot: Program, asked: Interaction) -> Interaction:
    """Return an interaction after the bot has finished it."""

    def over() -> bool:
        return any(line["event"] == "handled" for line in log_of(bot))

    await asked.answered()
    await until(over)
    return asked


def public(asked: Interaction) -> list[Json]:
    return [message for message in asked.messages if not message["flags"] & EPHEMERAL]


@pytest.mark.parametrize("fault", FAULTS)
async def test_errors_are_not_sent_in_public(
    discord: DiscordServer, astria: Astria, bot: Program, fault: str
) -> None:
    astria.answer("/p/private-idea", {}, status=404)
    with discord.fault("PATCH", "@original", **FAULTS[fault]) as met:
        asked = await handled(bot, await discord.command("pack", {"id": "private-idea"}))
    assert met.met
    (message,) = public(asked)
    assert message["content"].startswith(NEUTRAL)
    assert "private-idea" not in str(asked.messages)


@pytest.mark.parametrize(
    ("command", "fault"),
    [("pack", "403"), ("pack", "404"), ("pack", "time-out"), ("compare", "403")],
)
async def test_moderator_is_deferred_privately(
    discord: DiscordServer, bot: Program, fault: str, command: str
) -> None:
    options = {"pack": {"id": "7"}, "compare": {"first": "7", "second": "260"}}[command]
    with discord.fault("PATCH", "@original", **FAULTS[fault], times=1):
        asked = await handled(bot, await discord.command(command, options, by=MODERATOR))
    first = await asked.answered()
    assert first.body["type"] == DEFERRED_MESSAGE
    assert first.body["data"]["flags"] & EPHEMERAL
    assert not public(asked)


async def test_public_answer_to_a_moderator(discord: DiscordServer, bot: Program) -> None:
    asked = await handled(bot, await discord.command("pack", {"id": "260"}, by=MODERATOR))
    (message,) = asked.messages
    assert message["embeds"]
    assert public(asked) == [message]


async def test_look_ups_of_hidden_packs_are_logged(discord: DiscordServer, bot: Program) -> None:
    await handled(bot, await discord.command("pack", {"id": "7"}, by=MODERATOR))
    (line,) = [line for line in log_of(bot) if line["event"] == "hidden packs shown"]
    assert line["level"] == "info"
    assert line["packs"] == [7]
    assert (line["user"], line["server"]) == (MODERATOR.id, discord.guild_ids[0])
    assert line["channel"] == discord.guild_ids[0] + 1
