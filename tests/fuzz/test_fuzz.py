"""Row 28: ten thousand spoiled frames; `python -m tests.fuzz --frames 200000` brings in more."""

import asyncio
import random
from typing import TYPE_CHECKING, TypeVar

import pytest

from curb.gateway import rows
from tests.fuzz.doors import Doors, Frame
from tests.fuzz.hunt import corpus, hunt
from tests.fuzz.mutators import MUTATORS, spoiled

if TYPE_CHECKING:
    from _typeshed import SupportsLenAndGetItem

SEED = 28

T = TypeVar("T")


def test_no_spoiled_frame_gets_past_its_door() -> None:
    escapes, _ = hunt(range(10_000), SEED)
    assert [(each.number, each.frame.door, each.words) for each in escapes] == []


def test_a_hunt_finds_what_gets_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(*_: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(rows, "_side", careless)
    escapes, _ = hunt(range(300), SEED)
    assert {each.words for each in escapes} == {"KeyError: 'a fault of ours'"}
    again, _ = hunt([escapes[0].number], SEED)
    assert again == escapes[:1]


@pytest.mark.parametrize("frame", corpus(), ids=lambda frame: frame.door)
def test_what_was_recorded_comes_in(frame: Frame) -> None:
    """A corpus that is refused whole would find nothing."""
    doors = Doors()
    asyncio.run(frame.through(doors, frame.text, Certain()))
    assert not doors.counters.malformed
    assert not doors.counters.dropped


class Certain(random.Random):
    """Chance that always chooses what happens nearly always."""

    def random(self) -> float:
        return 0.99

    def choice(self, seq: "SupportsLenAndGetItem[T]") -> T:
        return seq[0]


@pytest.mark.parametrize("mutator", MUTATORS, ids=lambda mutator: mutator.__name__)
def test_each_mutator_spoils_most_frames_and_the_same_way_each_time(mutator: object) -> None:
    assert callable(mutator)
    texts = [frame.text for frame in corpus()]
    chances = [random.Random(number) for number in range(len(texts))]  # noqa: S311 - to be repeated
    changed = [mutator(text, chance) for text, chance in zip(texts, chances, strict=True)]
    assert sum(a != b for a, b in zip(texts, changed, strict=True)) > len(texts) / 2
    first, second = (spoiled(texts[0], random.Random(7)) for _ in range(2))  # noqa: S311 - the same
    assert first == second
