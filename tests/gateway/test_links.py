from curb.domain.events import Event, Link, LinkChanged
from curb.gateway.links import LinkTeller


def test_only_changes_are_told_and_each_rise_is_a_generation() -> None:
    told: list[Event] = []
    link = LinkTeller(Link.USER_HUB, told.append)
    link.gap("not up: says nothing")
    link.down("refused")
    link.down("refused again")
    link.up("connected")
    link.up("connected")
    link.gap("a record was lost")
    link.down("broken")
    link.up("connected")
    assert told == [
        LinkChanged(Link.USER_HUB, False, "refused", 0),
        LinkChanged(Link.USER_HUB, True, "connected", 1),
        LinkChanged(Link.USER_HUB, True, "a record was lost", 1),
        LinkChanged(Link.USER_HUB, False, "broken", 1),
        LinkChanged(Link.USER_HUB, True, "connected", 2),
    ]
