"""Announcements of new packs, new prices and withdrawn packs: once, and only true ones."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import discord
import pytest
import simcord
import structlog

from api.catalogue import news, news_board
from api.wire.models import Price
from cogs.language.words import words_for
from standins.astria.pack_builders import made_up_pack
from standins.astria.server import Astria
from tests.e2e.conftest import Env, World, bots, build_world, raise_unanswered
from tests.shapes import in_every_shape

FIRST = [made_up_pack(1), made_up_pack(2)]
UNLISTED = {"unlisted_at": "2025-01-01T00:00:00Z"}


@dataclass
class Desk:
    """A server with a channel for news, and a bot that announces there."""

    world: World
    astria: Astria
    channel: simcord.ChannelHandle
    is_news: bool
    lines: list[Any] = field(default_factory=list[Any])

    async def restart(self, **settings: object) -> None:
        """Replace the bot with a new one, and give it time to read the lists."""
        await self.world.bot.close()
        self.world.bot = self.world.make_bot(announce_channel_id=self.channel.id, **settings)
        await self.world.env.restart_bot(self.world.bot)
        await self.later(0)

    async def later(self, seconds: float = 301) -> None:
        """Make lists stale, and let the bot look for news until it has loaded them again."""
        await self.world.env.advance_time(seconds)
        for _ in range(4):
            await self.world.env.advance_time(61)

    def posts(self) -> list[discord.Message]:
        return self.channel.history()

    def causes(self) -> list[str]:
        return [line["cause"] for line in self.lines if line["event"] == "nothing can be announced"]


def text(message: discord.Message) -> str:
    return "\n".join([message.content, *(one.description or "" for one in message.embeds)])


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    # Values in the store have dates of the real clock, which the simulated one does not move.
    monkeypatch.setattr(news, "_ANOTHER_LIST", timedelta(0))
    monkeypatch.setattr(news_board, "_AT_MOST_EVERY", timedelta(0))


@pytest.fixture(autouse=True)
def idle_background() -> None:
    """Load details in the background, as news wait for them."""


@pytest.fixture(params=["news", "text"])
async def desk(
    request: pytest.FixtureRequest, astria: Astria, tmp_path: Path
) -> AsyncIterator[Desk]:
    astria.offer(*FIRST)
    astria.offer(gallery=True)
    kept = f"disk://{tmp_path}/kept"
    # Values in the store have dates of the real clock: they are stale at once.
    settings = {
        "astria_api_url": astria.url, "astria_cost_mc_per_usd": None,
        "cache_url": kept, "cache_ttl_seconds": 0.001,
    }  # fmt: skip
    async with bots(**settings) as make_bot:
        env = Env(make_bot())
        await env.start()
        world = build_world(env, make_bot)
        is_news = request.param == "news"
        make = world.guild.create_news_channel if is_news else world.guild.create_text_channel
        channel = make("packs")
        with structlog.testing.capture_logs() as lines:
            desk = Desk(world, astria, channel, is_news, lines)
            await desk.restart()
            yield desk
        await env.shutdown()
        raise_unanswered(env)
        assert not [line for line in lines if line["log_level"] == "critical"]


one_kind = pytest.mark.parametrize("desk", ["text"], indirect=True)


@one_kind
async def test_first_list_is_no_news(desk: Desk) -> None:
    await desk.later()
    await desk.restart()
    assert desk.posts() == []


async def test_new_pack_is_posted_with_controls(desk: Desk) -> None:
    desk.astria.offer(*FIRST, made_up_pack(3))
    await desk.later()
    (post,) = desk.posts()
    assert post.content == "**New pack: Pack number 3**"
    assert post.embeds[0].title == "Pack number 3"
    assert "$2.03" in str(post.embeds[0].to_dict())
    assert bool(post.flags.value) == desk.is_news
    world = desk.world
    clicked = await world.alice.click(post, label="Next")
    assert clicked.response is not None
    assert clicked.response.ephemeral
    assert "2 / 3" in str(clicked.response.components)
    await desk.later()
    await desk.restart()
    assert len(desk.posts()) == 1


@in_every_shape
@one_kind
async def test_several_new_packs_are_posted_as_a_list(desk: Desk) -> None:
    desk.astria.offer(*FIRST, *(made_up_pack(number) for number in range(3, 6)))
    await desk.later()
    (post,) = desk.posts()
    assert "**3 new packs**" in post.content
    for number in range(3, 6):
        assert f"[Pack number {number}](https://www.astria.ai/p/pack-{number})" in text(post)
        assert f"$2.0{number}" in text(post)
    opened = await desk.world.alice.select(post, ["4"])
    assert opened.followups or opened.response
    assert "Pack number 4" in str((opened.response or opened.followups[0]).embeds[0].title)


@in_every_shape
@one_kind
async def test_changed_price_is_announced(desk: Desk) -> None:
    dearer = made_up_pack(2, costs={"cat": {"cost": 450, "num_images": 3}}, updated_at="2026-11-01")
    desk.astria.offer(FIRST[0], dearer)
    await desk.later(700)
    await desk.world.alice.slash(desk.world.channel, "pack", id="2")
    await desk.later(700)
    (post,) = desk.posts()
    assert "**1 new price**" in post.content
    assert "cat: ~~$2.02~~ → **$4.50**" in text(post)


@one_kind
async def test_withdrawn_pack_is_announced_after_two_lists(desk: Desk) -> None:
    desk.astria.offer(FIRST[0])
    await desk.world.env.advance_time(61)
    assert desk.posts() == []
    await desk.later()
    await desk.later()
    (post,) = desk.posts()
    assert "**1 pack no longer available**" in post.content
    assert "• Pack number 2" in text(post)
    await desk.later()
    assert len(desk.posts()) == 1


@one_kind
async def test_pack_that_comes_back_in_time_is_not_announced(desk: Desk) -> None:
    desk.astria.offer(FIRST[0])
    await desk.world.env.advance_time(61)
    desk.astria.offer(*FIRST)
    await desk.later()
    await desk.later()
    assert desk.posts() == []


@one_kind
@pytest.mark.parametrize("path", ["/packs", "/gallery/packs"])
async def test_failed_list_is_no_news(desk: Desk, path: str) -> None:
    desk.astria.offer(*FIRST, made_up_pack(3))
    desk.astria.fail(path, 503)
    await desk.later()
    await desk.later()
    assert desk.posts() == []
    del desk.astria.answers[path]
    await desk.later()
    assert len(desk.posts()) == 1


@one_kind
async def test_hidden_packs_are_no_news(desk: Desk) -> None:
    hidden = [made_up_pack(3, **UNLISTED), made_up_pack(4, public_at=None)]
    desk.astria.offer(*FIRST, *hidden)
    await desk.later()
    await desk.world.mod.slash(desk.world.channel, "packs", include="everything")
    await desk.later()
    assert desk.posts() == []


@one_kind
async def test_at_most_one_post_in_ten_minutes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news_board, "_AT_MOST_EVERY", timedelta(minutes=10))
    for number in (3, 4):
        desk.astria.offer(*FIRST, *(made_up_pack(one) for one in range(3, number + 1)))
        await desk.later()
    assert len(desk.posts()) == 1
    monkeypatch.setattr(news_board, "_AT_MOST_EVERY", timedelta(0))
    await desk.later()
    assert [post.content for post in desk.posts()][1:] == ["**New pack: Pack number 4**"]


@one_kind
async def test_news_from_the_downtime_is_announced(desk: Desk) -> None:
    await desk.world.bot.close()
    desk.astria.offer(*FIRST, made_up_pack(3))
    await desk.restart()
    await desk.later()
    assert len(desk.posts()) == 1


@one_kind
async def test_other_kind_of_list_is_no_news(desk: Desk) -> None:
    desk.astria.offer(*FIRST, made_up_pack(3, public_at=None))
    await desk.restart(own_packs="listed")
    await desk.later()
    assert desk.posts() == []


@one_kind
async def test_hidden_costs_are_not_announced(desk: Desk) -> None:
    await desk.restart(costs_shown_to="moderators")
    desk.astria.offer(
        made_up_pack(1, costs={"cat": {"cost": 900}}), made_up_pack(2), made_up_pack(3)
    )
    await desk.later(700)
    await desk.later(700)
    (post,) = desk.posts()
    assert "$" not in text(post) + str(post.embeds[0].to_dict())


@one_kind
async def test_cost_is_not_an_old_price_of_the_shop(desk: Desk, tmp_path: Path) -> None:
    shop = tmp_path / "shop.toml"
    prices = '[prices]\ncurrency = "EUR"\n[prices.packs]\n2 = {}\n'
    shop.write_text(prices.format(29))
    # Until now the costs were the prices; from now on the shop sets them.
    await desk.restart(costs_shown_to="nobody", shop_file=shop)
    await desk.later(700)
    assert desk.posts() == []
    shop.write_text(prices.format(35))
    await desk.restart(costs_shown_to="nobody", shop_file=shop)
    await desk.later(700)
    (post,) = desk.posts()
    assert "cat: ~~€29.00~~ → **€35.00**" in text(post)


@one_kind
async def test_missing_permission_is_logged_once(desk: Desk) -> None:
    world = desk.world
    silent = discord.PermissionOverwrite(embed_links=False, send_messages=False)
    default = world.guild.default_role
    desk.channel = world.guild.create_text_channel("silent", overwrites={default: silent})
    await desk.restart()
    desk.astria.offer(*FIRST, made_up_pack(3))
    await desk.later()
    await desk.later()
    assert desk.causes() == ["the bot needs Send Messages, Embed Links in #silent"]
    assert desk.posts() == []


@one_kind
async def test_missing_channel_is_logged(desk: Desk) -> None:
    world = desk.world
    world.bot = world.make_bot(announce_channel_id=12345)
    await world.env.restart_bot(world.bot)
    await desk.later()
    assert desk.causes() == ["ANNOUNCE_CHANNEL_ID: there is no such channel"]


@one_kind
async def test_refused_post_is_sent_later(desk: Desk) -> None:
    desk.astria.offer(*FIRST, made_up_pack(3))
    path = f"/channels/{desk.channel.id}/messages"
    desk.world.env.inject_error("POST", path, status=400, code=50035, message="Invalid Form Body")
    await desk.later()
    await desk.later()
    assert len(desk.posts()) == 1


@pytest.mark.parametrize(
    ("locale", "said"), [("en-US", "cat: ~~$2.40~~ → "), ("fr", "chat\N{NO-BREAK SPACE}: ~~2,40")]
)
def test_price_change_is_described(locale: str, said: str) -> None:
    words = words_for(locale)
    before, after = Price(Decimal("2.40")), Price(Decimal("1.80"))
    line = words.changed_price("Cats", words.class_label("cat"), before, after)
    assert line.startswith(f"• Cats · {said}")


@one_kind
async def test_post_uses_the_language_of_the_server(desk: Desk) -> None:
    await desk.restart(public_language="de")
    desk.astria.offer(*FIRST, made_up_pack(3))
    await desk.later()
    (post,) = desk.posts()
    assert post.content == "**Neues Foto-Pack: Pack number 3**"


@one_kind
async def test_post_that_may_exist_is_not_sent_again(desk: Desk) -> None:
    desk.astria.offer(*FIRST, made_up_pack(3))
    path = f"/channels/{desk.channel.id}/messages"
    desk.world.env.inject_error("POST", path, status=502, code=0, message="Bad Gateway")
    await desk.later()
    await desk.later()
    await desk.restart()
    assert desk.posts() == []
    assert "an announcement may not have been posted" in [line["event"] for line in desk.lines]
    # discord.py sends it again: Discord then compares the nonces.
    sent = [one.json for one in desk.world.env.http_requests if one.path.endswith(path)]
    assert len(sent) == 1
    assert {"nonce", "enforce_nonce"} <= set(cast("dict[str, object]", sent[0]))


@one_kind
async def test_more_new_packs_than_a_menu_has_options(desk: Desk) -> None:
    desk.astria.offer(*FIRST, *(made_up_pack(number, title="New " * 20) for number in range(3, 63)))
    await desk.later()
    (post,) = desk.posts()
    assert "**60 new packs**" in post.content
    lines = text(post).splitlines()
    priced = [line for line in lines if line.startswith("• ")]
    assert all(re.search(r"\(https://\S+\) · cat \$\d\.\d\d$", line) for line in priced)
    assert f"… and {60 - len(priced)} more" in lines
    ((menu,),) = (row.children for row in post.components if isinstance(row, discord.ActionRow))
    assert isinstance(menu, discord.SelectMenu)
    assert len(menu.options) == 25
