"""All that knows Discord: one package per feature."""

EXTENSIONS = (
    "cogs.dispatch",
    "cogs.pack",
    "cogs.packs",
    "cogs.compare",
    "cogs.about",
)
