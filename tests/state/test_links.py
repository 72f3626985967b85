"""What is known of a link to the gateway."""

from datetime import datetime, timedelta

import pytest

from curb.domain.events import Link, LinkChanged
from curb.state.links import Links
from tests.scene import NOON

LATER = NOON + timedelta(seconds=5)


def test_a_link_that_told_nothing_yet_is_down() -> None:
    link = Links()[Link.REST]
    assert (link.is_up, link.since, link.heard_at) == (False, None, None)
    assert (link.generation, link.latency_ms) == (0, None)


@pytest.mark.parametrize(("is_up", "heard_at"), [(True, LATER), (False, NOON)])
def test_a_change_is_heard_where_the_link_came_up(is_up: bool, heard_at: object) -> None:
    links = Links()
    links.apply(LinkChanged(Link.USER_HUB, True, "", 1), NOON)
    links.apply(LinkChanged(Link.USER_HUB, is_up, "as told", 2), LATER)
    link = links[Link.USER_HUB]
    assert (link.is_up, link.since, link.heard_at) == (is_up, LATER, heard_at)
    assert (link.words, link.generation) == ("as told", 2)


def test_a_generation_never_falls() -> None:
    links = Links()
    links.apply(LinkChanged(Link.USER_HUB, True, "", 3), NOON)
    links.apply(LinkChanged(Link.USER_HUB, False, "late", 2), LATER)
    assert links[Link.USER_HUB].generation == 3


def test_a_latency_once_measured_stays_until_the_next() -> None:
    links = Links()
    links.hear(Link.REST, NOON, 40)
    links.hear(Link.REST, LATER)
    assert (links[Link.REST].heard_at, links[Link.REST].latency_ms) == (LATER, 40)
    links.hear(Link.REST, LATER, 0)
    assert links[Link.REST].latency_ms == 0


HUB = Link.USER_HUB


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def up() -> Links:
    links = Links()
    links.apply(LinkChanged(HUB, True, "", 1), NOON)
    return links


def test_a_doubted_hub_is_repaired_ever_more_seldom() -> None:
    links, words = up(), "it left something out"
    assert links.next_repair(HUB) is None
    repaired = [second for second in range(1_000) if links.doubt(HUB, words, at(second))]
    assert repaired == [0, 10, 40, 100, 400, 700]
    assert links.next_repair(HUB) == at(1_000)
    assert not links[HUB].is_trusted
    assert (links[HUB].doubt, links[HUB].doubted_since) == (words, NOON)


def test_a_hub_that_is_down_is_not_doubted() -> None:
    links = Links()
    assert links.doubt(HUB, "it left something out", NOON) is None
    assert links[HUB].doubt == ""


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_hub_that_says_something_or_connects_anew_is_trusted_again(is_heard: bool) -> None:
    links = up()
    assert links[HUB].is_trusted
    links.doubt(HUB, "it left something out", NOON)
    if is_heard:
        links.hear(HUB, LATER)
    else:
        links.apply(LinkChanged(HUB, True, "", 2), LATER)
    assert links[HUB].is_trusted
    assert links.doubt(HUB, "again", LATER) is None  # the repair before has its time
    assert links.doubt(HUB, "again", at(10)) == 2


@pytest.mark.parametrize(("second", "repair"), [(59, 2), (60, 1)])
def test_a_hub_that_left_nothing_out_for_a_minute_begins_anew(second: int, repair: int) -> None:
    links = up()
    links.believe(HUB, NOON)  # it was never doubted
    links.doubt(HUB, "it left something out", NOON)
    links.believe(HUB, at(second))
    assert links.doubt(HUB, "again", at(second)) == repair
