"""All that knows Discord: one package per feature."""

EXTENSIONS = (
    "cogs.interactions.listener",
    "cogs.pack",
    "cogs.packs",
    "cogs.compare",
    "cogs.about",
    "cogs.help",
    "cogs.announcements",
)
