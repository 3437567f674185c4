"""What autocomplete offers while a member types."""

from __future__ import annotations

from discord.app_commands import Choice

from cogs import limits
from cogs.text import cut, plain


def class_choices(names: list[str]) -> list[Choice[str]]:
    """Return the choices for classes; a name that is too long to be sent back is left out."""
    fitting = [name for name in names if len(name) <= limits.OPTION_TEXT]
    return [
        Choice(name=cut(plain(name), limits.OPTION_TEXT), value=name)
        for name in fitting[: limits.CHOICES]
        if plain(name)
    ]
