"""Controls that work after a restart too: their `custom_id` says what they do."""

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
"""What stands for no class: a pack's first one is shown."""

FILTER_KEY = f"[A-Za-z0-9_-]{{11}}|{CLASS_KEY}"
"""What stands for a class in a list: 64 bits of a digest; crc32 in releases before 2.1."""

# Names of classes that are remembered: each page turn looks at all those of a list.
_MOST_NAMES = 4_000

# In seconds.
_A_BOX_WAITS = 1.5


def class_key(name: str) -> str:
    """Return a short name for a class, which may be of any length and in any script."""
    return f"{crc32(name.encode(errors='replace')):08x}"


@lru_cache(_MOST_NAMES)
def filter_key(name: str) -> str:
    """Return what stands for a class wherever it is: the same for all names of the class."""
    digest = blake2b(one_name(name).encode(errors="replace"), digest_size=8).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def names_by_filter_key(names: Iterable[str], key: str) -> list[str]:
    """Return the names of the class that a key stands for; none if it stands for several."""
    old = re.fullmatch(CLASS_KEY, key)
    found = [
        name for name in names if (class_key(one_name(name)) if old else filter_key(name)) == key
    ]
    return found if len({one_name(name) for name in found}) == 1 else []


@lru_cache(_MOST_NAMES)
def one_name(name: str) -> str:
    """Return one name for all names of a class, also for those that only look alike."""
    return canonical_class(plain(name))


def class_key_in(classes: Sequence[PackClass], one: PackClass) -> str:
    """Return the short name of one class of a pack, which no other class of the pack has."""
    return _keys(tuple(each.name for each in classes))[one.name]


def class_by_key(classes: Sequence[PackClass], key: str) -> PackClass | None:
    """Return the class that a short name stands for."""
    keys = _keys(tuple(one.name for one in classes))
    return next((one for one in classes if keys[one.name] == key), None)


@lru_cache(256)
def _keys(names: Sequence[str]) -> Mapping[str, str]:
    """Return a key for each name; later names get another one if two would have the same."""
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
    """The controls of a message; discord.py need not keep them, as each says what it does."""


async def ask_number(
    interaction: discord.Interaction, custom_id: str, title: str, label: str, current: int
) -> None:
    """Open the box that asks for a picture or page; its answer comes back to the control's `act`.

    `title` says what it does, `label` what is asked for; the number that is shown now, from 1, is
    filled in.
    """
    # The answer is dispatched by its custom_id, so that it counts after a restart too. What
    # discord.py keeps of the box is of no use, and a box that is dismissed is never reported.
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
    """Return how many pictures or pages there are, or None if that takes long or fails.

    A box cannot be deferred: Discord waits 3 seconds for it.
    """
    with suppress(TimeoutError, AstriaError, Refusal):
        return await asyncio.wait_for(work, _A_BOX_WAITS)
    return None


def number_from_1(text: str, total: int) -> int | None:
    """Return the number that a person typed, counted from 0; None if there is no such one."""
    typed = text.strip()
    if not typed.isdecimal() or len(typed) > len(str(total)) + 1 or not 1 <= int(typed) <= total:
        return None
    return int(typed) - 1


def page_buttons(
    words: Words, targets: Mapping[str, tuple[str, bool]], label: str, *, ends: int
) -> Iterator[Button]:
    """Make the buttons that turn pages, from each one's `custom_id` and whether it can.

    Three of them fit a phone side by side. `ends` is the row of "First" and "Last".
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
