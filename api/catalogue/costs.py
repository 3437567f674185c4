"""One truth about what a class costs, where Astria gives two figures."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import structlog

from api.wire.models import Pack, PackClass

log = structlog.stdlib.get_logger("api.costs")


class CostBook:
    """Put the costs of a pack's two answers together: `costs` wins over `cost_mc_hash`.

    `setting` is named in the warning that figures differ, because it says what a unit is worth.
    """

    def __init__(self, setting: str) -> None:
        self._setting = setting
        self._warned: set[tuple[int, str]] = set()

    def reconcile(self, pack: Pack, summary: Pack | None) -> Pack:
        """Return the pack with costs that only its summary knows; warn once where they differ."""
        if summary is None or not summary.classes:
            return pack
        return msgspec.structs.replace(pack, classes=tuple(self._classes(pack, summary)))

    def _classes(self, pack: Pack, summary: Pack) -> Iterator[PackClass]:
        listed = {one.name: one for one in summary.classes}
        for one in pack.classes:
            other = listed.pop(one.name, one)
            if one.cost is None:
                yield msgspec.structs.replace(one, cost=other.cost)
                continue
            if other.cost is not None and other.cost != one.cost:
                self._warn(pack, one, other)
            yield one
        yield from listed.values()

    def _warn(self, pack: Pack, shown: PackClass, listed: PackClass) -> None:
        if (pack.id, shown.name) in self._warned:
            return
        self._warned.add((pack.id, shown.name))
        log.warning(
            "costs differ; the first is shown, check the setting",
            pack=pack.id,
            slug=pack.slug,
            pack_class=shown.name,
            costs_usd=str(shown.cost),
            cost_mc_hash_usd=str(listed.cost),
            setting=self._setting,
        )
