"""All that knows Discord: one package per feature."""

EXTENSIONS = ("cogs.controls", "cogs.pack", "cogs.packs")
