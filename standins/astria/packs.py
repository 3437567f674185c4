"""Catalogues of any size: the recorded pack, and made-up ones of about Astria's own weight."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from preview.catalogue import CataloguePack, catalogue
from preview.catalogue import detail as _detail
from preview.catalogue import summary as _summary

Json = Mapping[str, object]

RECORDED = 260

_OWN_SHARE = 10  # one pack in ten is the account's own

_FIRST_MADE_UP = 1_000
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

# What a summary of Astria's gallery weighs beyond the fields that the bot reads, so that 1,500
# packs are about 2 MB.
_FILLING = "A long description that the bot has no use for. " * 19


def gallery_packs(count: int) -> Sequence[Json]:
    """Return so many packs, the recorded one first."""
    recorded = next(entry.pack for entry in catalogue() if entry.pack["id"] == RECORDED)
    return [recorded, *(_made_up(number) for number in range(count - 1))]


def own_packs(count: int) -> Sequence[Json]:
    """Return the account's own part of a gallery of so many packs."""
    return gallery_packs(count)[::_OWN_SHARE]


def summary(pack: Json, *, cover: bool) -> Json:
    """Return what a list shows of a pack."""
    filling = {"description": _FILLING} if cover else {}
    return {**_summary(CataloguePack(pack, mine=True, gallery=True), gallery=cover), **filling}


def detail(pack: Json) -> Json:
    """Return what `GET /p/:id` shows of a pack."""
    return _detail(CataloguePack(pack, mine=True, gallery=True))


def _made_up(number: int) -> Json:
    # The same packs in every run.
    chance = random.Random(number)  # noqa: S311 - nothing secret
    pack_id = _FIRST_MADE_UP + number
    title = f"{chance.choice(_MOODS)} {chance.choice(_SUBJECTS)} {number}"
    slug = title.lower().replace(" ", "-")
    made = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    moment = made.isoformat(timespec="milliseconds")
    costs = {
        name: chance.randrange(150, 600) for name in chance.sample(_CLASSES, chance.randrange(1, 4))
    }
    return {
        "id": pack_id,
        "base_tune_id": 1,
        "user_id": 1,
        "slug": slug,
        "title": title,
        "token": "ohwx",
        "cover_url": _picture(chance),
        "created_at": moment,
        "updated_at": moment,
        "multiplier": 10,
        "model_type": None,
        "public_at": moment,
        "unlisted_at": None,
        "logo": None,
        "cost_mc_hash": {name: cents * 100 for name, cents in costs.items()},
        "costs": {
            name: {"cost": cents, "num_images": _PROMPTS_A_CLASS} for name, cents in costs.items()
        },
        "prompts_per_class": {
            name: [
                {"id": pack_id * 1_000 + prompt, "images": [_picture(chance)]}
                for prompt in range(_PROMPTS_A_CLASS)
            ]
            for name in costs
        },
    }


def _picture(chance: random.Random) -> str:
    name = f"{chance.getrandbits(140):028x}"
    return f"https://pictures.example.s3.amazonaws.com/{name}"
