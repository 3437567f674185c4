"""Sentences about one pack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from api.wire.models import Link, LinkKind, PackClass
from cogs.language.class_words import class_label
from cogs.language.money import Money
from cogs.language.speech import Sentence, quote
from cogs.language.text import escaped

_LONGEST_TITLE = 120
_LONGEST_CLASS_IN_A_LINE = 60


class PackWords(Money):
    """Sentences about one pack."""

    def untitled(self, pack_id: int) -> str:
        """Name a pack that has no title."""
        return self.say("Pack {id}", id=str(pack_id))

    def headline(self, title: str, prices: str | None, address: str) -> str:
        """Summarise a pack in plain text, with a link that causes no preview."""
        return " · ".join(filter(None, [escaped(title, _LONGEST_TITLE), prices, f"<{address}>"]))

    def leads_back(self, command: str) -> str:
        """Write, in small print, the command that leads to a view again."""
        return f"-# {command}"

    def class_line(
        self, name: str, one: PackClass, *, current: bool = False, each: bool = True
    ) -> str:
        """Summarise a class: its name, price, number of images, and price per image."""
        label = escaped(name, _LONGEST_CLASS_IN_A_LINE)
        priced = self.price(one.price) if one.price else None
        marked = " ".join(filter(None, [label, priced]))
        plainly = f"{label} **{priced}**" if priced else label
        parts = [f"▸ **{marked}**" if current else plainly]
        if one.price_shown and one.price is None:
            parts.append(self.price(None))
        if one.num_images is not None or each:
            parts.append(self.images(one.num_images))
        if each and (per_image := self.price_per_image(one.price_per_image)):
            parts.append(per_image)
        if one.cost is not None:
            parts.append(self.say("Astria's cost {price}", price=self.price(one.cost)))
        return " · ".join(parts)

    def class_prices(self, classes: Sequence[tuple[str, PackClass]]) -> str:
        """Name classes in plain text, each with its price if it may be shown."""
        named = (
            " ".join(filter(None, [name, self.price(one.price) if one.price else None]))
            for name, one in classes
        )
        return ", ".join(named)

    def you_also_need(self, things: Sequence[str]) -> str:
        """Say which things a person must bring a picture of, besides themselves."""
        return self.say("You also need: {things}", things=", ".join(map(self._a, things)))

    def _a(self, thing: str) -> str:
        if thing[:1].lower() in "aeiou":
            return self.say("an {thing}", thing=thing)
        return self.say("a {thing}", thing=thing)

    def position(self, first: int, last: int, total: int) -> str:
        """Say which pictures of a class are shown."""
        return self.say(
            "{shown} of {total}", shown=self.span(first, last), total=self.number(total)
        )

    def small_print(
        self,
        pack_id: int,
        slug: str,
        updated_at: datetime | None = None,
        prompt_ids: Sequence[int] = (),
    ) -> str:
        """Write a pack's id and slug; Discord adds the time of its loading."""
        parts = [self.untitled(pack_id), slug]
        if updated_at:
            parts.append(self.say("updated {date}", date=self.day(updated_at)))
        if prompt_ids:
            listed = ", ".join(str(one) for one in prompt_ids)
            one_only = len(prompt_ids) == 1
            parts.append(
                self.say("prompt {ids}", ids=listed)
                if one_only
                else self.say("prompts {ids}", ids=listed)
            )
        parts.append(self.as_of)
        return " · ".join(filter(None, parts))

    as_of = Sentence("as of")

    def picture_alt(self, title: str, class_name: str, number: int, total: int) -> str:
        """Describe a picture for people who cannot see it."""
        return self.say(
            "{title}, {pack_class}, picture {number} of {total}",
            title=title,
            pack_class=class_name,
            number=self.number(number),
            total=self.number(total),
        )

    def cover_alt(self, title: str) -> str:
        """Describe a cover for people who cannot see it."""
        return self.say("{title}, cover", title=title)

    def link(self, link: Link) -> str:
        """Link to a file that Discord cannot show as a picture."""
        name = {
            LinkKind.VIDEO: self.say("▶ Watch the video"),
            LinkKind.FILE: self.say("📎 Open the file"),
        }[link.kind]
        return f"[{name}](<{link.url}>)"

    def cover_link(self, link: Link) -> str:
        """Link to a cover that Discord cannot show as a picture."""
        return self.say("Cover: {link}", link=self.link(link))

    def no_pictures(self, class_name: str) -> str:
        """Say that a class has no example pictures."""
        return self.say("**{pack_class}** · no example pictures yet", pack_class=quote(class_name))

    def class_label(self, name: str) -> str:
        """Return a class's label: its name, unless it's well known."""
        return class_label(name, self.language)

    # The text for a customer, without markup for other programs

    customer_text = Sentence("Text for a customer")

    def customer_class(self, name: str, one: PackClass) -> str:
        """Summarise a class without markup."""
        parts = [self.price(one.price)] if one.price_shown else []
        if one.num_images is not None:
            parts.append(self.images(one.num_images))
        if each := self.price_per_image(one.price_per_image):
            parts.append(each)
        if not parts:
            return name
        return self.say("{pack_class}: {price}", pack_class=name, price=", ".join(parts))

    def as_of_day(self, moment: datetime) -> str:
        """Say on which day the figures were loaded."""
        return self.say("As of {date}", date=self.day(moment))

    pictures_unavailable = Sentence("Pictures can't be loaded right now.")
    unnamed_class = Sentence("(no name)")
    no_classes = Sentence("This pack has no classes yet.")

    def more_classes(self, number: int) -> str:
        """Say how many classes are not shown."""
        return self.count("{number} more class", "{number} more classes", number)

    unlisted = Sentence("🔗 Unlisted")
    private = Sentence("🔒 Private")
    hidden_rule = Sentence("Only you can see this, and it can't be shared.")

    def deep_link(
        self, pack_id: int, class_name: str | None = None, picture: int = 1, at_a_time: int = 1
    ) -> str:
        """Write the command that leads to the same view of a pack; pictures count from 1."""
        return self.with_options(
            "pack",
            {
                "id": pack_id,
                "class": escaped(class_name or "", _LONGEST_CLASS_IN_A_LINE),
                "page": picture if picture > 1 else None,
                "pictures": at_a_time if at_a_time > 1 else None,
            },
        )

    pack_gone = Sentence("This pack is no longer available.")

    def span(self, first: int, last: int) -> str:
        """Write a range of pictures or pages."""
        return "–".join(self.number(one) for one in dict.fromkeys([first, last]))
