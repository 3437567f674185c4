"""What an operator runs first when it does not work."""

from __future__ import annotations

from pathlib import Path

import pytest

from standins.discord.server import DiscordServer
from tests.astria import KEY, Astria
from tests.ops.conftest import run
from tests.servers import redis_server


def settings(discord: DiscordServer, astria: Astria, **others: str) -> dict[str, str]:
    given = {
        "discord_token": discord.token,
        "astria_api_key": KEY,
        "astria_api_url": astria.url,
    }
    return given | others


def marks(said: str) -> dict[str, str]:
    """Return the mark of each thing that was checked, by its name."""
    lines = [line for line in said.splitlines() if not line.startswith(" ")]
    return {line[2:].split(":")[0]: line[0] for line in lines}


ALL_WELL = dict.fromkeys(
    ["settings", "Discord token", "hidden packs", "Astria address", "Astria key", "cache"], "✓"
)


async def test_all_is_well(discord: DiscordServer, astria: Astria, tmp_path: Path) -> None:
    asked = settings(discord, astria, cache_url=f"disk://{tmp_path}/kept")
    ended = await run(discord.url, "--check", **asked)
    assert ended.status == 0
    assert marks(ended.said) == ALL_WELL
    assert ended.complained == ""
    # Discord counts connections to its gateway.
    assert not discord.gateway.sessions
    assert not [call for call in discord.calls if call.method == "PUT"]
    assert [request.path for request in astria.requests] == ["/packs"]


@pytest.mark.parametrize(
    ("public", "staff", "says"),
    [
        (False, "", "moderators of every server with the bot see them, as only you can add it"),
        (True, "", "nobody sees packs that are not public, as anyone can add this bot to a server"),
        (True, "5,4", "moderators of the servers in STAFF_GUILD_IDS see them (4, 5)"),
    ],
)
async def test_it_says_who_sees_hidden_packs(
    discord: DiscordServer, astria: Astria, public: bool, staff: str, says: str
) -> None:
    discord.rest.bot_public = public
    ended = await run(discord.url, "--check", **settings(discord, astria, staff_guild_ids=staff))
    assert ended.status == 0
    assert f"✓ hidden packs: {says}" in ended.said


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


async def test_a_disk_that_cannot_be_used(
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


async def test_a_name_that_is_no_setting(discord: DiscordServer, astria: Astria) -> None:
    ended = await run(discord.url, "--check", **settings(discord, astria, cache_ttl="60"))
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | {"settings": "✗"}
    assert "did you mean CACHE_TTL_SECONDS?" in ended.said


async def test_a_token_that_is_not_accepted(discord: DiscordServer, astria: Astria) -> None:
    asked = settings(discord, astria, discord_token="marked-token")
    ended = await run(discord.url, "--check", **asked)
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | {"Discord token": "✗", "hidden packs": "✗"}
    assert "Reset Token" in ended.said
    assert "marked" not in ended.said + ended.complained


async def test_discord_cannot_be_reached(discord: DiscordServer, astria: Astria) -> None:
    ended = await run("http://127.0.0.1:1/api/v10", "--check", **settings(discord, astria))
    assert ended.status == 1
    assert marks(ended.said) == ALL_WELL | {"Discord token": "✗", "hidden packs": "✗"}
    assert "discordstatus.com" in ended.said


@pytest.mark.parametrize(
    ("how", "address", "key", "says"),
    [
        ({"status": 401}, "✓", "✗", "Make a new key"),
        ({"status": 429}, "✓", "✗", "in a minute"),
        ({"status": 404}, "✗", "✗", "is not Astria's API"),
        ({"body": b"<html>"}, "✗", "✗", "is not Astria's API"),
        ({"status": 500}, "✗", "✗", "does not answer"),
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
    assert marks(ended.said) == ALL_WELL | {"Astria address": address, "Astria key": key}
    assert says in ended.said
    assert KEY not in ended.said + ended.complained


async def test_a_terminal_without_ticks(discord: DiscordServer, astria: Astria) -> None:
    asked = settings(discord, astria, pythonioencoding="ascii")
    ended = await run(discord.url, "--check", **asked)
    assert ended.status == 0
    assert "? cache: in memory only" in ended.said
