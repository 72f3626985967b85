import pytest

from curb.tui.arrange import PANES, Place, arrange

SIZES = [
    (width, height)
    for width in (60, 61, 79, 80, 99, 100, 120, 160, 200, 400)
    for height in (16, 17, 23, 24, 29, 30, 32, 40, 60, 120)
]


def cells(place: Place) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(place.x, place.x + place.width)
        for y in range(place.y, place.y + place.height)
    }


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize(("banners", "foot"), [(0, 1), (3, 4)])
def test_every_cell_belongs_to_exactly_one_part(
    width: int, height: int, banners: int, foot: int
) -> None:
    seen: set[tuple[int, int]] = set()
    for place in arrange(width, height, banners=banners, foot=foot):
        assert place.width > 0
        assert place.height > 0
        assert not seen & cells(place), place
        seen |= cells(place)
    assert seen == {(x, y) for x in range(width) for y in range(height)}


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_all_five_panes_have_room_for_a_row(width: int, height: int) -> None:
    heights = {place.name: place.height for place in arrange(width, height)}
    assert all(heights[name] >= 2 for name in PANES[:5])


@pytest.mark.parametrize(("width", "height"), [(59, 24), (80, 15), (1, 1), (20, 3)])
def test_a_small_terminal_gets_the_emergency_view(width: int, height: int) -> None:
    assert arrange(width, height) == (Place("emergency", 0, 0, width, height),)


@pytest.mark.parametrize("name", PANES)
def test_a_zoomed_pane_takes_the_body(name: str) -> None:
    places = {place.name: place for place in arrange(80, 24, zoom=name)}
    assert set(places) == {"header", name, "foot"}
    assert places[name] == Place(name, 0, 1, 80, 22, is_boxed=True)
