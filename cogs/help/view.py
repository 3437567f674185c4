"""The reply to `/help`: the commands, with examples from the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import discord

from api.wire.models import Pack
from cogs.interactions.reply import Reply
from cogs.interactions.request import audience_of, words_of
from cogs.interactions.services import catalogue_of, services_of
from cogs.language.text import escaped
from cogs.language.words import Words
from cogs.ui.embeds import COLOUR, class_label, pack_title

_LONGEST_EXAMPLE = 60


def help_reply(interaction: discord.Interaction) -> Reply:
    """Return the commands with examples; a click on a command puts it into the message box."""
    words = words_of(interaction)
    ids = services_of(interaction).command_ids
    packs = catalogue_of(interaction).suggestions(audience_of(interaction, private=True)) or ()
    examples = [_title(words, pack) for pack in islice(packs, 2)]
    class_name = next((one.name for pack in packs for one in pack.classes), "woman")
    lines = words.help_lines(
        pack=_mention(words, ids, "pack"),
        packs=_mention(words, ids, "packs"),
        compare=_mention(words, ids, "compare"),
        examples=_two(examples),
        class_name=escaped(class_label(words, class_name), _LONGEST_EXAMPLE),
    )
    embed = discord.Embed(title=words.help_title, description="\n\n".join(lines), colour=COLOUR)
    return Reply(embeds=[embed], private=True)


def _two(examples: Sequence[str]) -> tuple[str, str]:
    first, second, *_ = (*examples, "corporate headshots", "dating profile")
    return first, second


def _title(words: Words, pack: Pack) -> str:
    return escaped(pack_title(words, pack), _LONGEST_EXAMPLE)


def _mention(words: Words, ids: dict[str, int], name: str) -> str:
    """Return a clickable command, or its name if its id at Discord is unknown."""
    return f"</{name}:{ids[name]}>" if name in ids else f"`{words.command(name)}`"
