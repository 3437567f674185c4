"""The bot's knowledge of packs: lists, search and prices."""
