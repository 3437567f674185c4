"""Check a reply against Discord's limits.

Source: Discord's OpenAPI description, and its developer documentation on embeds, which adds that
all embeds of a message together have at most 6000 characters, and that texts are trimmed first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast
from urllib.parse import urlsplit

from cogs.interactions.reply import Reply

Json = Mapping[str, object]


def check_reply(reply: Reply) -> None:
    """Fail if Discord would refuse a reply, or show an unusable control."""
    assert _length(reply.content) <= 2000
    assert len(reply.embeds) <= 10
    assert reply.content.strip() or reply.embeds
    embeds = [cast(Json, embed.to_dict()) for embed in reply.embeds]
    assert sum(_length(text) for embed in embeds for text in _embed_texts(embed)) <= 6000
    for embed in embeds:
        _check_embed(embed)
    if reply.view is not None:
        _check_rows(cast("list[Json]", reply.view.to_components()))


def _length(text: object) -> int:
    assert isinstance(text, str)
    return len(text.encode("utf-16-le")) // 2


def _embed_texts(embed: Json) -> Iterator[object]:
    yield embed.get("title", "")
    yield embed.get("description", "")
    yield cast(Json, embed.get("footer", {})).get("text", "")
    yield cast(Json, embed.get("author", {})).get("name", "")
    for field in cast("list[Json]", embed.get("fields", [])):
        yield field["name"]
        yield field["value"]


def _check_embed(embed: Json) -> None:
    assert "author" not in embed
    for name, limit in (("title", 256), ("description", 4096)):
        assert _length(embed.get(name, "")) <= limit
    footer = cast(Json, embed.get("footer", {}))
    assert _length(footer.get("text", "")) <= 2048
    fields = cast("list[Json]", embed.get("fields", []))
    assert len(fields) <= 25
    for field in fields:
        assert 1 <= _length(str(field["name"]).strip()) <= 256
        assert 1 <= _length(str(field["value"]).strip()) <= 1024
    pictures = (cast(Json, embed.get(name, {})).get("url") for name in ("image", "thumbnail"))
    for place in ("image", "thumbnail"):
        if media := cast(Json, embed.get(place, {})):
            assert 1 <= _length(str(media["description"]).strip()) <= 4096
    for url in (embed.get("url"), *pictures):
        if url is not None:
            parts = urlsplit(str(url))
            assert parts.scheme in {"http", "https"}
            assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.hostname or "")
            assert len(str(url)) <= 2048


def _check_rows(rows: list[Json]) -> None:
    assert 1 <= len(rows) <= 5
    seen: set[str] = set()
    for row in rows:
        items = cast("list[Json]", row["components"])
        # A menu takes the place of five buttons.
        assert 1 <= sum(1 if item["type"] == 2 else 5 for item in items) <= 5
        for item in items:
            if custom_id := item.get("custom_id"):
                assert 1 <= _length(custom_id) <= 100
                assert custom_id not in seen
                seen.add(str(custom_id))
            _check_button(item) if item["type"] == 2 else _check_menu(item)


def _check_button(item: Json) -> None:
    assert 1 <= _length(str(item["label"]).strip()) <= 80
    assert _length(item.get("url") or "") <= 512
    assert bool(item.get("url")) != bool(item.get("custom_id"))


def _check_menu(item: Json) -> None:
    options = cast("list[Json]", item["options"])
    assert 1 <= len(options) <= 25
    values = [str(option["value"]) for option in options]
    assert len(set(values)) == len(values)
    for text in _texts(options):
        assert 1 <= _length(text.strip()) <= 100
    assert _length(item.get("placeholder") or "") <= 150
    assert sum(bool(option.get("default")) for option in options) <= 1


def _texts(options: list[Json]) -> Iterator[str]:
    for option in options:
        yield str(option["value"])
        yield str(option["label"])
        if option.get("description"):
            yield str(option["description"])
