"""The command in a message's menu that shows the packs whose addresses stand in the message."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import discord
from discord import app_commands

from api.wire.addresses import pack_references
from api.wire.errors import AstriaError
from api.wire.models import Pack
from cogs import limits
from cogs.interactions.asker import audience_of
from cogs.interactions.errors import Refusal
from cogs.interactions.replies import Reply, respond
from cogs.interactions.services import catalogue_of, words_of
from cogs.language import command_words
from cogs.pack.open import open_pack
from cogs.ui.controls import Controls
from cogs.ui.finding import open_menu


def show_pack() -> app_commands.ContextMenu:
    """Return the command; its answers are for the one who asks alone."""
    return app_commands.ContextMenu(name=command_words.SHOW_PACK, callback=_show_pack)


async def _show_pack(interaction: discord.Interaction, message: discord.Message) -> None:
    refs = pack_references("\n".join(_texts(message)))
    if not refs:
        raise Refusal(words_of(interaction).no_address)
    await respond(interaction, _reply(interaction, refs), private=True)


def _texts(message: discord.Message) -> Iterator[str]:
    """Yield all that may hold an address, also in what a message forwards."""
    for part in (message, *message.message_snapshots):
        yield part.content
        for embed in part.embeds:
            yield from (embed.url or "", embed.title or "", embed.description or "")
            yield from (f"{field.name}\n{field.value}" for field in embed.fields)
            yield f"{embed.footer.text}\n{embed.author.url}"
        for component in part.components:
            yield from map(str, _links(component))


def _links(component: object) -> Iterator[str | None]:
    if isinstance(component, discord.components.Button):
        yield component.url
    for child in getattr(component, "children", ()):
        yield from _links(child)


async def _reply(interaction: discord.Interaction, refs: list[str]) -> Reply:
    if len(refs) == 1:
        return await open_pack(interaction, refs[0], private=True)
    words = words_of(interaction)
    found = await asyncio.gather(*(_known(interaction, ref) for ref in refs[: limits.MENU_OPTIONS]))
    packs = {pack.id: pack for pack in found if pack}
    if len(packs) <= 1:
        return await open_pack(interaction, next(iter(map(str, packs)), refs[0]), private=True)
    menu = open_menu(words, list(packs.values()), placeholder=words.open_pack)
    view = Controls().add_item(menu)
    return Reply(words.which_pack(len(packs)), view=view, private=True)


async def _known(interaction: discord.Interaction, ref: str) -> Pack | None:
    audience = audience_of(interaction, private=True)
    try:
        return (await catalogue_of(interaction).pack(ref, audience)).value
    except AstriaError:
        return None
