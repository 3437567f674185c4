"""Packs of the stand-in: recorded ones, and made-up ones.

A pack has all fields of a list and of `GET /p/:id`, with its costs in US cents, as the vendor's
page shows them; `standins.astria.shapes` says how Astria writes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

Json = dict[str, Any]

PICTURES = "https://pictures.example"
"""The address of the pictures of made-up packs."""

RECORDED = 260
"""The id of the recorded pack."""

_RESPONSES = Path(__file__).parent / "responses"
_MOMENT = "2024-09-02T19:25:12.970Z"


def recorded(name: str) -> object:
    """Return one of Astria's two recorded responses."""
    return json.loads((_RESPONSES / name).read_bytes())


def pack_260() -> Json:
    """Return the recorded pack."""
    return cast(Json, recorded("pack-260.json"))


def made_up_pack(pack_id: int, **fields: object) -> Json:
    """Return a public pack with one class and three pictures; `fields` replace its own."""
    return {
        "id": pack_id,
        "slug": f"pack-{pack_id}",
        "title": f"Pack number {pack_id}",
        "cover_url": f"{PICTURES}/{pack_id}/cover.jpg",
        "created_at": _MOMENT,
        "public_at": _MOMENT,
        "unlisted_at": None,
        "costs": costs(cat=(200 + pack_id, 3)),
        "prompts_per_class": {
            "cat": [
                {"id": pack_id * 10 + n, "images": [f"{PICTURES}/{pack_id}/{n}.jpg"]}
                for n in range(3)
            ]
        },
    } | fields


def full_pack(pack_id: int, **fields: object) -> Json:
    """Return a made-up pack with all fields, including those that the bot does not use."""
    others: Json = {
        "base_tune_id": 1,
        "user_id": 1,
        "token": "ohwx",
        "multiplier": 10,
        "model_type": None,
        "logo": None,
    }
    pack = made_up_pack(pack_id, **fields)
    return {**others, "updated_at": pack["created_at"], **pack}


def costs(**classes: tuple[int, int]) -> Json:
    """Return `costs`, from a price in US cents and a number of pictures for each class."""
    return {
        name: {"cost": cents, "num_images": number} for name, (cents, number) in classes.items()
    }


def prompts(first_id: int, pictures: Sequence[str]) -> list[Json]:
    """Return the prompts of a class: the first has two pictures, the last has none."""
    groups = [pictures[:2], *([picture] for picture in pictures[2:]), []]
    return [{"id": first_id + n, "images": list(group)} for n, group in enumerate(groups)]


def slug_of(title: str) -> str:
    """Return the slug that Astria makes of a title."""
    return "-".join(title.lower().replace("&", "and").split())


def is_public(pack: Mapping[str, object]) -> bool:
    """Tell whether `public=true` keeps a pack."""
    return bool(pack.get("public_at"))


def is_listed(pack: Mapping[str, object]) -> bool:
    """Tell whether `listed=true` keeps a pack."""
    return pack.get("unlisted_at") is None
