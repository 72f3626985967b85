from curb.tui.digits import ROWS, big


def test_every_sign_of_an_amount_is_three_rows_of_one_width() -> None:
    rows = big("▼-1,234,567,890.00", 99)
    assert len(rows) == ROWS
    assert len({len(row) for row in rows}) == 1
    assert len(big("▲+0.50", 99)) == ROWS


def test_figures_look_like_themselves() -> None:
    assert big("-48.", 20) == (
        "    │ │ ┌─┐  ",
        "──  └─┤ ├─┤  ",
        "      │ └─┘ .",
    )


def test_what_does_not_fit_or_is_unknown_stays_as_it_is() -> None:
    assert len(big("12", 7)) == ROWS
    assert big("12", 6) == ("12",)
    assert big("?", 99) == ("?",)
    assert big("", 99) == ("",)
