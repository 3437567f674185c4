"""The packs that the stand-in for Astria offers: the two recorded ones, and made-up ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

_RESPONSES = Path(__file__).parent / "responses"

PICTURES = "https://pictures.example"

Json = Mapping[str, object]

_CENTS_TO_MC = 100  # at 10,000 units of cost_mc_hash a dollar
_SUMMARY = (
    "id", "base_tune_id", "user_id", "slug", "title", "token", "created_at", "updated_at",
    "multiplier", "model_type", "public_at", "unlisted_at", "cost_mc_hash",
)  # fmt: skip
_DETAIL = (
    "id", "slug", "title", "cover_url", "created_at", "updated_at", "public_at", "unlisted_at",
    "costs", "logo", "prompts_per_class",
)  # fmt: skip


@dataclass(frozen=True)
class CataloguePack:
    """One pack with all its fields, and the lists that it is in."""

    pack: Json
    mine: bool
    gallery: bool


@dataclass(frozen=True)
class _Spec:
    """A made-up pack: each class has a price in US cents and a number of pictures."""

    id: int
    title: str
    created: str
    classes: Mapping[str, tuple[int, int]]
    lists: str = "mine gallery"
    public: bool = True
    listed: bool = True
    cover: bool = True


_MADE_UP = (
    _Spec(301, "LinkedIn Portraits", "2024-11-05", {"woman": (320, 8), "man": (320, 8)}),
    _Spec(312, "Wedding Day", "2025-02-14", {"woman": (540, 7), "man": (490, 5)}, "gallery"),
    _Spec(318, "Dating Profile", "2024-12-01", {"man": (270, 6), "woman": (270, 6)}),
    _Spec(325, "Fantasy Realm", "2025-03-20", {"woman": (410, 6), "man": (410, 6)}, "gallery"),
    _Spec(331, "Royal Cats", "2025-01-09", {"cat": (180, 6)}),
    _Spec(332, "Good Dogs", "2025-01-10", {"dog": (180, 6)}),
    _Spec(340, "Storybook Kids", "2025-04-02", {"boy": (295, 5), "girl": (295, 5)}),
    _Spec(344, "Ink & Watercolour", "2024-10-18", {"style": (99, 8)}, "gallery"),
    _Spec(351, "Christmas Cards", "2024-11-28", {
        "woman": (230, 4), "man": (230, 4), "girl": (230, 3), "boy": (230, 3), "cat": (150, 3),
    }),
    _Spec(356, "Old Money", "2025-05-11", {"man": (450, 6), "woman": (450, 6)}, "gallery"),
    _Spec(360, "Maternity", "2025-05-30", {"woman": (380, 6)}, cover=False),
    _Spec(371, "Film Noir", "2025-06-15", {"man": (350, 4), "woman": (350, 4)}, "mine",
          listed=False),
    _Spec(372, "Summer Festival", "2025-06-20", {"woman": (310, 4)}, "mine", listed=False),
    _Spec(380, "Autumn Draft", "2025-07-01", {"woman": (300, 3), "man": (300, 3)}, "mine",
          public=False),
)  # fmt: skip


def catalogue() -> tuple[CataloguePack, ...]:
    """Return all packs, the recorded ones exactly as Astria gave them."""
    return _recorded_pack(), _recorded_summary(), *(_made_up(spec) for spec in _MADE_UP)


def summary(entry: CataloguePack, *, gallery: bool) -> Json:
    """Return what a list shows of a pack; covers are in the gallery's only."""
    fields = (*_SUMMARY, "cover_url") if gallery else _SUMMARY
    return {name: entry.pack[name] for name in fields if name in entry.pack}


def detail(entry: CataloguePack) -> Json:
    """Return what `GET /p/:id` shows of a pack."""
    return {name: entry.pack[name] for name in _DETAIL if name in entry.pack}


def _recorded_pack() -> CataloguePack:
    pack = cast(Json, json.loads((_RESPONSES / "pack-260.json").read_bytes()))
    costs = cast("Mapping[str, Mapping[str, int]]", pack["costs"])
    listed = {name: cost["cost"] * _CENTS_TO_MC for name, cost in costs.items()}
    return CataloguePack({**pack, "cost_mc_hash": listed}, mine=True, gallery=True)


def _recorded_summary() -> CataloguePack:
    (recorded,) = cast("list[Json]", json.loads((_RESPONSES / "packs.json").read_bytes()))
    listed = cast("Mapping[str, int]", recorded["cost_mc_hash"])
    slug = str(recorded["slug"])
    full = {
        "costs": {
            name: {"cost": cost // _CENTS_TO_MC, "num_images": 3} for name, cost in listed.items()
        },
        "prompts_per_class": {name: _prompts(5, slug, name, 3) for name in listed},
    }
    return CataloguePack({**recorded, **full}, mine=True, gallery=False)


def _made_up(spec: _Spec) -> CataloguePack:
    slug = "-".join(spec.title.lower().replace("&", "and").split())
    moment = f"{spec.created}T09:30:00.000Z"
    pack: Json = {
        "id": spec.id,
        "base_tune_id": 1,
        "user_id": 1,
        "slug": slug,
        "title": spec.title,
        "token": "ohwx",
        "cover_url": f"{PICTURES}/{slug}/cover.jpg" if spec.cover else None,
        "created_at": moment,
        "updated_at": moment,
        "multiplier": 10,
        "model_type": None,
        "public_at": moment if spec.public else None,
        "unlisted_at": None if spec.listed else moment,
        "logo": None,
        "costs": {
            name: {"cost": cents, "num_images": number}
            for name, (cents, number) in spec.classes.items()
        },
        "cost_mc_hash": {name: cents * _CENTS_TO_MC for name, (cents, _) in spec.classes.items()},
        "prompts_per_class": {
            name: _prompts(spec.id, slug, name, number)
            for name, (_, number) in spec.classes.items()
        },
    }
    return CataloguePack(pack, mine="mine" in spec.lists, gallery="gallery" in spec.lists)


def _prompts(pack_id: int, slug: str, name: str, number: int) -> Sequence[Json]:
    """Return prompts for a number of pictures: the first has two, the last prompt none."""
    urls = [f"{PICTURES}/{slug}/{name}/{picture:02}.jpg" for picture in range(1, number + 1)]
    groups = [urls[:2], *([url] for url in urls[2:]), []]
    first = pack_id * 10_000 + sum(map(ord, name))
    return [{"id": first + n, "images": group} for n, group in enumerate(groups)]
