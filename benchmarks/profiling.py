"""Show where the bot's time goes: `python -m benchmarks.profiling pack turn choose type packs`.

py-spy looks at the bot's stack 500 times a second while members ask for one thing, 20 at once. The
functions that take most are printed; all stacks are left in `build/`, for any flame graph viewer.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.sampling import at_once
from benchmarks.subjects import Ask, Subject, clicks, command, packs_bot, ping, pong_bot, typing
from standins.astria.packs import RECORDED
from standins.astria.server import astria_server

_FOLDER = Path("build")
_SECONDS = 10
_RATE = 500
_AT_ONCE = 20
_SHOWN = 45
_NAMES = ("pack", "turn", "choose", "type", "packs", "pong")


async def profile(name: str) -> None:
    """Profile the bot while it answers one kind of interaction."""
    if name == "pong":
        async with pong_bot() as pong:
            await _profile(name, pong, ping(pong))
        return
    async with astria_server(packs=1_000) as astria, packs_bot(astria) as bot:
        await _profile(name, bot, await _ask(name, bot))


async def _ask(name: str, bot: Subject) -> Ask:
    turn, choose = await clicks(bot)
    return {
        "pack": command(bot, "pack", id=str(RECORDED)),
        "turn": turn,
        "choose": choose,
        "type": typing(bot),
        "packs": command(bot, "packs"),
    }[name]


async def _profile(name: str, subject: Subject, ask: Ask) -> None:
    await at_once(ask, 500, _AT_ONCE)
    stacks = _FOLDER / f"{name}.stacks"
    spy = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "py-spy"), "record", "--pid", str(subject.program.pid),
        "--format", "raw", "--output", str(stacks), "--duration", str(_SECONDS),
        "--rate", str(_RATE), "--nonblocking", stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    asked = 0
    while spy.returncode is None:
        await at_once(ask, 200, _AT_ONCE)
        asked += 200
    print(f"\n{name}: {asked} interactions")
    print(_summary(stacks.read_text().splitlines()))


def _summary(lines: Iterable[str]) -> str:
    """Return the functions that took most, alone and with all that they call, in percent."""
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        frames = [_function(frame) for frame in stack.split(";")]
        if "_run_once" not in stack:
            continue
        own[frames[-1]] += int(count)
        whole.update(dict.fromkeys(set(frames), int(count)))
    total = own.total()
    return "\n".join([*_most("with what they call", whole, total), *_most("alone", own, total)])


def _most(heading: str, counts: Counter[str], total: int) -> Sequence[str]:
    found = counts.most_common(_SHOWN)
    return [f"-- {heading}", *(f"{100 * count / total:5.1f}%  {name}" for name, count in found)]


def _function(frame: str) -> str:
    """Return a frame without its line number, so that a function is counted as one."""
    return frame.rpartition(":")[0] + ")" if frame.endswith(")") and ":" in frame else frame


async def _run(names: Sequence[str]) -> None:
    for name in names:
        await profile(name)


def main() -> int:
    """Profile what the arguments name, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profiling", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(_NAMES))
    names = parser.parse_args().names or list(_NAMES)
    unknown = [name for name in names if name not in _NAMES]
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}, but {', '.join(_NAMES)}")
    _FOLDER.mkdir(exist_ok=True)
    asyncio.run(_run(names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
