"""What is known of a link to the gateway."""

from datetime import timedelta

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
