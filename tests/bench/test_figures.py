import pytest

from tests.bench.figures import Figure, quantile, slope, table


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 3.0), (0.95, 5.0), (0.99, 5.0), (1.0, 5.0)]
)
def test_a_quantile_is_a_sample(share: float, expected: float) -> None:
    assert quantile([5.0, 1.0, 4.0, 2.0, 3.0], share) == expected


def test_a_slope_is_the_growth_of_one_more() -> None:
    assert slope([(0, 10), (1, 12), (2, 14)]) == 2
    assert slope([(1, 10)]) == 0


def test_a_table_says_what_is_over_its_budget() -> None:
    rows = table([Figure("a", 9, "%", 8), Figure("b", 8, "%", 8), Figure("c", 1, "s")]).split("\n")
    assert [row.split("|")[4].strip() for row in rows[2:]] == ["OVER", "ok", ""]
