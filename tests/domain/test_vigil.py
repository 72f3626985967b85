from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from curb.domain.vigil import ABSENT, Gap, Vigil

BEGAN = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
NEXT = BEGAN + timedelta(days=1)


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def after(*notes: tuple[float, str], began: datetime = BEGAN) -> Vigil:
    found = Vigil(BEGAN, BEGAN)
    for seconds, why in notes:
        found = found.noted(at(seconds), began, why)
    return found


@pytest.mark.parametrize(
    ("notes", "guarded_ms", "gaps"),
    [
        ((), 0, []),
        (((0, ""), (4, "")), 4000, []),
        (((2, ""), (4, "")), 2000, [(0, 2, ABSENT)]),
        (((100, ""), (104, "")), 4000, [(0, 100, ABSENT)]),
        (((0, ""), (2, "MKT down"), (4, ""), (6, "")), 4000, [(2, 4, "MKT down")]),
        (
            ((0, ""), (1, "MKT down"), (2, "MKT down"), (3, "REST down"), (4, "")),
            1000,
            [(1, 3, "MKT down"), (3, 4, "REST down")],
        ),
        (((0, ""), (60, ""), (61, "")), 1000, [(0, 60, ABSENT)]),
        (((0, ""), (3, ""), (3, "MKT down"), (5, "")), 3000, [(3, 5, "MKT down")]),
        (((0, ""), (3, ""), (1, ""), (4, "")), 4000, []),
    ],
)
def test_only_what_was_noted_as_protected_counts(
    notes: tuple[tuple[float, str], ...],
    guarded_ms: int,
    gaps: list[tuple[float, float, str]],
) -> None:
    found = after(*notes)
    assert found.guarded_ms == guarded_ms
    assert found.gaps == tuple(Gap(at(since), at(until), why) for since, until, why in gaps)


def test_the_share_is_of_the_day_so_far() -> None:
    assert after().share is None
    assert after((0, ""), (3, ""), (4, "REST down"), (5, "")).share == Decimal("0.8")


def test_a_day_that_begins_under_watch_begins_protected() -> None:
    day_s = timedelta(days=1).total_seconds()
    found = after((0, ""), (day_s - 1, "")).noted(NEXT + timedelta(seconds=1), NEXT, "")
    assert (found.began, found.guarded_ms, found.gaps, found.share) == (NEXT, 1000, (), Decimal(1))


def test_a_day_that_begins_without_an_engine_begins_unprotected() -> None:
    later = NEXT + timedelta(seconds=30)
    found = after((0, ""), (4, "")).noted(later, NEXT, "")
    assert (found.guarded_ms, found.gaps) == (0, (Gap(NEXT, later, ABSENT),))


def test_only_the_newest_gaps_are_kept() -> None:
    notes = [(n, "" if n % 2 else "MKT down") for n in range(200)]
    found = after(*notes)
    assert len(found.gaps) == 50
    assert found.gaps[-1].until == at(199)
