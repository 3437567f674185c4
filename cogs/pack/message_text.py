"""All text of a message: text, embeds, components, files, poll, and forwarded messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord
from discord import components as parts


def texts_of(message: discord.Message) -> Iterator[str]:
    """Yield all visible texts of a message, and the links of its buttons and titles."""
    for part in (message, *message.message_snapshots):
        yield part.content
        for embed in part.embeds:
            yield from _embed(embed)
        yield from _components(part.components)
        yield from (file.description or "" for file in part.attachments)
    if poll := message.poll:
        yield from (poll.question, *(answer.text for answer in poll.answers))


def _embed(embed: discord.Embed) -> Iterator[str]:
    yield from (embed.url or "", embed.title or "", embed.description or "")
    for field in embed.fields:
        yield from (field.name or "", field.value or "")
    yield from (embed.footer.text or "", embed.author.name or "", embed.author.url or "")


def _components(components: Sequence[object]) -> Iterator[str]:
    for component in components:
        match component:
            case parts.TextDisplay():
                yield component.content
            case parts.Button():
                yield from (component.label or "", component.url or "")
            case parts.MediaGalleryComponent():
                yield from (item.description or "" for item in component.items)
            case parts.ThumbnailComponent():
                yield component.description or ""
            case parts.SectionComponent():
                yield from _components([*component.children, component.accessory])
            case parts.ActionRow() | parts.Container():
                yield from _components(component.children)
            case _:
                pass
