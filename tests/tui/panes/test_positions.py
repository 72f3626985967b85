from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.snapshot import PositionView
from curb.tui.line import width_of
from curb.tui.panes import positions
from curb.tui.ui import Ui
from curb.tui.view import View
from curb.tui.whole import whole
from tests.tui import scenes
from tests.tui.moments import view

ONE = scenes.position(
    target=Decimal("21380.00"),
    stop_ticks=Decimal(55),
    at_risk=Decimal("-55.00"),
    says=("004 8% -26.00 of -300.00", "003 77% -386.00 of -500.00"),
)
TEN = tuple(
    scenes.position(f"{root}Z6", size, unrealized=Decimal(-size), note="")
    for size, root in enumerate(("ES", "MES", "NQ", "MNQ", "RTY", "M2K", "CL", "GC", "ZN", "6E"), 1)
)


def moment(*held: PositionView, ui: Ui | None = None) -> View:
    return view(scenes.snapshot(scenes.account(positions=held, orders=())), ui=ui)


def shown(found: View, width: int, height: int = 12) -> list[str]:
    rows = positions.lines(found, width, height)
    return ["".join(span.text for span in line) for line in rows]


@pytest.mark.parametrize(
    ("width", "titles"),
    [
        (38, "Sym Side Qty/Max uP&L"),
        (58, "Sym Side Qty/Max Last uP&L Stop"),
        (78, "Sym Side Qty/Max Last Ticks uP&L Stop Fires at"),
        (98, "Sym Side Qty/Max Avg Last Ticks uP&L Stop Target Fires at"),
        (118, "Sym Side Qty/Max Avg Last Ticks uP&L Stop Target Fires at Age Rules"),
        (130, "Sym Side Qty/Max Avg Last Ticks uP&L Stop To stop Target Fires at Age Rules"),
        (
            150,
            "Sym Side Qty/Max Avg Last Ticks uP&L Stop To stop Target Fires at then at Age Rules",
        ),
    ],
)
def test_the_best_columns_stay(width: int, titles: str) -> None:
    assert shown(moment(ONE), width)[0].split() == titles.split()


def test_a_wide_row_tells_the_exits_and_what_the_rules_say() -> None:
    row = shown(moment(ONE), 190)[1]
    for piece in (
        " 21330.00 ",
        " 55t -55.00 ",
        " 21380.00 ",
        " 21315.25 003↓ ",
        " 21600.25 005↑ ",
        " 12m04 ",
        "004 8% -26.00 of -300.00 · 003 77% -386.00 of -500.00",
    ):
        assert piece in row


@pytest.mark.parametrize(
    ("changes", "piece", "role"),
    [
        ({"stop": None, "stop_word": "none"}, "no end !", "warn"),
        ({"stop_word": "part"}, "no end !", "warn"),
        ({"stop_ticks": None, "at_risk": None}, "?", "text"),
        ({"at_risk": None}, "55t ?", "text"),
        ({"stop_ticks": None}, "? -55.00", "text"),
        ({"is_stale": True}, "55t -55.00", "stale"),
    ],
)
def test_what_no_stop_ends_is_never_called_small(
    changes: dict[str, object], piece: str, role: str
) -> None:
    spans = positions.lines(moment(replace(ONE, **changes)), 130, 5)[1]  # type: ignore[arg-type]
    assert (piece, role) in [(span.text.strip(), span.role) for span in spans]


@pytest.mark.parametrize(
    ("changes", "words", "role"),
    [
        ({}, "004 8% -26.00", "text"),
        ({"says": ("closing",)}, "closing", "warn"),
        ({"says": ("008 grace 0:18",), "note": "008 grace 18 s"}, "008 grace 0:18", "warn"),
        ({"says": (), "note": "008 grace 18 s"}, "008 grace 18 s", "warn"),
        ({"says": ()}, "-", "text"),
    ],
)
def test_what_rules_say_and_how_urgent_it_is(
    changes: dict[str, object], words: str, role: str
) -> None:
    spans = positions.lines(moment(replace(ONE, **changes)), 150, 5)[1]  # type: ignore[arg-type]
    assert spans[-1].text.strip().startswith(words)
    assert spans[-1].role == role


def test_a_note_without_a_column_has_a_line_of_its_own() -> None:
    noted = replace(ONE, note="008 grace 18 s")
    assert shown(moment(noted), 78)[2] == "   └ 008 grace 18 s"
    assert len(shown(moment(noted), 130)) == 2


@pytest.mark.parametrize("index", [0, 4, 9])
@pytest.mark.parametrize("height", [3, 5, 8, 11])
def test_of_ten_positions_the_selected_one_shows(index: int, height: int) -> None:
    ui = Ui(contract_id=TEN[index].contract_id)
    rows = shown(moment(*TEN, ui=ui), 78, height)
    assert len(rows) <= height
    (marked,) = [row for row in rows if row.startswith(">")]
    assert marked[1:].startswith(TEN[index].name)
    if height < 11:
        assert rows[-1].strip().startswith(f"{10 - (height - 2)} more")


def test_the_nearest_price_stands_first_on_whichever_side_it_is() -> None:
    near = scenes.fire("RULE-005", "21344.00", is_above=True)
    far = scenes.fire("RULE-003", "21315.25", is_above=False)
    assert "21344.00 005↑" in shown(moment(replace(ONE, fires=(far, near))), 78)[1]
    assert "21315.25 003↓" in shown(moment(replace(ONE, fires=(far,))), 78)[1]
    assert shown(moment(replace(ONE, fires=())), 78)[1].endswith(" - ")
    unknown = replace(ONE, fires=(), unrealized=None)
    assert shown(moment(unknown), 78)[1].endswith(" ? ")


@pytest.mark.parametrize("size", [(38, 3), (38, 1), (58, 6), (130, 25)], ids=str)
@pytest.mark.parametrize(
    "found",
    [
        moment(*TEN),
        moment(),
        view(scenes.BAD),
        view(scenes.UNKNOWN),
        view(None, now=None),
        moment(replace(ONE, says=scenes.HOSTILE)),
    ],
)
def test_every_row_is_clean_and_there_are_not_too_many(found: View, size: tuple[int, int]) -> None:
    rows = positions.lines(found, *size)
    assert len(rows) <= size[1]
    assert all(span.text.isprintable() for line in rows for span in line)
    assert all(width_of(line) <= size[0] + 1 for line in rows[:1])


def test_what_nobody_has_read_is_not_flat() -> None:
    snapshot = scenes.snapshot(scenes.account(positions=(), orders=(), is_known=False))
    assert "flat" not in str(positions.lines(view(snapshot), 80, 8))
    assert positions.title(view(snapshot)) == "1 Positions ?"
    plain = str(whole(view(snapshot, is_plain=True), 80, 24))
    assert "Flat." not in plain
    assert "Not known yet" in plain


def test_the_title_counts_and_tells_the_order() -> None:
    assert positions.title(moment(ONE)) == "1 Positions 1 · 2 contracts"
    by = Ui(sort="uP&L")
    assert positions.title(moment(*TEN, ui=by)) == "1 Positions 10 · 55 contracts · by uP&L"
    assert positions.title(moment(ONE, ui=by)) == "1 Positions 1 · 2 contracts"
    assert positions.title(view(None)) == "1 Positions ?"
