"""The whole bot on a simulated Discord, with a real server for Astria."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import discord
import pytest
import simcord
import structlog
from discord import app_commands

from api.catalogue.background import Background
from cogs.packs_bot import PacksBot
from config import Settings
from standins.astria.server import KEY, Astria
from standins.simulation import complete_interactions, let_only_its_owner_add

MakeBot = Callable[..., PacksBot]

# On the real clock, in seconds: a busy machine needs more than simcord's five.
SETTLED_WITHIN = 30.0

# Longer sleeps are not waited for, such as background loading after a start.
_STARTED_WITHIN = 9.0

# How often to look whether the bot has settled, in seconds. With simcord's 0.05 these tests would
# mostly wait.
_LOOK_AGAIN = 0.002


class Env(simcord.Env):
    """A simulated Discord that notices quickly that the bot has settled."""

    async def _settle_internal(self, *, idle: float = _LOOK_AGAIN, **others: object) -> None:
        # A bot that starts is given five seconds, whatever the environment says.
        if "timeout" in others:
            others["timeout"] = _STARTED_WITHIN
        await super()._settle_internal(idle=idle, **cast("dict[str, Any]", others))


@dataclass
class World:
    """A server with a channel and three people: two members, and a moderator."""

    env: simcord.Env
    bot: PacksBot
    make_bot: MakeBot
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    alice: simcord.MemberActor
    bob: simcord.MemberActor
    mod: simcord.MemberActor
    languages: dict[int, str]
    brought_along: dict[int, int]
    """The servers that have not installed the bot, each with the user who installed it."""

    def speaks(self, actor: simcord.MemberActor, locale: str) -> None:
        """Set the language of somebody's client."""
        self.languages[actor.id] = locale

    def member(self, name: str) -> simcord.MemberActor:
        """Add another member."""
        return self.guild.add_member(self.env.create_user(name))

    def deferrals(self) -> int:
        """Return the number of deferred answers so far."""
        callbacks = (one.json for one in self.env.http_requests if one.path.endswith("/callback"))
        return sum(isinstance(one, dict) and one["type"] in {5, 6} for one in callbacks)

    @asynccontextmanager
    async def at_once(self) -> AsyncGenerator[None]:
        """Collect members' actions in the body, and send all of them at once at its end."""
        backend = self.env.backend
        held: list[tuple[Any, ...]] = []

        def hold(*event: object) -> None:
            held.append(event)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(backend, "emit", hold)
            yield
        for event in held:
            backend.emit(*event)
        await self.env.settle()

    async def restart(self) -> None:
        """Replace the bot with a new one with an empty memory."""
        await self.bot.close()
        self.bot = self.make_bot()
        await self.env.restart_bot(self.bot)


@asynccontextmanager
async def bots(**settings: object) -> AsyncGenerator[MakeBot]:
    """Yield a function that makes bots with these and more settings; close them at the end."""
    made: list[PacksBot] = []

    def make(**others: object) -> PacksBot:
        # With the unit of costs set, only the lists are loaded at the start.
        usual = {"shard_count": 1, "astria_cost_mc_per_usd": Decimal(10_000)}
        wanted: dict[str, Any] = {**usual, **settings, **others}
        bot = PacksBot(Settings(**wanted), KEY)
        let_only_its_owner_add(bot)
        made.append(bot)
        return bot

    yield make
    for bot in made:
        await bot.close()


@pytest.fixture(autouse=True)
def idle_background(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load nothing in the background after the start, and that without pauses.

    simcord waits for what sleeps.
    """

    async def idle(background: Background) -> None:
        return

    monkeypatch.setattr(Background, "keep_filled", idle)
    for pause in ("_PAUSE", "_BETWEEN_REQUESTS"):
        monkeypatch.setattr(f"api.catalogue.background.{pause}", 0.0)


@pytest.fixture
async def make_bot(astria: Astria) -> AsyncIterator[MakeBot]:
    unit = Decimal(astria.shape.mc_per_usd)
    async with bots(astria_api_url=astria.url, astria_cost_mc_per_usd=unit) as make:
        with structlog.testing.capture_logs() as lines:
            yield make
    faults = [line for line in lines if line["log_level"] in {"error", "critical"}]
    assert not faults


@pytest.fixture
async def env(make_bot: MakeBot) -> AsyncIterator[simcord.Env]:
    env = Env(make_bot(), settle_timeout=SETTLED_WITHIN)
    await env.start()
    yield env
    await env.shutdown()
    raise_unanswered(env)


def raise_unanswered(env: simcord.Env) -> None:
    """Raise the bot's errors, except those that reached the tree: it answers and logs them."""
    unanswered = [one for one in env.errors if not isinstance(one, app_commands.AppCommandError)]
    if unanswered:
        raise BaseExceptionGroup("raised by the bot", unanswered)


@pytest.fixture
async def world(env: simcord.Env, make_bot: MakeBot) -> World:
    return build_world(env, make_bot)


def build_world(env: simcord.Env, make_bot: MakeBot) -> World:
    guild = env.create_guild()
    support = guild.create_role("Support", permissions=discord.Permissions(manage_messages=True))
    assert isinstance(env.bot, PacksBot)
    languages, brought_along = dict[int, str](), dict[int, int]()
    complete_interactions(env, languages, brought_along)
    return World(
        env=env,
        bot=env.bot,
        make_bot=make_bot,
        guild=guild,
        channel=guild.create_text_channel("general"),
        alice=guild.add_member(env.create_user("alice")),
        bob=guild.add_member(env.create_user("bob")),
        mod=guild.add_member(env.create_user("mod"), roles=[support]),
        languages=languages,
        brought_along=brought_along,
    )


async def load_again(world: World) -> None:
    """Make data stale, and ask for it, so that it is loaded again in the background."""
    await world.env.advance_time(301)
    await world.mod.autocomplete(world.channel, "pack", "id", "")
    await world.mod.slash(world.channel, "pack", id="260")
