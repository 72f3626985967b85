from dataclasses import replace

import pytest

from curb.tui.arrange import PANES, Place, abreast, arrange, ids

SIZES = [
    (width, height)
    for width in (60, 61, 79, 80, 99, 100, 120, 160, 200, 400)
    for height in (16, 17, 23, 24, 29, 30, 32, 40, 60, 120)
]


def overlap(one: Place, other: Place) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    above = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not beside and not above


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize(("banners", "foot"), [(0, 1), (3, 4)])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_every_cell_belongs_to_exactly_one_part(
    width: int, height: int, banners: int, foot: int, count: int
) -> None:
    for focus in PANES:
        accounts = abreast(width, height, count - 1, count)
        places = arrange(width, height, banners=banners, foot=foot, focus=focus, accounts=accounts)
        area = 0
        for n, place in enumerate(places):
            assert place.width > 0
            assert place.height > 0
            assert place.x + place.width <= width
            assert place.y + place.height <= height
            assert not any(overlap(place, other) for other in places[:n]), place
            area += place.width * place.height
        assert area == width * height
        names = [place.id for place in places]
        assert len(set(names)) == len(names)
        assert set(names) <= set(ids())
        assert focus in [place.name for place in places]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_positions_the_day_the_timers_and_the_audit_have_room(width: int, height: int) -> None:
    heights = {place.name: place.height for place in arrange(width, height)}
    assert heights["positions"] >= 4
    assert heights["audit"] >= 4
    assert heights.get("glance", 0) == 2 or min(heights["pnl"], heights["timers"]) >= 5


def test_a_pane_without_a_place_takes_that_of_the_least_important() -> None:
    def places(focus: str, width: int, height: int) -> dict[str, Place]:
        return {place.name: place for place in arrange(width, height, focus=focus)}

    small, calm = places("rules", 80, 24), places("positions", 80, 24)
    assert "audit" not in small
    assert small["rules"] == replace(calm["audit"], name="rules")
    middle, calm = places("health", 120, 40), places("positions", 120, 40)
    assert "rules" not in middle
    assert middle["health"] == replace(calm["rules"], name="health")
    assert set(PANES) <= set(places("health", 200, 60))


@pytest.mark.parametrize(
    ("size", "chosen", "count", "expected"),
    [
        ((199, 60), 0, 2, ()),
        ((200, 29), 0, 2, ()),
        ((200, 60), 0, 0, ()),
        ((200, 60), 0, 1, ()),
        ((200, 60), 1, 2, (0, 1)),
        ((200, 60), 1, 3, (0, 1)),
        ((200, 60), 2, 3, (1, 2)),
        ((400, 60), 9, 5, (2, 3, 4)),
        ((400, 60), 5, 5, (0, 1, 2)),
    ],
)
def test_accounts_stand_side_by_side_where_there_is_room(
    size: tuple[int, int], chosen: int, count: int, expected: tuple[int, ...]
) -> None:
    assert abreast(*size, chosen, count) == expected


@pytest.mark.parametrize(("width", "height"), [(59, 24), (80, 15), (1, 1), (20, 3)])
def test_a_small_terminal_gets_the_emergency_view(width: int, height: int) -> None:
    assert arrange(width, height) == (Place("emergency", 0, 0, width, height),)


@pytest.mark.parametrize("name", PANES)
def test_a_zoomed_pane_takes_the_body(name: str) -> None:
    places = {place.name: place for place in arrange(80, 24, zoom=name)}
    assert set(places) == {"header", name, "foot"}
    assert places[name] == Place(name, 0, 1, 80, 22, is_boxed=True)
