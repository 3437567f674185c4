"""Sentences about the bot's state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from api.cache.store import StoreState
from api.catalogue.cost_unit import Standing, Verdict
from api.wire.models import Price
from cogs.language.money import Money
from cogs.language.speech import Sentence

_DOLLAR = Price(Decimal(1))


class AboutWords(Money):
    """What `/about` says."""

    def about(self, version: str) -> str:
        """Return the title of `/about`."""
        return self.say("Astria packs bot {version}", version=version)

    about_astria = Sentence("Astria")
    about_catalogue = Sentence("Catalogue")
    about_prices = Sentence("Prices")
    about_cache = Sentence("Cache")
    about_hidden = Sentence("Packs that aren't public")
    about_discord = Sentence("Discord")

    nothing_loaded = Sentence("Nothing has been loaded yet.")
    own_public = Sentence("Of our own packs, members see those that are public on Astria.")
    own_listed = Sentence(
        "Of our own packs, members see all but unlisted ones, even if they aren't public on Astria."
    )
    who_sees_hidden = Sentence(
        "In this server, members with the *Manage Messages* permission can see them, "
        "in private answers only."
    )

    def freshness(self, number: int, as_of: datetime) -> str:
        """Say how many packs are known, and since when."""
        packs = self.count("{number} pack", "{number} packs", number)
        return self.say("{packs}, as of {age}", packs=packs, age=self.age(as_of))

    def answers_in(self, milliseconds: int) -> str:
        """Say that somebody answers, and how fast."""
        return self.say("✅ Connection: OK ({number} ms)", number=self.number(milliseconds))

    def answers_not(self, reason: str) -> str:
        """Say that Astria does not answer, and why."""
        return self.say("❌ {reason}", reason=reason)

    def prices_known(self, verdict: Verdict) -> str:
        """Say how the prices of Astria's lists are read, and why so."""
        return "\n".join(self._prices_known(verdict))

    def _prices_known(self, verdict: Verdict) -> Iterator[str]:
        match verdict.standing:
            case Standing.SET:
                yield self.say("✅ The unit of Astria's list prices was set by the operator.")
            case Standing.PROVEN:
                yield self.say("✅ The unit of Astria's list prices is proven.")
            case Standing.UNPROVEN:
                yield self.say(
                    "⚠️ The unit of Astria's list prices isn't proven yet, "
                    "so some prices are approximate."
                )
            case Standing.CONTRADICTORY:
                yield self.say(
                    "❌ Astria's list prices contradict its exact prices, so some prices are "
                    "unknown. The bot's log names a class that doesn't fit."
                )
        if verdict.units_per_usd is not None:
            yield self.say(
                "{units} units = {price}",
                units=self.number(verdict.units_per_usd),
                price=self.price(_DOLLAR),
            )
        if verdict.standing is not Standing.SET:
            yield self._evidence(verdict)

    def _evidence(self, verdict: Verdict) -> str:
        if not verdict.pairs:
            return self.say("I haven't found a price to compare with yet.")
        return self.say(
            "Compared: {prices} in {packs}",
            prices=self.count("{number} price", "{number} prices", verdict.pairs),
            packs=self.count("{number} pack", "{number} packs", verdict.packs),
        )

    def cache(self, state: StoreState) -> str:
        """Say the state of the store on disk or in Redis."""
        match state:
            case StoreState.OFF:
                return self.say("In memory only: after a restart I load everything again.")
            case StoreState.WORKING:
                return self.say("✅ Works: after a restart I still know what I have loaded.")
            case StoreState.FAILING:
                return self.say(
                    "❌ Doesn't work at the moment. I answer without it, and try it again every "
                    "few seconds. The bot's log says why."
                )

    def shard(self, shard: int, shards: int) -> str:
        """Say which of the bot's connections to Discord, called shards, serves a server."""
        if shards == 1:
            return self.say("All servers share one connection (shard 0).")
        return self.say(
            "This server is on shard {shard}. There are {shards}, numbered from 0 to {last}.",
            shard=self.number(shard),
            shards=self.number(shards),
            last=self.number(shards - 1),
        )

    needs_manage_server = Sentence(
        "Only members with the *Manage Server* permission can see this, "
        "and only in my team's servers."
    )
