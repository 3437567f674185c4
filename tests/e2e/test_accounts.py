"""A bot does not use another account's stored answers, in the same Redis or folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from cogs.packs_bot import PacksBot
from config import Settings
from standins.astria.pack_builders import made_up_pack
from standins.astria.server import Astria
from standins.simulation import let_only_its_owner_add
from tests.e2e.conftest import SETTLED_WITHIN, Env, build_world
from tests.e2e.shown import message_of, text_of
from tests.servers import redis_server


@pytest.mark.parametrize("other", ["key", "workspace", "address"])
@pytest.mark.parametrize("place", ["disk", "redis"])
async def test_other_account_s_bot_reads_no_stored_answers(
    astria: Astria, tmp_path: Path, place: str, other: str
) -> None:
    with redis_server(tmp_path) as redis:
        url = redis.url if place == "redis" else f"disk://{tmp_path}/kept"
        astria.offer(made_up_pack(7, title="Secret Draft", public_at=None))

        def made(address: str, key: str, workspace: str | None = None) -> PacksBot:
            bot = PacksBot(
                Settings(
                    shard_count=1,
                    astria_api_url=address,
                    cache_url=url,
                    astria_workspace_id=workspace,
                ),
                key,
            )
            let_only_its_owner_add(bot)
            return bot

        async def asked(bot: PacksBot) -> str:
            env = Env(bot, settle_timeout=SETTLED_WITHIN)
            await env.start()
            world = build_world(env, made)
            offered = await world.mod.autocomplete(world.channel, "pack", "id", "")
            shown = message_of(await world.mod.slash(world.channel, "pack", id="7"))
            listed = await world.mod.slash(world.channel, "packs", include="everything")
            await env.shutdown()
            await bot.close()
            return str(offered) + text_of(shown) + text_of(message_of(listed))

        assert "Secret Draft" in await asked(made(astria.url, "a key"))
        for path in ("/packs", "/gallery/packs", "/p/7"):
            astria.fail(path, 503)
        key = "another key" if other == "key" else "a key"
        address = astria.url.replace("127.0.0.1", "localhost")
        address = address if other == "address" else astria.url
        assert "Secret Draft" not in await asked(
            made(address, key, "7" if other == "workspace" else None)
        )
        assert "Secret Draft" in await asked(made(astria.url, "a key"))
