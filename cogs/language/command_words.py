"""Texts of the commands in Discord's clients: names, descriptions and choices."""

from __future__ import annotations

from discord.app_commands import locale_str

PACKS = locale_str("packs")
PACKS_SAYS = locale_str("Browse the packs and their prices")
SEARCH = locale_str("search")
SEARCH_SAYS = locale_str("What you're looking for, in your own words")
CLASS = locale_str("class")
CLASS_FILTER_SAYS = locale_str("Only packs with this class, such as woman or cat")
MAX_PRICE = locale_str("max_price")
MAX_PRICE_SAYS = locale_str("Only packs that cost no more than this")
MIN_IMAGES = locale_str("min_images")
MIN_IMAGES_SAYS = locale_str("Only packs with at least this many images")
SOURCE = locale_str("source")
SOURCE_SAYS = locale_str("Where the packs come from")
SORT = locale_str("sort")
SORT_SAYS = locale_str("Which packs come first")
INCLUDE = locale_str("include")
INCLUDE_SAYS = locale_str("Packs that aren't public: for moderators, and shown only to them")
PAGE_OF_LIST_SAYS = locale_str("Start at this page")
PRIVATE = locale_str("private")
PRIVATE_SAYS = locale_str("Visible only to you")

OUR_OWN = locale_str("Our own packs")
GALLERY = locale_str("Astria's gallery")
ALL = locale_str("Both")
NEWEST = locale_str("Newest first")
BY_TITLE = locale_str("By title")
CHEAPEST = locale_str("Cheapest first")
PER_IMAGE = locale_str("Lowest price per image")
PUBLIC = locale_str("Public packs")
UNLISTED = locale_str("Unlisted too")
EVERYTHING = locale_str("Private and unlisted too")

PACK = locale_str("pack")
PACK_SAYS = locale_str("Show a pack: its prices and example pictures")
ID = locale_str("id")
ID_SAYS = locale_str("A pack's name, number or link, or what you remember of it")
CLASS_SAYS = locale_str("Start with this class, such as woman or cat")
PAGE = locale_str("page")
PAGE_SAYS = locale_str("Start at this picture")
PICTURES = locale_str("pictures")
PICTURES_SAYS = locale_str("How many pictures to show at a time")

SHOW_PACK = locale_str("Show pack")

COMPARE = locale_str("compare")
COMPARE_SAYS = locale_str("Compare two or three packs: prices and numbers of images")
FIRST = locale_str("first")
SECOND = locale_str("second")
THIRD = locale_str("third")
ANOTHER_SAYS = locale_str("Another pack's name, number or link")

ABOUT = locale_str("about")
ABOUT_SAYS = locale_str("The bot's status, for people who manage the server")

HELP = locale_str("help")
HELP_SAYS = locale_str("What you can ask this bot, with examples")
