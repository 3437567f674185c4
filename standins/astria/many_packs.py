"""Galleries of any size: the recorded pack, and made-up ones about as large as Astria's."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from standins.astria.pack_builders import Json, costs, full_pack, pack_260, slug_of

_OWN_SHARE = 10  # one pack in ten is the account's own

_FIRST_ID = 1_000
_MOODS = (
    "Vintage", "Neon", "Royal", "Urban", "Coastal", "Alpine", "Baroque", "Minimal", "Golden",
    "Rustic", "Cinematic", "Pastel", "Midnight", "Desert", "Arctic", "Botanical", "Gothic",
    "Retro", "Velvet", "Stormy",
)  # fmt: skip
_SUBJECTS = (
    "Headshots", "Portraits", "Wedding", "Festival", "Fashion", "Travel", "Studio", "Family",
    "Business", "Holiday", "Fantasy", "Sports", "Dating", "Graduation", "Maternity", "Carnival",
    "Cosplay", "Fitness", "Garden", "Kitchen", "Library", "Market", "Orchestra", "Theatre",
)  # fmt: skip
_CLASSES = ("woman", "man", "girl", "boy", "cat", "dog", "style")
_PROMPTS_A_CLASS = 8

# Stands for the fields of Astria's gallery that the bot does not read, so that 1,500 packs are
# about 2 MB.
_FILLING = "A long description that the bot has no use for. " * 19


def gallery_packs(count: int) -> Sequence[Json]:
    """Return `count` packs, the recorded one first."""
    return [pack_260(), *(_made_up(number) for number in range(count - 1))]


def own_packs(count: int) -> Sequence[Json]:
    """Return the account's own packs in a gallery of `count` packs."""
    return gallery_packs(count)[::_OWN_SHARE]


def _made_up(number: int) -> Json:
    # The same packs in every run.
    chance = random.Random(number)  # noqa: S311 - nothing secret
    pack_id = _FIRST_ID + number
    title = f"{chance.choice(_MOODS)} {chance.choice(_SUBJECTS)} {number}"
    created = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    moment = created.isoformat(timespec="milliseconds")
    classes = {
        name: (chance.randrange(150, 600), _PROMPTS_A_CLASS)
        for name in chance.sample(_CLASSES, chance.randrange(1, 4))
    }
    return full_pack(
        pack_id,
        title=title,
        slug=slug_of(title),
        description=_FILLING,
        cover_url=_picture(chance),
        created_at=moment,
        public_at=moment,
        costs=costs(**classes),
        prompts_per_class={
            name: [
                {"id": pack_id * 1_000 + prompt, "images": [_picture(chance)]}
                for prompt in range(_PROMPTS_A_CLASS)
            ]
            for name in classes
        },
    )


def _picture(chance: random.Random) -> str:
    name = f"{chance.getrandbits(140):028x}"
    return f"https://pictures.example.s3.amazonaws.com/{name}"
