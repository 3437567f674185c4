"""Run a test with every known shape of Astria's packs.

@in_every_shape
async def test_price(client: AstriaClient, astria: Astria) -> None:
    ...
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from standins.astria.shapes import SHAPES


def in_shapes(names: Iterable[str]) -> pytest.MarkDecorator:
    """Run a test with the `astria` fixture in each of these shapes."""
    return pytest.mark.parametrize("astria", list(names), indirect=True)


in_every_shape = in_shapes(SHAPES)
