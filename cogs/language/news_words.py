"""Sentences of announcements: new packs, changed prices, and withdrawn packs."""

from __future__ import annotations

from collections.abc import Iterable

from api.wire.models import Price
from cogs.language.pack_words import PackWords
from cogs.language.speech import Sentence


class NewsWords(PackWords):
    """Sentences of announcements."""

    new_packs = Sentence("New packs")
    changed_prices = Sentence("New prices")
    withdrawn_packs = Sentence("No longer available")

    def new_pack(self, title: str) -> str:
        """Announce one pack."""
        return self.say("**New pack: {title}**", title=title)

    def news_in_numbers(self, new: int, changes: int, withdrawn: int) -> str:
        """Summarise several pieces of news in one line."""
        parts = [
            self.count("{number} new pack", "{number} new packs", new) if new else "",
            self.count("{number} new price", "{number} new prices", changes) if changes else "",
            self.count(
                "{number} pack no longer available",
                "{number} packs no longer available",
                withdrawn,
            )
            if withdrawn
            else "",
        ]
        return f"**{' · '.join(filter(None, parts))}**"

    def priced_pack(self, link: str, prices: Iterable[tuple[str, Price | None]]) -> str:
        """Write a line about a pack with its price per class."""
        priced = ", ".join(f"{name} {self.price(price)}" for name, price in prices)
        return f"{link} · {priced}" if priced else link

    def changed_price(self, link: str, class_name: str, before: Price, after: Price) -> str:
        """Write a line about a class whose price has changed."""
        prices = f"~~{self.price(before)}~~ → **{self.price(after)}**"
        priced = self.say("{pack_class}: {price}", pack_class=class_name, price=prices)
        return f"• {link} · {priced}"

    def more_news(self, number: int) -> str:
        """Say how many more entries a list has."""
        return self.count("… and {number} more", "… and {number} more", number)
