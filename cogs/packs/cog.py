"""What `/packs` accepts."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from api.catalogue import Catalogue
from api.models import Include, Sort, Source
from cogs.choices import class_choices
from cogs.context import may_see_hidden
from cogs.errors import answering
from cogs.packs.query import Query, filter_key, normalised_search
from cogs.packs.view import catalogue_page
from cogs.replies import respond

_SOURCES = [
    Choice(name="Our own packs", value=Source.MINE.value),
    Choice(name="Astria's gallery", value=Source.GALLERY.value),
    Choice(name="All packs", value=Source.ALL.value),
]
_SORTS = [
    Choice(name="Newest first", value=Sort.NEWEST.value),
    Choice(name="By title", value=Sort.TITLE.value),
    Choice(name="Cheapest first", value=Sort.PRICE.value),
]
_INCLUDES = [
    Choice(name="Public packs", value=Include.PUBLIC.value),
    Choice(name="Unlisted packs too", value=Include.UNLISTED.value),
    Choice(name="Every pack", value=Include.EVERYTHING.value),
]


class PacksCog(commands.Cog):
    """Answer `/packs` and complete what is typed for it."""

    def __init__(self, catalogue: Catalogue, source: Source) -> None:
        self._catalogue = catalogue
        self._source = source

    @app_commands.command(description="Look through the packs there are, and what they cost")
    @app_commands.rename(class_name="class")
    @app_commands.describe(
        search="Words of a title, a name or a number",
        class_name="Only packs that offer this class, such as woman or cat",
        source="Where the packs come from",
        sort="The order",
        include="Packs that are not public are for moderators, and only shown to them",
        private="Show it to nobody but you",
    )
    @app_commands.choices(source=_SOURCES, sort=_SORTS, include=_INCLUDES)
    async def packs(
        self,
        interaction: discord.Interaction,
        search: str = "",
        class_name: str | None = None,
        source: str | None = None,
        sort: str | None = None,
        include: str = Include.PUBLIC.value,
        private: bool = False,
    ) -> None:
        """Show the first page of the packs that match."""
        query = Query(
            source=Source(source) if source else self._source,
            search=normalised_search(search),
            class_key=filter_key(class_name) if class_name else None,
            sort=Sort(sort) if sort else None,
            include=Include(include),
        )
        async with answering(interaction):
            work = catalogue_page(interaction, query, private=private)
            await respond(interaction, work, private=private or query.include is not Include.PUBLIC)

    @packs.autocomplete("class_name")
    async def _complete_class(
        self, interaction: discord.Interaction, current: str
    ) -> list[Choice[str]]:
        names = self._catalogue.suggest_classes(
            current, ref=None, hidden=may_see_hidden(interaction)
        )
        return class_choices(names)
