"""Everything that uses Discord: one package per feature."""

EXTENSIONS = (
    "cogs.pack",
    "cogs.packs",
    "cogs.compare",
    "cogs.about",
    "cogs.help",
    "cogs.announcements",
)
