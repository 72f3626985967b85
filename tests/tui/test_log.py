"""Where the user stands in an audit of any length."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curb.domain.audit import AuditRow
from curb.domain.query import AuditQuery
from curb.domain.severity import Severity
from curb.tui.log import (
    MOST,
    PAGE,
    Fetch,
    Log,
    Moved,
    Shown,
    filtered,
    moved,
    next_severity,
    shown,
    sought,
    taken,
)
from curb.tui.reading import fetched

from .archived import Kept, many

RULE = AuditQuery(rule="RULE-002")
CL = AuditQuery(words=("cl",))


@dataclass
class Scene:
    """A log over an audit on disk, of which the newest rows were heard."""

    count: int = 5_000
    heard: int = 500
    log: Log = field(default_factory=Log)
    waiting: Fetch | None = None

    def __post_init__(self) -> None:
        self.archive = Kept(many(self.count))

    @property
    def at(self) -> Shown:
        return shown(self.log, tuple(reversed(self.archive.rows[-self.heard :])), None)

    @property
    def chosen(self) -> AuditRow:
        return self.at.rows[self.at.index(self.log.cursor)]

    def do(self, step: Moved) -> None:
        self.log, fetch = step
        self.waiting = fetch or self.waiting

    def answer(self) -> None:
        if self.waiting is not None:
            self.log = taken(self.log, self.at, fetched(self.archive, self.waiting))
            self.waiting = None

    def step(self, steps: int, name: str = "down") -> None:
        self.do(moved(self.log, self.at, name, steps))
        self.answer()

    def filter(self, query: AuditQuery) -> None:
        self.do(filtered(self.log, query, None))
        self.answer()

    def grow(self, count: int) -> None:
        self.archive.rows = many(len(self.archive.rows) + count)


def test_it_follows_until_moved_and_then_stays_on_its_row() -> None:
    scene = Scene()
    assert scene.chosen.id == 5_000
    scene.grow(3)
    assert scene.chosen.id == 5_003
    scene.step(2)
    scene.grow(40)
    assert (scene.chosen.id, scene.log.cursor) == (5_001, 5_001)
    scene.step(0, "top")
    assert (scene.chosen.id, scene.log.cursor) == (5_043, None)


def test_walking_down_reaches_the_oldest_row_and_up_again_the_newest() -> None:
    scene = Scene()
    seen = [scene.chosen.id]
    while scene.chosen.id > 1:
        scene.step(7)
        seen.append(scene.chosen.id)
        assert len(scene.log.window or ()) <= MOST
    assert seen == [max(5_000 - 7 * i, 1) for i in range(len(seen))]
    while scene.log.cursor is not None:
        scene.step(-7, "up")
        assert len(scene.log.window or ()) <= MOST
    assert scene.chosen.id == 5_000


def test_the_oldest_rows_are_one_key_away() -> None:
    scene = Scene()
    scene.step(0, "bottom")
    assert scene.chosen.id == 1
    asked = scene.archive.asked
    scene.step(-10, "up")
    assert (scene.chosen.id, scene.archive.asked) == (11, asked)
    scene.step(1)
    assert scene.chosen.id == 10


def test_a_filter_shows_what_was_heard_at_once_and_reads_the_rest() -> None:
    scene = Scene()
    scene.filter(RULE)
    assert scene.log.hits == 500
    assert [row.id for row in scene.at.rows] == list(range(5_000, 4_500, -10))
    ids = []
    while scene.chosen.id > 10:
        scene.step(1)
        ids.append(scene.chosen.id)
    assert ids == list(range(4_990, 0, -10))


def test_a_filter_without_heard_rows_finds_those_on_disk() -> None:
    scene = Scene(heard=50)
    scene.filter(AuditQuery(words=("row 77",)))
    assert scene.at.rows == ()
    assert scene.log.hits == 11
    scene.step(1)
    assert scene.log.reading is None
    scene.step(0, "bottom")
    assert scene.chosen.id == 77


def test_the_next_hit_is_found_where_it_is() -> None:
    scene = Scene(heard=50)
    scene.filter(CL)
    scene.filter(AuditQuery())
    ids = []
    for _ in range(3):
        scene.do(sought(scene.log, scene.at, is_back=True))
        scene.answer()
        ids.append(scene.chosen.id)
    assert ids == [4_900, 4_800, 4_700]
    scene.do(sought(scene.log, scene.at, is_back=False))
    scene.answer()
    assert scene.chosen.id == 4_800
    assert scene.at.rows[scene.at.index(scene.log.cursor) + 1].id == 4_799


def test_a_late_answer_to_another_question_changes_nothing() -> None:
    scene = Scene()
    scene.do(moved(scene.log, scene.at, "bottom", 0))
    late = scene.waiting
    assert late is not None
    scene.filter(RULE)
    before = scene.log
    assert taken(scene.log, scene.at, fetched(scene.archive, late)) == before


def test_one_page_is_read_at_a_time() -> None:
    scene = Scene()
    scene.do(moved(scene.log, scene.at, "bottom", 0))
    _, fetch = moved(scene.log, scene.at, "bottom", 0)
    assert fetch is None


def test_what_was_heard_and_is_no_longer_kept_is_read_again() -> None:
    scene = Scene()
    scene.step(480)
    scene.step(200)
    assert scene.at.is_newest
    scene.grow(2_000)
    assert not scene.at.is_newest, "what lies between is not at hand"
    chosen = scene.chosen.id
    while not scene.at.is_newest:
        scene.step(-50, "up")
        chosen = min(chosen + 50, 7_000)
        assert scene.chosen.id == chosen


@pytest.mark.parametrize(
    ("now", "then"),
    [(None, Severity.ENFORCED), (Severity.ENFORCED, Severity.WARNED), (Severity.WARNED, None)],
)
def test_severities_go_round(now: Severity | None, then: Severity | None) -> None:
    assert next_severity(Log(AuditQuery(severity=now))).severity is then


MOVES = st.one_of(
    st.tuples(st.just("move"), st.integers(-300, 300)),
    st.tuples(st.sampled_from(["top", "bottom", "rule", "all", "next", "previous"]), st.just(0)),
    st.tuples(st.just("grow"), st.integers(1, 400)),
    st.tuples(st.just("answer"), st.just(0)),
)


@settings(max_examples=40)
@given(st.lists(MOVES, max_size=25))
def test_whatever_comes_rows_are_whole_and_in_order(moves: list[tuple[str, int]]) -> None:
    scene = Scene(count=1_500, heard=120)
    for name, number in moves:
        match name:
            case "move":
                scene.do(moved(scene.log, scene.at, "down" if number > 0 else "up", number))
            case "rule" | "all":
                query = RULE if name == "rule" else AuditQuery()
                scene.do(filtered(scene.log, query, None))
            case "next" | "previous":
                scene.do(sought(scene.log, scene.at, is_back=name == "next"))
            case "grow":
                before = scene.log.cursor
                scene.grow(number)
                assert scene.log.cursor == before
            case "answer":
                scene.answer()
            case _:
                scene.do(moved(scene.log, scene.at, name, 0))
        at = scene.at
        ids = [row.id for row in at.rows]
        everything = [row.id for row in reversed(scene.archive.rows) if at.query.fits(row)]
        if ids:
            start = everything.index(ids[0])
            assert ids == everything[start : start + len(ids)], "no row is left out"
        assert len(scene.log.window or ()) <= MOST + PAGE
