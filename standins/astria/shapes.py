"""The formats in which Astria sends packs; the vendor's page shows only one of them.

Sources: the page "Packs API", and the code of Astria's command line and of other clients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from standins.astria.pack_builders import Json

_MC_PER_CENT = 1_000

_LISTED = (
    "id", "base_tune_id", "user_id", "slug", "title", "token", "created_at", "updated_at",
    "multiplier", "model_type", "public_at", "unlisted_at",
)  # fmt: skip
_GALLERY_ONLY = ("cover_url", "description")
_LISTED_WIDELY = ("subtitle", "main_class_name", "tag_category", "multiplier_api", "cover_url")
_DETAILED = (
    "id", "slug", "title", "cover_url", "created_at", "updated_at", "public_at", "unlisted_at",
    "logo", "prompts_per_class",
)  # fmt: skip
_DETAILED_WIDELY = (
    "subtitle", "main_class_name", "use_multi", "reference_class_names", "template_tunes",
    "template_slots", "template_prompts",
)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """A format of packs and lists.

    `listed` and `detailed` are the fields with prices in lists and in `GET /p/:id`: `cost_mc_hash`,
    `cost` (US cents) and `cost_mc` (millicents), the last two in `costs`.
    """

    listed: Sequence[str] = ("cost_mc_hash",)
    detailed: Sequence[str] = ("cost",)
    mc_per_usd: int = 10_000
    """Units of `cost_mc_hash` per dollar."""
    page_size: int | None = None
    """Packs per page without `limit`; None: `limit` and `offset` are ignored."""
    largest_limit: int = 120
    largest_offset: int | None = None
    """Larger offsets are answered with 400."""
    texts: bool = False
    """Whether ids and figures are strings."""
    images: str = "addresses"
    """`addresses`, `objects` with an address in them, or `videos` beside each image."""
    templates: bool = False
    """Whether `template_prompts` replace `prompts_per_class`."""


SHAPES: Mapping[str, Shape] = {
    "the page": Shape(),
    "millicents": Shape(mc_per_usd=100_000),
    "costs in lists": Shape(listed=("cost",)),
    "cost_mc": Shape(listed=("cost_mc",), detailed=("cost_mc",)),
    "all figures": Shape(
        listed=("cost_mc_hash", "cost", "cost_mc"),
        detailed=("cost_mc_hash", "cost", "cost_mc"),
        mc_per_usd=100_000,
    ),
    "texts": Shape(texts=True),
    "pages of 20": Shape(page_size=20),
    "small offsets": Shape(page_size=20, largest_offset=200),
    "image objects": Shape(images="objects"),
    "videos": Shape(images="videos"),
    "templates": Shape(listed=("cost_mc",), detailed=("cost_mc",), templates=True),
    "command line": Shape(
        listed=("cost_mc",),
        detailed=("cost_mc",),
        page_size=20,
        images="objects",
        templates=True,
    ),
}
"""The shapes by name. Early versions of the bot understood only `the page`."""


def summary(pack: Mapping[str, object], shape: Shape, *, gallery: bool) -> Json:
    """Return a pack's entry in a list; in any shape, only the gallery's lists have covers."""
    fields = (*_LISTED, *(_GALLERY_ONLY if gallery else ()), *_LISTED_WIDELY)
    if "cost_mc_hash" in shape.listed and not gallery:
        fields = _LISTED
    return _written(pack, fields, shape, shape.listed)


def summary_of(pack: Json, **costs: object) -> Json:
    """Return a pack's entry in the account's list, with these figures as `cost_mc_hash`."""
    return summary(pack | {"cost_mc_hash": costs}, Shape(), gallery=False)


def detail(pack: Mapping[str, object], shape: Shape) -> Json:
    """Return a pack as in `GET /p/:id`."""
    shown = _written(pack, (*_DETAILED, *_DETAILED_WIDELY), shape, shape.detailed)
    by_class = cast("Json", shown.get("prompts_per_class") or {})
    if shape.templates and by_class:
        del shown["prompts_per_class"]
        shown["template_prompts"] = _templates(pack, by_class)
        shown.setdefault("main_class_name", next(iter(by_class)))
    return shown


def _written(
    pack: Mapping[str, object], fields: Sequence[str], shape: Shape, prices: Sequence[str]
) -> Json:
    written = {name: pack[name] for name in fields if name in pack}
    written |= _prices(pack, shape, prices)
    if "prompts_per_class" in written and shape.images != "addresses":
        by_class = cast("Mapping[str, list[Json]]", pack["prompts_per_class"])
        written["prompts_per_class"] = {
            name: [_with_media(prompt, shape.images) for prompt in prompts]
            for name, prompts in by_class.items()
        }
    return cast("Json", _as_texts(written)) if shape.texts else written


def _prices(pack: Mapping[str, object], shape: Shape, prices: Sequence[str]) -> Json:
    costs = cast("Mapping[str, Json]", pack.get("costs") or {})
    written: Json = {}
    if "cost_mc_hash" in prices:
        hashed = {name: _in_units(cost, shape.mc_per_usd / 100) for name, cost in costs.items()}
        written["cost_mc_hash"] = pack.get("cost_mc_hash", hashed)
    if "cost" in prices or "cost_mc" in prices:
        written["costs"] = {name: _cost(cost, prices) for name, cost in costs.items()}
    return written


def _cost(cost: Json, prices: Sequence[str]) -> Json:
    written = {name: value for name, value in cost.items() if name != "cost" or "cost" in prices}
    if "cost_mc" in prices and "cost" in cost:
        written.setdefault("cost_mc", _in_units(cost, _MC_PER_CENT))
    return written


def _in_units(cost: Json, per_cent: float) -> object:
    """Return a price in another unit; a value that is not a number of cents stays the same."""
    cents = cost.get("cost")
    return int(cents * per_cent) if isinstance(cents, int) else cents


def _with_media(prompt: Json, images: str) -> Json:
    addresses = cast("list[str]", prompt["images"])
    if images == "objects":
        return prompt | {
            "images": [{"url": one, "content_type": "image/jpeg"} for one in addresses]
        }
    # Addresses of videos and images have no file extension.
    types = ["image/jpeg"] * len(addresses) + ["video/mp4"]
    return prompt | {
        "images": [*addresses, f"https://mp.astria.ai/video{prompt['id']}"],
        "content_types": types,
    }


def _templates(pack: Mapping[str, object], by_class: Mapping[str, list[Json]]) -> list[Json]:
    """Return the prompts of all classes in one list, with ids as strings."""
    costs = cast("Mapping[str, Json]", pack.get("costs") or {})
    return [
        {
            "id": str(prompt["id"]),
            "text": f"a photo of ohwx {name}",
            "num_images": 1,
            "cost_mc": _in_units(costs.get(name, {}), _MC_PER_CENT / max(len(prompts), 1)),
            "images": prompt["images"],
        }
        for name, prompts in by_class.items()
        for prompt in prompts
    ]


def _as_texts(value: object) -> object:
    """Return a value with all its numbers as strings."""
    if isinstance(value, dict):
        named = cast("Json", value)
        return {name: _as_texts(one) for name, one in named.items()}
    if isinstance(value, list):
        return [_as_texts(one) for one in cast("list[object]", value)]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value
