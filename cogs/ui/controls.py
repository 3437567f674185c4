"""Controls that work after a restart too: their `custom_id` contains their action."""

from __future__ import annotations

import asyncio
import re
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

import discord

from api.wire.errors import AstriaError
from api.wire.models import PackClass
from cogs import limits
from cogs.discord_internals import UnkeptView
from cogs.interactions.errors import Refusal
from cogs.language.class_words import canonical_class
from cogs.language.text import cut, plain
from cogs.language.words import Words

Button = discord.ui.Button[discord.ui.View]
Select = discord.ui.Select[discord.ui.View]

CLASS_KEY = "[0-9a-f]{8}"
NO_CLASS = "00000000"
"""The key for no class: the first class of a pack is shown."""

FILTER_KEY = f"[A-Za-z0-9_-]{{11}}|{CLASS_KEY}"
"""The form of a class's key in a list: 64 bits of a digest; crc32 in releases before 2.1."""

# How many class names are remembered: each page turn looks at all those of a list.
_MOST_NAMES = 4_000

# In seconds.
_A_BOX_WAITS = 1.5


def class_key(name: str) -> str:
    """Return a short key for a class name, which may be of any length and in any script."""
    return f"{crc32(name.encode(errors='replace')):08x}"


@lru_cache(_MOST_NAMES)
def filter_key(name: str) -> str:
    """Return a key for a class in lists: the same for all names of the class."""
    digest = blake2b(one_name(name).encode(errors="replace"), digest_size=8).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def names_by_filter_key(names: Iterable[str], key: str) -> list[str]:
    """Return the names of a key's class; none if the key fits several classes."""
    old = re.fullmatch(CLASS_KEY, key)
    found = [
        name for name in names if (class_key(one_name(name)) if old else filter_key(name)) == key
    ]
    return found if len({one_name(name) for name in found}) == 1 else []


@lru_cache(_MOST_NAMES)
def one_name(name: str) -> str:
    """Return one name for all names of a class, including those that only look the same."""
    return canonical_class(plain(name))


def class_key_in(classes: Sequence[PackClass], one: PackClass) -> str:
    """Return the key of one class of a pack; it is unique within the pack."""
    return _keys(tuple(each.name for each in classes))[one.name]


def class_by_key(classes: Sequence[PackClass], key: str) -> PackClass | None:
    """Return the class of a key."""
    keys = _keys(tuple(one.name for one in classes))
    return next((one for one in classes if keys[one.name] == key), None)


@lru_cache(256)
def _keys(names: Sequence[str]) -> Mapping[str, str]:
    """Return a key for each name; if two would have the same, the later name gets another one."""
    keys = dict[str, str]()
    taken = {NO_CLASS}
    for name in names:
        key, salt = class_key(name), 0
        while key in taken:
            salt += 1
            key = class_key(f"{name}\0{salt}")
        taken.add(key)
        keys[name] = key
    return keys


class Controls(UnkeptView):
    """The controls of a message; discord.py need not keep them, as `custom_id`s are enough."""


async def ask_number(
    interaction: discord.Interaction, custom_id: str, title: str, label: str, current: int
) -> None:
    """Open a box that asks for a picture or page; the control's `act` receives the answer.

    `title` is the heading of the box, `label` that of its field. The current number, from 1, is
    filled in.
    """
    # The answer is dispatched by its custom_id, so that it works after a restart too. The box that
    # discord.py keeps is of no use, and Discord does not report a dismissed box: hence the timeout.
    modal = discord.ui.Modal(title=cut(title, limits.MODAL_TITLE), custom_id=custom_id, timeout=1.0)
    modal.add_item(
        discord.ui.Label(
            text=cut(label, limits.INPUT_LABEL),
            component=discord.ui.TextInput[discord.ui.Modal](
                custom_id="page", default=str(current), max_length=10
            ),
        )
    )
    await interaction.response.send_modal(modal)


async def soon(work: Awaitable[int]) -> int | None:
    """Return the number of pictures or pages; None if that takes too long or fails.

    A box cannot be deferred: Discord waits 3 seconds for it.
    """
    with suppress(TimeoutError, AstriaError, Refusal):
        return await asyncio.wait_for(work, _A_BOX_WAITS)
    return None


def number_from_1(text: str, total: int) -> int | None:
    """Return a typed number, counted from 0; None if it is not from 1 to `total`."""
    typed = text.strip()
    if not typed.isdecimal() or len(typed) > len(str(total)) + 1 or not 1 <= int(typed) <= total:
        return None
    return int(typed) - 1


def page_buttons(
    words: Words, targets: Mapping[str, tuple[str, bool]], label: str, *, ends: int
) -> Iterator[Button]:
    """Make the page buttons, from each one's `custom_id` and whether it is enabled.

    A phone has room for three in a row. `ends` is the row of "First" and "Last".
    """
    labels = {
        "previous": (words.previous, 0),
        "jump": (words.go_to_page(label), 0),
        "next": (words.next, 0),
        "first": (words.first, ends),
        "last": (words.last, ends),
    }
    for action, (text, row) in labels.items():
        custom_id, enabled = targets[action]
        yield Button(
            label=cut(text, limits.BUTTON_LABEL),
            custom_id=custom_id,
            disabled=not enabled,
            style=discord.ButtonStyle.secondary,
            row=row,
        )
