"""Decode Astria's JSON into packs; any field may be missing, null, new or of another type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from api.wire.documents import decode_json, decode_list
from api.wire.fields import by_class, identifier, mapping, moment, names, sequence, text, whole
from api.wire.media import link_kind, web_address
from api.wire.models import Link, Pack, PackClass, Prompt, Visibility, stricter
from api.wire.money import CENTS_PER_USD, HALF_A_CENT, MILLICENTS_PER_USD, amount, dollars

_LARGEST_IMAGE_COUNT = 10**6

# Far more than any pack has.
_MOST_PROMPTS = 10_000
_MOST_IMAGES = 100

# How much of an unreadable figure the log quotes. In characters.
_LONGEST_FIGURE = 40


@dataclass(frozen=True, slots=True)
class Oddity:
    """A fault in one part of a pack; the rest of the pack is good."""

    pack_id: int
    says: str
    class_name: str | None
    figures: Mapping[str, str]


_Tell = Callable[..., None]
"""Records an oddity: a description, the class name, and the figures by name."""


@dataclass(slots=True)
class Decoded:
    """The packs of an answer, each id once, and their oddities."""

    packs: dict[int, Pack] = field(default_factory=dict[int, Pack])
    skipped: int = 0
    """The number of entries that are not packs."""
    fault: Exception | None = None
    """An unexpected exception from decoding one of them."""
    oddities: list[Oddity] = field(default_factory=list[Oddity])

    def add(self, value: object) -> None:
        """Add one entry; of two packs with the same id, keep the stricter one."""
        try:
            pack = decode_pack(value, self.oddities)
        except Exception as error:  # one bad pack must not hide the others
            pack, self.fault = None, error
        if pack is None:
            self.skipped += 1
        else:
            self.packs[pack.id] = stricter(self.packs.get(pack.id, pack), pack)


def decode_detail(body: bytes) -> Decoded:
    """Decode an answer to `GET /p/:id`; raises ValueError if it is not JSON."""
    decoded = Decoded()
    decoded.add(decode_json(body))
    return decoded


def decode_listing(body: bytes) -> Decoded:
    """Decode a list's answer; raises ValueError if it is not a JSON list."""
    decoded = Decoded()
    for entry in decode_list(body):
        decoded.add(entry)
    return decoded


def decode_pack(value: object, oddities: list[Oddity] | None = None) -> Pack | None:
    """Return a pack of a list or of `GET /p/:id`; None if the value has no usable id.

    An unreadable figure, prompt or class is left out, and added to `oddities`.
    """
    fields = mapping(value)
    pack_id = identifier(fields.get("id"))
    if pack_id is None:
        return None

    def tell(says: str, class_name: str | None = None, **figures: object) -> None:
        if oddities is not None:
            shown = {name: _shortly(figure) for name, figure in figures.items()}
            oddities.append(Oddity(pack_id, says, class_name, shown))

    cover = web_address(text(fields.get("cover_url")))
    cover_link = _link(cover, None)
    return Pack(
        id=pack_id,
        slug=text(fields.get("slug")),
        title=text(fields.get("title")),
        subtitle=text(fields.get("subtitle")),
        cover_url=None if cover_link else cover,
        cover_link=cover_link,
        created_at=moment(fields.get("created_at")),
        updated_at=moment(fields.get("updated_at")),
        visibility=_visibility(fields),
        unlisted=fields.get("unlisted_at") is not None,
        classes=tuple(_classes(fields, tell)),
        main_class_name=text(fields.get("main_class_name")),
        reference_class_names=tuple(names(fields.get("reference_class_names"))),
        use_multi=fields.get("use_multi") is True,
        base_tune_id=identifier(fields.get("base_tune_id")),
        user_id=identifier(fields.get("user_id")),
        token=text(fields.get("token")),
        multiplier=amount(fields.get("multiplier")),
        multiplier_api=amount(fields.get("multiplier_api")),
        model_type=text(fields.get("model_type")),
        tag_category=text(fields.get("tag_category")),
        public_at=moment(fields.get("public_at")),
        unlisted_at=moment(fields.get("unlisted_at")),
        logo=text(fields.get("logo")),
    )


def _visibility(fields: dict[str, object]) -> Visibility:
    # If in doubt, hide the pack: only a past date makes it public, and any value in `unlisted_at`
    # makes it unlisted.
    public_at = moment(fields.get("public_at"))
    if "public_at" in fields and (public_at is None or public_at > datetime.now(UTC)):
        return Visibility.PRIVATE
    if fields.get("unlisted_at") is not None:
        return Visibility.UNLISTED
    return Visibility.PUBLIC if "public_at" in fields else Visibility.UNSAID


def _classes(fields: dict[str, object], tell: _Tell) -> Iterator[PackClass]:
    """Yield the classes that any of the fields names, the main class first."""
    costs = _by_class(fields, "costs", tell)
    units = _by_class(fields, "cost_mc_hash", tell)
    prompts = {
        name: tuple(_prompts(entries, name, tell))
        for name, entries in _by_class(fields, "prompts_per_class", tell).items()
    }
    main = text(fields.get("main_class_name"))
    offered = dict.fromkeys([*costs, *prompts, *units])
    if not any(prompts.values()):
        template = tuple(_prompts(fields.get("template_prompts"), None, tell))
        offered = offered or dict.fromkeys([main] if main and template else [])
        # These prompts name no class, so they belong to every class.
        prompts = dict.fromkeys(offered, template)
    for name in sorted(offered, key=lambda name: name != main):
        said, listed = costs.get(name), units.get(name)
        cost = mapping(said)
        if not cost:
            _told(None, said or None, "costs", name, tell)
        yield PackClass(
            name,
            num_images=whole(cost.get("num_images"), _LARGEST_IMAGE_COUNT),
            prompts=prompts.get(name, ()),
            exact_cost=_exact_cost(cost, name, tell),
            listed_units=_told(amount(listed), listed, "cost_mc_hash", name, tell),
        )


def _by_class(fields: dict[str, object], field: str, tell: _Tell) -> dict[str, object]:
    """Return a field's value for each class; None for a class with two different values."""
    value = fields.get(field)
    if value and not mapping(value):
        tell("a field cannot be read", field=field)
    found = dict[str, object]()
    for name, entries in by_class(value).items():
        alike = all(entry == entries[0] for entry in entries)
        found[name] = entries[0] if alike else None
        if not alike:
            tell("a class is listed twice, with different data", name, field=field)
    return found


def _exact_cost(cost: dict[str, object], name: str, tell: _Tell) -> Decimal | None:
    """Return US dollars from `cost`, else from `cost_mc`."""
    cents, millicents = cost.get("cost"), cost.get("cost_mc")
    by_cents = _told(dollars(cents, CENTS_PER_USD), cents, "cost", name, tell)
    by_millicents = _told(
        dollars(millicents, MILLICENTS_PER_USD), millicents, "cost_mc", name, tell
    )
    if by_cents is None or by_millicents is None:
        return by_millicents if by_cents is None else by_cents
    if abs(by_cents - by_millicents) > HALF_A_CENT:
        tell(
            "cost and cost_mc differ; cost is shown",
            name,
            cost_usd=by_cents,
            cost_mc_usd=by_millicents,
        )
    return by_cents


def _told(
    figure: Decimal | None, said: object, field: str, name: str, tell: _Tell
) -> Decimal | None:
    """Return a figure; record an oddity if there is a value that is not a figure."""
    if figure is None and said is not None:
        tell("a figure cannot be read, so it is unknown", name, **{field: said})
    return figure


def _prompts(value: object, name: str | None, tell: _Tell) -> Iterator[Prompt]:
    if value and not sequence(value):
        tell("prompts cannot be read", name)
    for item in sequence(value)[:_MOST_PROMPTS]:
        prompt = mapping(item)
        if not prompt:
            tell("a prompt cannot be read", name)
        images: list[str] = []
        links: list[Link] = []
        for address, content_type in _media(prompt):
            link = _link(address, content_type)
            if link is not None:
                links.append(link)
            elif address is not None:
                images.append(address)
        yield Prompt(identifier(prompt.get("id")), tuple(images), tuple(links))


def _media(prompt: Mapping[str, object]) -> Iterator[tuple[str | None, str | None]]:
    """Yield the address and the content type of each image of a prompt; either may be missing.

    An image is an address or an object with `url`. Its type is in that object or beside `images`.
    """
    images, types = prompt.get("images"), sequence(prompt.get("content_types"))
    entries = sequence(images)[:_MOST_IMAGES] or [images]
    for position, entry in enumerate(entries):
        image = mapping(entry)
        beside = types[position] if position < len(types) else prompt.get("content_type")
        content_type = text(image.get("content_type", beside))
        yield web_address(text(image.get("url", entry))), content_type


def _link(address: str | None, content_type: str | None) -> Link | None:
    kind = link_kind(address, content_type) if address else None
    return Link(address, kind) if address and kind else None


def _shortly(value: object) -> str:
    if mapping(value) or sequence(value):
        return "nested values"
    return str(value)[:_LONGEST_FIGURE]
