"""The command `/packs`."""

from __future__ import annotations

from decimal import Decimal

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from api.wire.models import Include, Sort, Source
from cogs.interactions.responding import respond
from cogs.language import command_words as said
from cogs.packs.narrow import price_limit
from cogs.packs.query import HIGHEST_PRICE, MOST_IMAGES, Query, normalised_search
from cogs.packs.view import catalogue_page
from cogs.ui.choices import class_choices
from cogs.ui.controls import filter_key

_SOURCES = [
    Choice(name=said.OUR_OWN, value=Source.MINE.value),
    Choice(name=said.GALLERY, value=Source.GALLERY.value),
    Choice(name=said.ALL, value=Source.ALL.value),
]
_SORTS = [
    Choice(name=said.NEWEST, value=Sort.NEWEST.value),
    Choice(name=said.BY_TITLE, value=Sort.TITLE.value),
    Choice(name=said.CHEAPEST, value=Sort.PRICE.value),
    Choice(name=said.PER_IMAGE, value=Sort.PER_IMAGE.value),
]
_INCLUDES = [
    Choice(name=said.PUBLIC, value=Include.PUBLIC.value),
    Choice(name=said.UNLISTED, value=Include.UNLISTED.value),
    Choice(name=said.EVERYTHING, value=Include.EVERYTHING.value),
]


class PacksCog(commands.Cog):
    """Answer `/packs`, and suggest values for its options."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @app_commands.command(name=said.PACKS, description=said.PACKS_SAYS)
    @app_commands.rename(
        search=said.SEARCH,
        class_name=said.CLASS,
        max_price=said.MAX_PRICE,
        min_images=said.MIN_IMAGES,
        source=said.SOURCE,
        sort=said.SORT,
        include=said.INCLUDE,
        page=said.PAGE,
        private=said.PRIVATE,
    )
    @app_commands.describe(
        search=said.SEARCH_SAYS,
        class_name=said.CLASS_FILTER_SAYS,
        max_price=said.MAX_PRICE_SAYS,
        min_images=said.MIN_IMAGES_SAYS,
        source=said.SOURCE_SAYS,
        sort=said.SORT_SAYS,
        include=said.INCLUDE_SAYS,
        page=said.PAGE_OF_LIST_SAYS,
        private=said.PRIVATE_SAYS,
    )
    @app_commands.choices(source=_SOURCES, sort=_SORTS, include=_INCLUDES)
    async def packs(
        self,
        interaction: discord.Interaction,
        search: str = "",
        class_name: str | None = None,
        max_price: app_commands.Range[float, 0.0, float(HIGHEST_PRICE)] | None = None,
        min_images: app_commands.Range[int, 1, MOST_IMAGES] | None = None,
        source: str | None = None,
        sort: str | None = None,
        include: str = Include.PUBLIC.value,
        page: app_commands.Range[int, 1] = 1,
        private: bool = False,
    ) -> None:
        """Show a page of the packs that match."""
        query = Query(
            source=Source(source) if source else self._source,
            search=normalised_search(search),
            class_key=filter_key(class_name) if class_name else None,
            max_price=None if max_price is None else price_limit(Decimal(str(max_price))),
            min_images=min_images,
            sort=Sort(sort) if sort else None,
            include=Include(include),
            page=page - 1,
        )
        work = catalogue_page(interaction, query, private=private, class_name=class_name)
        await respond(interaction, work, private=private or query.include is not Include.PUBLIC)

    @packs.autocomplete("class_name")
    async def _complete_class(
        self, interaction: discord.Interaction, current: str
    ) -> list[Choice[str]]:
        return class_choices(interaction, current, None)
