"""Visits of members: each is a sequence of a few interactions of one member."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from benchmarks.soak.asking import Asking, VisitOver
from benchmarks.subjects import MEMBERS
from standins.astria.many_packs import gallery_packs
from standins.astria.pack_builders import RECORDED
from standins.discord.guilds import DIRECT
from standins.discord.interactions import MODAL, Interaction
from standins.discord.people import MANAGE_MESSAGES, Json, Member

PACKS = 200

_MANAGE_GUILD = 1 << 5
_LOCALES = ("en-US", "en-GB", "de", "es-ES", "fr", "ja", "pt-BR")
_CLASSES = ("woman", "man", "girl", "boy", "cat", "dog", "style", "spaceship")
_TYPED = ("h", "head", "neon w", "royal", "12", "portrat", "no such thing", "")
_MISSES = (
    "headshotz",
    "no-such-pack",
    "999999999",
    "https://www.astria.ai/p/never",
    "…",
    "../packs",
)
_SOURCES = ("mine", "gallery", "all")
_SORTS = ("newest", "title", "price")
_HIDDEN = ("unlisted", "everything")

# Controls of an older version, and of a class and a picture that are gone.
_OLD_CONTROLS = (
    "carousel_next_260_man_3",
    f"pack:next:{RECORDED}:deadbeef:0:1",
    f"pack:next:{RECORDED}:00000000:9999:1",
    "pack:next:77777:00000000:0:1",
    "packs:next:99:ap:-",
    "",
)

_REFERENCES = [str(pack[key]) for pack in gallery_packs(PACKS) for key in ("id", "slug")]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A member in one server or direct message, with the bot and the random generator of all."""

    asking: Asking
    member: Member
    place: int
    chance: Random

    async def command(self, name: str, **options: str | int | bool) -> Json:
        """Use a slash command; return the message."""
        send = self.asking.discord.command
        return _message(
            await self.asking.ask(lambda: send(name, options, by=self.member, guild_id=self.place))
        )

    async def type(self, name: str, **options: str) -> None:
        """Type the last one of the options."""
        send, typing = self.asking.discord.command, list(options)[-1]
        await self.asking.ask(
            lambda: send(name, options, typing=typing, by=self.member, guild_id=self.place)
        )

    async def show_pack(self, content: str) -> Json:
        """Use "Show pack" on somebody's message."""
        send, message = self.asking.discord.message_command, await self.command("pack", id="260")
        target: Json = message | {"content": content, "embeds": [], "components": []}
        return _message(
            await self.asking.ask(
                lambda: send("Show pack", target, by=self.member, guild_id=self.place)
            )
        )

    async def press(self, message: Json, action: str) -> Json:
        """Press a button; return the resulting message."""
        return await self.press_id(message, _control(message, f":{action}:")["custom_id"])

    async def press_id(self, message: Json, custom_id: str) -> Json:
        """Press a button by its `custom_id`."""
        return _message(await self._click(message, custom_id))

    async def choose(self, message: Json, menu: str) -> Json:
        """Choose any option of a menu."""
        control = _control(message, menu)
        value: str = self.chance.choice(control["options"])["value"]
        send = self.asking.discord.choose
        return _message(
            await self.asking.ask(
                lambda: send(
                    message, control["custom_id"], [value], by=self.member, guild_id=self.place
                )
            )
        )

    async def jump(self, message: Json, text: str) -> Json:
        """Fill in the box that asks for a page."""
        box = await self._click(message, _control(message, ":jump:")["custom_id"])
        if box.callback is None or box.callback.body["type"] != MODAL:
            raise VisitOver
        send = self.asking.discord.submit
        return _message(
            await self.asking.ask(
                lambda: send(box, {"page": text}, by=self.member, guild_id=self.place)
            )
        )

    def another(self) -> Visitor:
        """Return another member in the same place."""
        return replace(self, member=self.chance.choice(MEMBERS))

    def moderator(self) -> Visitor:
        """Return the same member with a moderator's permissions."""
        more = self.member.permissions | MANAGE_MESSAGES | _MANAGE_GUILD
        return replace(self, member=replace(self.member, permissions=more))

    async def _click(self, message: Json, custom_id: str) -> Interaction:
        send = self.asking.discord.click
        return await self.asking.ask(
            lambda: send(message, custom_id, by=self.member, guild_id=self.place)
        )


def _message(asked: Interaction) -> Json:
    if not asked.messages:
        raise VisitOver
    return asked.messages[-1]


def _control(message: Json, part: str) -> Json:
    rows: Sequence[Json] = message["components"]
    for row in rows:
        for control in row["components"]:
            if part in control.get("custom_id", "") and not control.get("disabled"):
                return control
    raise VisitOver


async def _look_through(visitor: Visitor) -> None:
    chance = visitor.chance
    message = await visitor.command("pack", id=chance.choice(_REFERENCES))
    for action in chance.choices(("next", "last", "previous", "first", "size"), k=4):
        message = await visitor.press(message, action)
    message = await visitor.choose(message, ":class:")
    await visitor.jump(message, chance.choice(("2", "3", "0", "999999", "two")))


async def _begin_in_the_middle(visitor: Visitor) -> None:
    chance = visitor.chance
    await visitor.command(
        "pack",
        **{"id": str(RECORDED), "class": chance.choice(_CLASSES)},
        page=chance.randrange(1, 40),
        pictures=chance.choice((1, 4)),
        private=chance.choice((True, False)),
    )


async def _share(visitor: Visitor) -> None:
    message = await visitor.command("pack", id=visitor.chance.choice(_REFERENCES), private=True)
    message = await visitor.press(message, "next")
    posted = await visitor.press(message, "share")
    await visitor.press(message, "share")
    await visitor.another().press(posted, "next")


async def _search(visitor: Visitor) -> None:
    chance = visitor.chance
    filters: dict[str, str | int | bool] = {
        "search": chance.choice(_TYPED),
        "class": chance.choice(_CLASSES),
        "source": chance.choice(_SOURCES),
        "sort": chance.choice(_SORTS),
        "page": chance.randrange(1, 5),
    }
    wanted = chance.sample(list(filters), chance.randrange(3))
    message = await visitor.command("packs", **{name: filters[name] for name in wanted})
    opened = await visitor.choose(message, "packs-open")
    message = await visitor.press(message, "next")
    message = await visitor.jump(message, chance.choice(("2", "4", "none")))
    await visitor.press(opened, "next")


async def _drop_filters(visitor: Visitor) -> None:
    message = await visitor.command("packs", search="no such thing", source="mine")
    await visitor.press(message, "wider")


async def _type(visitor: Visitor) -> None:
    for text in visitor.chance.sample(_TYPED, 3):
        await visitor.type("pack", id=text)
    await visitor.type("pack", **{"id": str(RECORDED), "class": "wo"})
    await visitor.type("packs", **{"class": "c"})
    await visitor.type("compare", first=str(RECORDED), second="neon")


async def _compare(visitor: Visitor) -> None:
    first, second, third = visitor.chance.sample(_REFERENCES, 3)
    await visitor.command("compare", first=first, second=second, third=third)
    message = await visitor.command("compare", first=first, second=second, private=True)
    await visitor.choose(message, "packs-open")
    await visitor.press(message, "share")


async def _show_packs(visitor: Visitor) -> None:
    references = visitor.chance.sample(_REFERENCES, visitor.chance.randrange(3))
    message = await visitor.show_pack(
        " ".join(f"https://www.astria.ai/p/{one}" for one in references)
    )
    await visitor.choose(message, "packs-open" if len(references) > 1 else ":class:")


async def _miss(visitor: Visitor) -> None:
    message = await visitor.command("pack", id=visitor.chance.choice(_MISSES))
    await visitor.choose(message, "packs-open")


async def _press_old_controls(visitor: Visitor) -> None:
    message = await visitor.command("pack", id=str(RECORDED))
    for custom_id in visitor.chance.sample(_OLD_CONTROLS, 3):
        await visitor.press_id(message, custom_id)


async def _meddle(visitor: Visitor) -> None:
    message = await visitor.command("pack", id=visitor.chance.choice(_REFERENCES))
    other = visitor.another()
    copy = await other.press(message, "next")
    await other.press(copy, "last")
    await other.choose(message, ":class:")
    await visitor.press(message, "next")


async def _moderate(visitor: Visitor) -> None:
    await visitor.command("packs", include=visitor.chance.choice(_HIDDEN))
    moderator = visitor.moderator()
    message = await moderator.command("packs", include=visitor.chance.choice(_HIDDEN))
    await moderator.press(message, "next")
    if moderator.place != DIRECT:
        await moderator.command("about")


_VISITS: Mapping[Callable[[Visitor], Awaitable[None]], int] = {
    _look_through: 6,
    _begin_in_the_middle: 4,
    _share: 2,
    _search: 4,
    _drop_filters: 1,
    _type: 3,
    _compare: 2,
    _show_packs: 2,
    _miss: 2,
    _press_old_controls: 1,
    _meddle: 2,
    _moderate: 1,
}
"""The visits with their relative frequencies."""


def arrive(asking: Asking, chance: Random, member: Member) -> Visitor:
    """Return a member in one of the servers or in a direct message, in any language."""
    place = chance.choice([*asking.discord.guild_ids, DIRECT])
    return Visitor(asking, replace(member, locale=chance.choice(_LOCALES)), place, chance)


async def visit(visitor: Visitor) -> None:
    """Make one of the visits."""
    (pay,) = visitor.chance.choices(list(_VISITS), list(_VISITS.values()))
    try:
        await pay(visitor)
    except VisitOver:
        return
