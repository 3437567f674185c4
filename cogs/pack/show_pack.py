"""The command in a message's menu that shows the packs whose addresses stand in the message."""

from __future__ import annotations

from collections.abc import Iterator

import discord
from discord import app_commands

from api.errors import AstriaError
from api.models import PackSummary
from api.urls import pack_references
from cogs import command_words, limits
from cogs.context import catalogue_of, may_see_hidden, words_of
from cogs.controls import Controls
from cogs.errors import Refusal, answering
from cogs.pack.open import open_menu, open_pack
from cogs.replies import Reply, respond


def show_pack() -> app_commands.ContextMenu:
    """Return the command; its answers are for the one who asks alone."""
    return app_commands.ContextMenu(name=command_words.SHOW_PACK, callback=_show_pack)


async def _show_pack(interaction: discord.Interaction, message: discord.Message) -> None:
    async with answering(interaction):
        refs = pack_references("\n".join(_texts(message)))
        if not refs:
            raise Refusal(words_of(interaction).no_address)
        await respond(interaction, _reply(interaction, refs), private=True)


def _texts(message: discord.Message) -> Iterator[str]:
    yield message.content
    for embed in message.embeds:
        yield from (embed.url or "", embed.title or "", embed.description or "")
        yield from (str(field.value) for field in embed.fields)


async def _reply(interaction: discord.Interaction, refs: list[str]) -> Reply:
    if len(refs) == 1:
        return await open_pack(interaction, refs[0], private=True)
    words = words_of(interaction)
    packs: dict[int, PackSummary] = {}
    for ref in refs:
        if pack := await _known(interaction, ref):
            packs[pack.id] = pack
    if len(packs) <= 1:
        return await open_pack(interaction, next(iter(map(str, packs)), refs[0]), private=True)
    shown = list(packs.values())[: limits.MENU_OPTIONS]
    menu = open_menu(words, shown, placeholder=words.open_pack)
    view = Controls().add_item(menu)
    return Reply(words.which_pack(len(packs)), view=view, private=True)


async def _known(interaction: discord.Interaction, ref: str) -> PackSummary | None:
    try:
        return (await catalogue_of(interaction).pack(ref, hidden=may_see_hidden(interaction))).value
    except AstriaError:
        return None
