"""The packs of the demo: two recorded ones, and made-up ones of every kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from standins.astria.pack_builders import (
    PICTURES,
    Json,
    costs,
    full_pack,
    pack_260,
    prompts,
    recorded,
    slug_of,
)

_CENTS_TO_MC = 100  # at 10,000 units of cost_mc_hash per dollar, as on the vendor's page


@dataclass(frozen=True)
class DemoPacks:
    """The packs of the demo's Astria."""

    mine: Sequence[Json]
    gallery: Sequence[Json]

    @property
    def all(self) -> Sequence[Json]:
        """All packs, each once."""
        return list({pack["id"]: pack for pack in (*self.gallery, *self.mine)}.values())


@dataclass(frozen=True)
class _Spec:
    """A made-up pack: each class has a price in US cents and a number of pictures."""

    id: int
    title: str
    created: str
    """All are older than pack 260, so that this one comes first."""
    classes: Mapping[str, tuple[int, int]]
    lists: str = "mine gallery"
    fields: Json = field(default_factory=dict[str, object])


_UNLISTED = {"unlisted_at": "2025-07-02T09:30:00.000Z"}
_PRIVATE = {"public_at": None}
_NO_COVER = {"cover_url": None}

_MADE_UP = (
    _Spec(301, "LinkedIn Portraits", "2023-11-05", {"woman": (320, 8), "man": (320, 8)}),
    _Spec(312, "Wedding Day", "2024-02-14", {"woman": (540, 7), "man": (490, 5)}, "gallery"),
    _Spec(318, "Dating Profile", "2023-12-01", {"man": (270, 6), "woman": (270, 6)}),
    _Spec(325, "Fantasy Realm", "2024-03-20", {"woman": (410, 6), "man": (410, 6)}, "gallery"),
    _Spec(331, "Royal Cats", "2024-01-09", {"cat": (180, 6)}),
    _Spec(332, "Good Dogs", "2024-01-10", {"dog": (180, 6)}),
    _Spec(340, "Storybook Kids", "2024-04-02", {"boy": (295, 5), "girl": (295, 5)}),
    _Spec(344, "Ink & Watercolour", "2023-10-18", {"style": (99, 8)}, "gallery"),
    _Spec(351, "Christmas Cards", "2023-11-28", {
        "woman": (230, 4), "man": (230, 4), "girl": (230, 3), "boy": (230, 3), "cat": (150, 3),
    }),
    _Spec(356, "Old Money", "2024-05-11", {"man": (450, 6), "woman": (450, 6)}, "gallery"),
    _Spec(360, "Maternity", "2024-05-30", {"woman": (380, 6)}, fields=_NO_COVER),
    _Spec(371, "Film Noir", "2024-06-15", {"man": (350, 4), "woman": (350, 4)}, "mine", _UNLISTED),
    _Spec(372, "Summer Festival", "2024-06-20", {"woman": (310, 4)}, "mine", _UNLISTED),
    _Spec(380, "Autumn Draft", "2024-07-01", {"woman": (300, 3), "man": (300, 3)}, "mine",
          _PRIVATE),
)  # fmt: skip


def demo_packs() -> DemoPacks:
    """Return all packs; the recorded ones are exactly as Astria sent them."""
    made_up = [(spec.lists, _made_up(spec)) for spec in _MADE_UP]
    every = [("mine gallery", pack_260()), ("mine", _recorded_summary()), *made_up]
    return DemoPacks(
        mine=[pack for lists, pack in every if "mine" in lists],
        gallery=[pack for lists, pack in every if "gallery" in lists],
    )


def _recorded_summary() -> Json:
    (pack,) = cast("list[Json]", recorded("packs.json"))
    hashed: dict[str, int] = pack.pop("cost_mc_hash")
    classes = {name: (cost // _CENTS_TO_MC, 3) for name, cost in hashed.items()}
    return pack | {"costs": costs(**classes), "prompts_per_class": _prompts(pack, classes)}


def _made_up(spec: _Spec) -> Json:
    slug, moment = slug_of(spec.title), f"{spec.created}T09:30:00.000Z"
    return full_pack(
        spec.id,
        slug=slug,
        title=spec.title,
        costs=costs(**spec.classes),
        prompts_per_class=_prompts({"id": spec.id, "slug": slug}, spec.classes),
        **{
            "cover_url": f"{PICTURES}/{slug}/cover.jpg",
            "created_at": moment,
            "public_at": moment,
            **spec.fields,
        },
    )


def _prompts(pack: Mapping[str, object], classes: Mapping[str, tuple[int, int]]) -> Json:
    address = f"{PICTURES}/{pack['slug']}"
    return {
        name: prompts(
            int(str(pack["id"])) * 10_000 + sum(map(ord, name)),
            [f"{address}/{name}/{picture:02}.jpg" for picture in range(1, number + 1)],
        )
        for name, (_, number) in classes.items()
    }
