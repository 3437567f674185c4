"""`--check`: the first step if the bot does not work."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from standins.astria.pack_builders import costs, full_pack, made_up_pack, pack_260
from standins.astria.server import KEY, Astria
from standins.discord.server import DiscordServer
from standins.processes import running_bot
from tests.ops.conftest import run, start
from tests.servers import redis_server, served_with_tls
from tests.shapes import in_shapes


def settings(discord: DiscordServer, astria: Astria, **others: str) -> dict[str, str]:
    given = {
        "discord_token": discord.token,
        "astria_api_key": KEY,
        "astria_api_url": astria.url,
    }
    return given | others


def marks(said: str) -> dict[str, str]:
    """Return the mark of each checked thing, by name."""
    lines = [line for line in said.splitlines() if not line.startswith(" ")]
    return {line[2:].split(":")[0]: line[0] for line in lines}


ALL_WELL = dict.fromkeys(
    [
        "settings", "Discord token", "hidden packs", "starts", "commands", "Astria address",
        "Astria key", "unit of cost_mc_hash", "cache",
    ],
    "✓",
)  # fmt: skip
NO_UNIT = {"unit of cost_mc_hash": "✗"}
NOT_LET_IN = dict.fromkeys(["Discord token", "hidden packs", "starts", "commands"], "✗")


async def test_all_is_well(discord: DiscordServer, astria: Astria, tmp_path: Path) -> None:
    astria.offer(pack_260(), workspace="7")
    workspace = {"astria_workspace_id": "7"}
    asked = settings(discord, astria, cache_url=f"disk://{tmp_path}/kept", **workspace)
    ended = await run(discord.url, "--check", **asked)
    assert ended.status == 0
    assert marks(ended.said) == ALL_WELL
    assert ended.complained == ""
    assert {request.headers.get("X-Workspace-Id") for request in astria.requests} == {"7"}
    # Discord counts connections to its gateway.
    assert not discord.gateway.sessions
    assert not [call for call in discord.calls if call.method == "PUT"]
    assert len(astria.requests) < 10


@pytest.mark.parametrize(
    ("public", "staff", "says"),
    [
        (False, "", "moderators of every server with the bot see them, as only you can add it"),
        (True, "", "nobody sees packs that are not public, as anyone can add this bot to a server"),
        (True, "5,4", "moderators of the servers in STAFF_GUILD_IDS see them (4, 5)"),
    ],
)
async def test_check_says_who_sees_hidden_packs(
    discord: DiscordServer, astria: Astria, public: bool, staff: str, says: str
) -> None:
    discord.rest.bot_public = public
    ended = await run(discord.url, "--check", **settings(discord, astria, staff_guild_ids=staff))
    assert ended.status == 0
    assert f"✓ hidden packs: {says}" in ended.said


@pytest.mark.parametrize(
    ("channel", "denied", "mark", "says"),
    [
        (1, 0, "✓", "the bot can post in #general"),
        (1, 1 << 11 | 1 << 14, "✗", "the bot needs Send Messages, Embed Links in #general"),
        (2, 0, "✗", "ANNOUNCE_CHANNEL_ID: there is no such channel"),
    ],
)
async def test_check_tries_the_channel_of_announcements(
    discord: DiscordServer,
    astria: Astria,
    tmp_path: Path,
    channel: int,
    denied: int,
    mark: str,
    says: str,
) -> None:
    server = discord.guild_ids[0]
    everyone = {"id": str(server), "type": 0, "allow": "0", "deny": str(denied)}
    discord.rest.overwrites.append(everyone)
    asked = settings(
        discord,
        astria,
        announce_channel_id=str(server + channel),
        cache_url=f"disk://{tmp_path}/kept",
    )
    ended = await run(discord.url, "--check", **asked)
    assert f"{mark} announcements: {says}" in ended.said
    assert ended.status == (mark == "✗")


async def test_redis(discord: DiscordServer, astria: Astria, tmp_path: Path) -> None:
    with redis_server(tmp_path) as redis:
        asked = settings(discord, astria, cache_url=redis.url)
        assert (await run(discord.url, "--check", **asked)).status == 0
        redis.stop()
        url = redis.url.replace("redis://", "redis://me:marked-password@")
        ended = await run(discord.url, "--check", **asked | {"cache_url": url})
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | {"cache": "✗"}
    assert "Redis runs" in ended.said
    assert "marked" not in ended.said + ended.complained


async def test_unusable_disk_is_reported(
    discord: DiscordServer, astria: Astria, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    asked = settings(discord, astria, cache_url=f"disk://{tmp_path}/file")
    ended = await run(discord.url, "--check", **asked)
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | {"cache": "✗"}
    assert "may write there" in ended.said


async def test_wrong_settings(discord: DiscordServer) -> None:
    ended = await run(discord.url, "--check", cache_ttl_seconds="marked", discord_token="marked 1")
    assert ended.status == 1
    assert marks(ended.said) == {"settings": "✗"}
    for name in ("CACHE_TTL_SECONDS", "DISCORD_TOKEN", "ASTRIA_API_KEY"):
        assert name in ended.said
    assert "marked" not in ended.said + ended.complained


async def test_misspelt_setting_is_named(discord: DiscordServer, astria: Astria) -> None:
    ended = await run(discord.url, "--check", **settings(discord, astria, cache_ttl="60"))
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | {"settings": "✗"}
    assert "did you mean CACHE_TTL_SECONDS?" in ended.said


async def test_members_see_none_of_the_packs(discord: DiscordServer, astria: Astria) -> None:
    astria.offer(made_up_pack(1, public_at=None), made_up_pack(2, public_at=None))
    asked = settings(discord, astria)
    ended = await run(discord.url, "--check", **asked)
    assert ended.status == 0
    assert "none of the account's own packs (2)" in ended.said
    assert "OWN_PACKS=listed" in ended.said
    ended = await run(discord.url, "--check", **asked, own_packs="listed")
    assert "own packs" not in ended.said


async def test_shop_file_is_checked(discord: DiscordServer, astria: Astria, tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text('[words]\na = ["Corporate-Headshots", 260]\n')
    asked = settings(discord, astria, shop_file=str(path))
    ended = await run(discord.url, "--check", **asked)
    assert marks(ended.said) == ALL_WELL | {"shop's file": "✓"}
    path.write_text('[words]\na = ["corporate", 999, 260]\n')
    ended = await run(discord.url, "--check", **asked)
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | {"shop's file": "✗"}
    assert "corporate, 999" in ended.said


CATS = [
    full_pack(number, costs=costs(cat=(cents, 6)))
    for number, cents in ((301, 180), (302, 2500), (303, 99))
]


@in_shapes(["the page", "millicents", "texts", "all figures"])
async def test_proven_unit_is_reported(discord: DiscordServer, astria: Astria) -> None:
    astria.offer(*CATS)
    astria.offer(gallery=True)
    ended = await run(discord.url, "--check", **settings(discord, astria))
    assert ended.status == 0
    unit = f"{astria.shape.mc_per_usd:,}"
    said = f"proven, {unit} for $1; classes with both figures: 3, in packs: 3\n"
    assert f"✓ unit of cost_mc_hash: {said}" in ended.said


async def test_unproven_unit_is_reported(discord: DiscordServer, astria: Astria) -> None:
    astria.offer(*CATS)
    astria.offer(gallery=True)
    for pack in CATS:
        astria.fail(f"/p/{pack['id']}", 404)
    ended = await run(discord.url, "--check", **settings(discord, astria))
    assert ended.status == 0
    said = "unproven, 10,000 for $1; no class has both figures. Prices that are known only from"
    assert f"✓ unit of cost_mc_hash: {said}" in ended.said


async def test_slow_evidence_is_reported(discord: DiscordServer, astria: Astria) -> None:
    astria.offer(*CATS)
    astria.offer(gallery=True)
    for pack in CATS:
        astria.fail(f"/p/{pack['id']}", 503)
    ended = await run(discord.url, "--check", **settings(discord, astria))
    assert marks(ended.said) == ALL_WELL
    assert "Astria did not give all details in time: try again later" in ended.said


async def test_contradictory_unit_is_reported(discord: DiscordServer, astria: Astria) -> None:
    astria.offer(*CATS[:2], CATS[2] | {"cost_mc_hash": {"cat": 77_777}})
    astria.offer(gallery=True)
    asked = settings(discord, astria)
    ended = await run(discord.url, "--check", **asked)
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | NO_UNIT
    assert "pack 303, class 'cat', $0.99 in costs, 77777 in cost_mc_hash" in ended.said
    ended = await run(discord.url, "--check", **asked, astria_cost_mc_per_usd="10000")
    assert ended.status == 0
    said = "set, 10,000 for $1, as ASTRIA_COST_MC_PER_USD says"
    assert f"✓ unit of cost_mc_hash: {said}" in ended.said


async def test_refused_token_is_reported(discord: DiscordServer, astria: Astria) -> None:
    asked = settings(discord, astria, discord_token="marked-token")
    ended = await run(discord.url, "--check", **asked)
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | NOT_LET_IN
    assert "Reset Token" in ended.said
    assert "marked" not in ended.said + ended.complained


async def test_discord_cannot_be_reached(discord: DiscordServer, astria: Astria) -> None:
    ended = await run("http://127.0.0.1:1/api/v10", "--check", **settings(discord, astria))
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | NOT_LET_IN
    assert "discordstatus.com" in ended.said


@pytest.mark.parametrize(
    ("how", "address", "key", "says"),
    [
        ({"status": 401}, "✓", "✗", "Make a new key"),
        ({"status": 429}, "✓", "✗", "in a minute"),
        ({"status": 404}, "✗", "✗", "is not Astria's API"),
        ({"body": b"<html>"}, "✗", "✗", "is not Astria's API"),
        ({"status": 500}, "✗", "✗", "answers, with a fault of its own"),
    ],
)
async def test_astria_fails(
    discord: DiscordServer,
    astria: Astria,
    how: dict[str, object],
    address: str,
    key: str,
    says: str,
) -> None:
    astria.answer_all(**how)
    ended = await run(discord.url, "--check", **settings(discord, astria))
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | NO_UNIT | {"Astria address": address, "Astria key": key}
    assert says in ended.said
    assert KEY not in ended.said + ended.complained


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (503, "Discord answers, with a fault of its own"),
        (429, "Discord wants fewer requests"),
        (403, "Discord answers, and refuses"),
        (200, "an answer that cannot be read"),
    ],
)
async def test_fault_of_discord_is_reported(
    discord: DiscordServer, astria: Astria, status: int, says: str
) -> None:
    with discord.fault("GET", "/users/@me", status=status):
        ended = await run(discord.url, "--check", **settings(discord, astria))
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | NOT_LET_IN
    assert says in ended.said


async def test_untrusted_certificates_are_reported(
    discord: DiscordServer, astria: Astria, tmp_path: Path
) -> None:
    async with served_with_tls(tmp_path) as url:
        asked = settings(discord, astria) | {"astria_api_url": url}
        ended = await run(f"{url}/api/v10", "--check", **asked)
    assert ended.status == 1
    astrias = dict.fromkeys(["Astria address", "Astria key"], "✗")
    assert marks(ended.said) == ALL_WELL | NOT_LET_IN | NO_UNIT | astrias
    assert ended.said.count("SSL_CERT_FILE") == 2


async def test_remaining_starts_are_reported(discord: DiscordServer, astria: Astria) -> None:
    ended = await run(discord.url, "--check", **settings(discord, astria))
    assert "✓ starts: 999 of 1000 starts left" in ended.said
    discord.rest.starts |= {"remaining": 0, "reset_after": 7_200_000}
    ended = await run(discord.url, "--check", **settings(discord, astria))
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | {"starts": "✗"}
    assert "0 of 1000 starts left; the bot waits until there are more, in 120 minutes" in ended.said


async def test_commands(discord: DiscordServer, astria: Astria) -> None:
    ended = await run(discord.url, "--check", **settings(discord, astria))
    assert "commands will be registered at the next start, everywhere" in ended.said
    async with running_bot(discord, astria.url):
        await discord.connected()
    ended = await run(discord.url, "--check", **settings(discord, astria))
    assert "commands are registered, everywhere" in ended.said


async def test_server_without_the_bot_is_reported(discord: DiscordServer, astria: Astria) -> None:
    asked = settings(discord, astria, dev_guild_id="5")
    with discord.fault("GET", "/guilds/5/commands", status=403, code=50001):
        ended = await run(discord.url, "--check", **asked)
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | {"commands": "✗"}
    assert "not in the server of DEV_GUILD_ID" in ended.said
    ended = await run(discord.url, "--check", **asked)
    assert "in server 5 only, as DEV_GUILD_ID says" in ended.said


async def test_ctrl_c_ends_without_a_traceback(discord: DiscordServer, astria: Astria) -> None:
    with discord.fault("GET", "/users/@me", held=True) as login:
        process = await start(discord.url, "--check", **settings(discord, astria))
        await login.happened()
        process.send_signal(signal.SIGINT)
        _, complained = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 130
    assert complained == b""


async def test_terminal_without_ticks(discord: DiscordServer, astria: Astria) -> None:
    asked = settings(discord, astria, pythonioencoding="ascii")
    ended = await run(discord.url, "--check", **asked)
    assert ended.status == 0
    assert "? cache: in memory only" in ended.said
