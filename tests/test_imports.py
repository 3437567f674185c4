"""Imports go one way, as in docs/architecture.md: a package imports only lower ones."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent

# From the lowest layer up. Packages on one line do not import each other.
_LAYERS: tuple[tuple[str, ...], ...] = (
    ("version", "api.wire"),
    ("api.cache",),
    ("api.catalogue",),
    ("config",),
    ("cogs.limits", "cogs.discord_internals"),
    ("cogs.language",),
    ("cogs.interactions",),
    ("cogs.ui",),
    ("cogs.pack",),
    ("cogs.packs", "cogs.compare", "cogs.about", "cogs.help", "cogs.announcements"),
    ("cogs.registration",),
    ("cogs.packs_bot",),
    ("ops",),
    ("preview",),
    ("bot",),
)
_RANKS = {package: rank for rank, layer in enumerate(_LAYERS) for package in layer}


def _package(module: str) -> str | None:
    """Return the layer of a module; None if it is a library."""
    return next((one for one in _RANKS if module == one or module.startswith(f"{one}.")), None)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _found() -> Iterator[tuple[str, Path]]:
    for path in sorted(_ROOT.rglob("*.py")):
        module = ".".join(path.relative_to(_ROOT).with_suffix("").parts).removesuffix(".__init__")
        if _package(module) or module in {"api", "cogs"}:
            yield module, path


_MODULES = tuple(_found())


@pytest.mark.parametrize(("module", "path"), _MODULES, ids=[name for name, _ in _MODULES])
def test_module_imports_only_lower_layers(module: str, path: Path) -> None:
    own = _package(module)
    for imported in _imported(path):
        other = _package(imported)
        if own is None or other is None or own == other:
            continue
        assert _RANKS[other] < _RANKS[own], f"{module} imports {imported}"


@pytest.mark.parametrize(("module", "path"), _MODULES, ids=[name for name, _ in _MODULES])
def test_api_does_not_import_discord(module: str, path: Path) -> None:
    imported = {name.split(".")[0] for name in _imported(path)}
    if module.startswith("api"):
        assert not imported & {"discord", "cogs", "ops"}
    assert not imported & {"tests", "standins", "benchmarks"} or module.startswith("preview")


def test_few_modules_are_directly_in_cogs() -> None:
    assert len(list((_ROOT / "cogs").glob("*.py"))) <= 6


def test_mutated_modules_exist() -> None:
    text = (_ROOT / "tools/mutants/mutants.toml").read_text()
    modules = re.findall(r'"([\w/]+\.py)"', text.partition("test-command")[0])
    assert len(modules) > 1
    assert not [module for module in modules if not (_ROOT / module).is_file()]
