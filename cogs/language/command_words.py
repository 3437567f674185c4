"""What Discord's clients show of the commands: names, descriptions and choices."""

from __future__ import annotations

from discord.app_commands import locale_str

PACKS = locale_str("packs")
PACKS_SAYS = locale_str("Look through the packs there are, and what they cost")
SEARCH = locale_str("search")
SEARCH_SAYS = locale_str("Words of a title, a name or a number")
CLASS = locale_str("class")
CLASS_FILTER_SAYS = locale_str("Only packs that offer this class, such as woman or cat")
SOURCE = locale_str("source")
SOURCE_SAYS = locale_str("Where the packs come from")
SORT = locale_str("sort")
SORT_SAYS = locale_str("The order")
INCLUDE = locale_str("include")
PAGE_OF_LIST_SAYS = locale_str("Begin with this page")
INCLUDE_SAYS = locale_str("Packs that are not public are for moderators, and only shown to them")
PRIVATE = locale_str("private")
PRIVATE_SAYS = locale_str("Show it to nobody but you")

OUR_OWN = locale_str("Our own packs")
GALLERY = locale_str("Astria's gallery")
ALL = locale_str("All packs")
NEWEST = locale_str("Newest first")
BY_TITLE = locale_str("By title")
CHEAPEST = locale_str("Cheapest first")
PUBLIC = locale_str("Public packs")
UNLISTED = locale_str("Unlisted packs too")
EVERYTHING = locale_str("Every pack")

PACK = locale_str("pack")
PACK_SAYS = locale_str("Show a pack: what it costs and what its pictures look like")
ID = locale_str("id")
ID_SAYS = locale_str("A pack's number, name or web address")
CLASS_SAYS = locale_str("Begin with this class, such as woman or cat")
PAGE = locale_str("page")
PAGE_SAYS = locale_str("Begin with this picture")
PICTURES = locale_str("pictures")
PICTURES_SAYS = locale_str("How many pictures to show at a time")

SHOW_PACK = locale_str("Show pack")

COMPARE = locale_str("compare")
COMPARE_SAYS = locale_str("Put two or three packs side by side: what they cost, and for how much")
FIRST = locale_str("first")
SECOND = locale_str("second")
THIRD = locale_str("third")
ANOTHER_SAYS = locale_str("Another pack's number, name or web address")

ABOUT = locale_str("about")
ABOUT_SAYS = locale_str("How this bot is doing, for those who manage the server")
