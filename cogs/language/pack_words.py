"""The sentences about one pack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cogs.language.class_words import class_label
from cogs.language.money import Money
from cogs.language.speech import Sentence, quote


class PackWords(Money):
    """What is said about one pack."""

    def untitled(self, pack_id: int) -> str:
        """Name a pack that has no title."""
        return self.say("Pack {id}", id=str(pack_id))

    def standing(self, class_name: str, first: int, last: int, total: int) -> str:
        """Say which pictures of a class are shown."""
        return self.say(
            "**{pack_class}** · {shown} of {total}",
            pack_class=quote(class_name),
            shown=self.span(first, last),
            total=self.number(total),
        )

    def prompts(self, ids: Sequence[int]) -> str:
        """Name the prompts of the pictures."""
        listed = ", ".join(str(one) for one in ids)
        if len(ids) == 1:
            return self.say("Prompt {ids}", ids=listed)
        return self.say("Prompts {ids}", ids=listed)

    def identity(self, pack_id: int, slug: str, updated_at: datetime | None) -> str:
        """Say what a pack is called by machines, and when it was last changed."""
        parts = [self.untitled(pack_id)]
        if slug:
            parts.append(quote(slug))
        if updated_at:
            parts.append(self.say("updated {date}", date=self.date(updated_at)))
        return " · ".join(parts)

    def no_pictures(self, class_name: str) -> str:
        """Say that a class has no example pictures."""
        return self.say("**{pack_class}** · no example pictures yet", pack_class=quote(class_name))

    def class_label(self, name: str) -> str:
        """Return what a class is called: its own name, unless it's well known."""
        return class_label(name, self.language)

    unnamed_class = Sentence("(no name)")
    no_classes = Sentence("This pack offers no classes yet.")

    def more_classes(self, number: int) -> str:
        """Say how many classes are not shown."""
        return self.count("{number} more class", "{number} more classes", number)

    in_the_menu = Sentence("In the class menu below")
    not_public = Sentence("🔒 Not public: only you see this, and it cannot be shared.")

    def deep_link(
        self, pack_id: int, class_name: str | None = None, picture: int = 1, at_a_time: int = 1
    ) -> str:
        """Write the command that leads to the same view of a pack; pictures count from 1."""
        return self.with_options(
            "pack",
            {
                "id": pack_id,
                "class": class_name,
                "page": picture if picture > 1 else None,
                "pictures": at_a_time if at_a_time > 1 else None,
            },
        )

    pack_gone = Sentence("This pack is no longer available.")

    def span(self, first: int, last: int) -> str:
        """Write a range of pictures or pages."""
        return "–".join(self.number(one) for one in dict.fromkeys([first, last]))
