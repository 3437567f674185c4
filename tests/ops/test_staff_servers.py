"""Moderators see hidden packs only in the operator's own servers."""

from __future__ import annotations

import pytest

from cogs.packs_bot import PacksBot
from config import Settings
from standins.astria.pack_builders import made_up_pack
from standins.astria.server import Astria
from standins.discord.messages import EPHEMERAL
from standins.discord.people import MANAGE_MESSAGES, Json, Member
from standins.discord.server import DiscordServer
from standins.processes import running_bot
from tests.ops.conftest import log_of
from tests.waiting import until

MANAGE_SERVER = 1 << 5
MODERATOR = Member(permissions=MANAGE_MESSAGES | MANAGE_SERVER)
WARNING = "name your own servers in STAFF_GUILD_IDS"


@pytest.mark.parametrize(
    ("public", "staff", "trusted"),
    [
        (False, [], [True, True]),
        (True, [], [False, False]),
        (True, [0], [True, False]),
        (False, [1], [False, True]),
    ],
)
async def test_hidden_packs_and_about(
    discord: DiscordServer, astria: Astria, public: bool, staff: list[int], trusted: list[bool]
) -> None:
    astria.offer(made_up_pack(7, title="Secret Draft", public_at=None))
    discord.rest.bot_public = public
    ids = ",".join(str(discord.guild_ids[number]) for number in staff)
    async with running_bot(
        discord, astria.url, log_format="json", staff_guild_ids=ids, shard_count="1"
    ) as bot:
        await discord.connected()
        for place, expected in zip(discord.guild_ids, trusted, strict=False):
            shown = [await asked(discord, name, place) for name in ("pack", "packs", "about")]
            assert all(message["flags"] & EPHEMERAL for message in shown)
            seen = [bool(message["embeds"]) for message in shown]
            assert seen == [expected] * 3
            assert ("Secret Draft" in str(shown)) == expected
    warnings = [line["event"] for line in log_of(bot) if WARNING in line["event"]]
    assert len(warnings) == (public and not staff)


async def test_no_server_is_trusted_before_public_bot_is_known() -> None:
    async with PacksBot(Settings(), "key") as bot:
        assert bot.staff_servers.none


async def asked(discord: DiscordServer, command: str, guild_id: int) -> Json:
    options = {"pack": {"id": "7"}, "packs": {"include": "everything", "source": "mine"}}
    used = await discord.command(command, options.get(command), by=MODERATOR, guild_id=guild_id)
    await used.finished()
    # A private answer follows a public "is thinking", which is deleted first.
    await until(lambda: used.messages[-1]["content"] != "…")
    return used.messages[-1]
