"""Brings spoiled frames in by every door, the same for a seed, and tells what got out."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.doors import Doors, Frame, control_frames, recorded
from tests.fuzz.mutators import spoiled

# Of the processor's time: a busy machine must not make a frame slow.
MOST_S = 0.1
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Escape:
    """A frame that raised past its door, or took too long behind it."""

    number: int
    frame: Frame
    text: str
    words: str


def corpus() -> list[Frame]:
    """Return every recorded frame."""
    return recorded(Path(__file__).with_name("recorded.jsonl").read_text()) + control_frames()


def hunt(
    numbers: Sequence[int], seed: int, tell: Callable[[int], None] = lambda _: None
) -> tuple[list[Escape], float]:
    """Try the frames of these numbers; return what escaped, and the longest time of one."""
    return asyncio.run(_hunt(numbers, seed, tell))


def frame_of(number: int, seed: int, frames: Sequence[Frame]) -> tuple[Frame, str, random.Random]:
    """Return the frame of a number: where it comes from, its text, and its chance."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311 - to be repeated
    frame = chance.choice(frames)
    return frame, spoiled(frame.text, chance), chance


async def _hunt(
    numbers: Sequence[int], seed: int, tell: Callable[[int], None]
) -> tuple[list[Escape], float]:
    doors, frames = Doors(), corpus()
    found: list[Escape] = []
    longest = 0.0
    for done, number in enumerate(numbers, 1):
        frame, text, chance = frame_of(number, seed, frames)
        state = chance.getstate()
        took = MOST_S
        for _ in range(_TRIES):
            chance.setstate(state)
            began = time.thread_time()
            try:
                await frame.through(doors, text, chance)
            except Exception as e:  # noqa: BLE001 - whatever it is, it escaped
                found.append(Escape(number, frame, text, f"{type(e).__name__}: {e}"))
                break
            took = time.thread_time() - began
            if took < MOST_S:
                break
        else:
            found.append(Escape(number, frame, text, f"took {took * 1000:.0f} ms"))
        longest = max(longest, took)
        tell(done)
    return found, longest
