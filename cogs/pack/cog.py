"""What `/pack` accepts."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from api.catalogue import Catalogue
from api.models import PackSummary
from cogs import limits
from cogs.choices import class_choices
from cogs.context import may_see_hidden, words_of
from cogs.embeds import pack_title
from cogs.errors import answering
from cogs.pack.view import open_pack
from cogs.replies import respond
from cogs.text import cut, plain
from cogs.words import Words


class PackCog(commands.Cog):
    """Answer `/pack` and complete what is typed for it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @app_commands.command(description="Show a pack: what it costs and what its pictures look like")
    @app_commands.rename(ref="id", class_name="class")
    @app_commands.describe(
        ref="A pack's number, name or web address",
        class_name="Begin with this class, such as woman or cat",
        page="Begin with this picture",
        private="Show it to nobody but you",
    )
    async def pack(
        self,
        interaction: discord.Interaction,
        ref: str,
        class_name: str | None = None,
        page: app_commands.Range[int, 1] = 1,
        private: bool = False,
    ) -> None:
        """Show one pack at a class and page."""
        async with answering(interaction):
            work = open_pack(interaction, ref, class_name, page, private=private)
            await respond(interaction, work, private=private)

    @pack.autocomplete("ref")
    async def _complete_ref(
        self, interaction: discord.Interaction, current: str
    ) -> list[Choice[str]]:
        words = words_of(interaction)
        found = self._catalogue.suggest(
            current, hidden=may_see_hidden(interaction), limit=limits.CHOICES
        )
        return [Choice(name=_choice_name(words, pack), value=str(pack.id)) for pack in found]

    @pack.autocomplete("class_name")
    async def _complete_class(
        self, interaction: discord.Interaction, current: str
    ) -> list[Choice[str]]:
        names = self._catalogue.suggest_classes(
            current, ref=interaction.namespace.id, hidden=may_see_hidden(interaction)
        )
        return class_choices(names)


def _choice_name(words: Words, pack: PackSummary) -> str:
    classes = ", ".join(plain(one.name) for one in pack.classes)
    rest = f" · {pack.id}" + (f" · {classes}" if classes else "")
    title = cut(pack_title(words, pack), limits.OPTION_TEXT - min(len(rest), 40))
    return cut(title + rest, limits.OPTION_TEXT)
