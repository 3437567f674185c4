"""Add the fields of an interaction that simcord leaves out, and Discord always sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
import simcord

from cogs.packs_bot import PacksBot

GUILD_INSTALL, USER_INSTALL = "0", "1"


def complete_interactions(
    env: simcord.Env, languages: Mapping[int, str], brought_along: Mapping[int, int] | None = None
) -> None:
    """Add to interactions who installed the bot, and the client's language.

    `languages` maps users to Discord's locales; others use American English. If `brought_along`
    has a server, the bot is not installed there, but by the user that it maps to.
    """
    emit = env.backend.emit

    def completed(event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE":
            payload = {**payload, **_left_out(payload, languages, brought_along or {})}
        emit(event, payload)

    env.backend.emit = completed


def let_only_its_owner_add(bot: PacksBot) -> None:
    """Trust the moderators of the simulated servers: "Public Bot" is off."""
    ask = bot.application_info

    async def not_public() -> discord.AppInfo:
        application = await ask()
        application.bot_public = False
        return application

    bot.application_info = not_public


def _left_out(
    payload: Mapping[str, Any], languages: Mapping[int, str], brought_along: Mapping[int, int]
) -> Mapping[str, object]:
    user = payload.get("user") or payload["member"]["user"]
    guild = payload.get("guild_id", "0")
    owner = brought_along.get(int(guild))
    owners = {USER_INSTALL: str(owner)} if owner else {GUILD_INSTALL: guild}
    locale = languages.get(int(user["id"]), payload["locale"])
    return {"authorizing_integration_owners": owners, "locale": locale}
