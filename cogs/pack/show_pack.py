"""The command in a message's menu that shows the packs that the message mentions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import discord
from discord import app_commands

from api.wire.addresses import pack_references
from api.wire.errors import AstriaError
from api.wire.models import Pack
from cogs import limits
from cogs.interactions.errors import Refusal
from cogs.interactions.reply import Reply
from cogs.interactions.request import audience_of, words_of
from cogs.interactions.responding import respond
from cogs.interactions.services import catalogue_of, shop_words_of
from cogs.language import command_words
from cogs.language.copied import copied_commands, packs_named
from cogs.language.questions import Question, understand_message
from cogs.pack.message_text import texts_of
from cogs.pack.open import open_pack
from cogs.ui.controls import Controls, filter_key
from cogs.ui.pack_lookup import known_packs, open_menu, packs_meant
from cogs.ui.start import Start, class_named
from cogs.ui.watch import watched_list


def show_pack() -> app_commands.ContextMenu:
    """Return the command; its answers are private."""
    return app_commands.ContextMenu(name=command_words.SHOW_PACK, callback=_show_pack)


async def _show_pack(interaction: discord.Interaction, message: discord.Message) -> None:
    text = "\n".join(texts_of(message))
    links, commands = pack_references(text), list(copied_commands(text))
    named = (ref for command in commands for ref in packs_named(command))
    refs = list(dict.fromkeys([*links, *named]))
    start = Start().with_copied(commands[0]) if len(commands) == 1 else Start()
    if refs:
        work = _named(interaction, refs, start, linked=bool(links))
    else:
        work = _spoken_of(interaction, text)
    await respond(interaction, work, private=True)


async def _named(
    interaction: discord.Interaction, refs: Sequence[str], start: Start, *, linked: bool
) -> Reply:
    """Show the pack that a link or command names; with several, offer a menu.

    A single pack is opened at `start`.
    """
    if len(refs) == 1:
        return await open_pack(interaction, refs[0], start, linked=linked)
    tried = await asyncio.gather(*(_known(interaction, ref) for ref in refs[: limits.MENU_OPTIONS]))
    found = [pack for pack in tried if pack]
    packs = {pack.id: pack for pack in found}
    if not packs:
        return await open_pack(interaction, refs[0], linked=linked)
    sentence = words_of(interaction).links_opened(len(packs), len(found), len(refs))
    if len(packs) > 1:
        return _list(interaction, sentence, list(packs.values()))
    reply = await open_pack(interaction, str(found[0].id), start)
    return replace(reply, content="\n".join(filter(None, [sentence, reply.content])))


async def _known(interaction: discord.Interaction, ref: str) -> Pack | None:
    audience = audience_of(interaction, private=True)
    try:
        return (await catalogue_of(interaction).pack(ref, audience)).value
    except AstriaError:
        return None


async def _spoken_of(interaction: discord.Interaction, text: str) -> Reply:
    """Show the pack that a message describes in words, at the class that it mentions."""
    words = words_of(interaction)
    question = understand_message(text, shop_words_of(interaction))
    packs = await known_packs(interaction)
    meant = packs_meant(packs, question)
    if meant.clear:
        pack = meant.packs[0]
        reply = await open_pack(interaction, str(pack.id), _start(question, [pack]))
        return replace(reply, content="\n".join(filter(None, [words.understood, reply.content])))
    likely = (meant.packs or _offering(packs, question))[: limits.MENU_OPTIONS]
    if not likely:
        raise Refusal(words.no_pack_in_message)
    start = _start(question, likely)
    return _list(interaction, words.packs_meant(len(likely)), likely, start)


def _offering(packs: Sequence[Pack], question: Question) -> list[Pack]:
    """Return the packs with a class that the message mentions."""
    return [
        pack
        for pack in packs
        if any(class_named(pack.classes, name) for name in question.class_names)
    ]


def _start(question: Question, packs: Sequence[Pack]) -> Start:
    """Return the class that was mentioned, if all of the packs have it."""
    for name in question.class_names:
        if all(class_named(pack.classes, name) for pack in packs):
            return Start(class_key=filter_key(name))
    return Start()


def _list(
    interaction: discord.Interaction,
    sentence: str,
    packs: Sequence[Pack],
    start: Start | None = None,
) -> Reply:
    words = words_of(interaction)

    def made(packs: Sequence[Pack]) -> Reply:
        menu = open_menu(words, packs, placeholder=words.open_pack, start=start)
        return Reply(sentence, view=Controls().add_item(menu))

    return watched_list(interaction, packs, made)
