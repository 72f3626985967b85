"""The pre-flight: each check by itself, and what stays once all were green."""

from dataclasses import replace

import pytest

from curb.domain.events import Link, LinkChanged
from curb.domain.snapshot import CheckView
from curb.engine.preflight import Known, Preflight, checks
from tests.scene import ACCOUNT, Scene

GREEN = Known(is_venue_time=True, config_fault="", store_word="ok")
LINKS = (Link.REST, Link.USER_HUB, Link.MARKET_HUB)


def scene(*, up: tuple[Link, ...] = LINKS, is_read: bool = True) -> Scene:
    found = Scene() if is_read else Scene(positions=())
    for link in LINKS:
        found.tell(LinkChanged(link, link in up, "connected" if link in up else "cannot reach it"))
    return found


def red(found: tuple[CheckView, ...]) -> dict[str, str]:
    return {check.name: check.words for check in found if not check.is_green}


def test_all_is_green() -> None:
    found = checks(scene().core, GREEN)
    assert red(found) == {}
    assert [check.name for check in found] == [
        "clock",
        "config",
        "login",
        "account",
        "user hub",
        "market hub",
        "first read",
        "database",
    ]
    assert {check.words for check in found} == {"ok"}


@pytest.mark.parametrize(
    ("known", "name", "words"),
    [
        ({"is_venue_time": False}, "clock", "the gateway has not told its time yet"),
        ({"config_fault": "config.toml:3: expected"}, "config", "config.toml:3: expected"),
        ({"store_word": "disk full"}, "database", "disk full"),
        ({"left_out": ("50K-8842",)}, "account", "…8842 was not taken live: curb live"),
    ],
)
def test_what_the_shell_knows(known: dict[str, object], name: str, words: str) -> None:
    assert red(checks(scene().core, replace(GREEN, **known))) == {name: words}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("link", "name"),
    [(Link.REST, "login"), (Link.USER_HUB, "user hub"), (Link.MARKET_HUB, "market hub")],
)
def test_a_link_that_is_down(link: Link, name: str) -> None:
    up = tuple(each for each in LINKS if each is not link)
    assert red(checks(scene(up=up).core, GREEN)) == {name: "cannot reach it"}


@pytest.mark.parametrize(
    ("can_trade", "words"),
    [
        (False, "…AC-7 may not trade"),
        (None, "…AC-7 the gateway does not say whether it may trade"),
    ],
)
def test_an_account_that_may_not_trade(can_trade: bool | None, words: str) -> None:
    found = scene()
    state = found.core.watches[ACCOUNT.id].state
    state.account = replace(state.account, can_trade=can_trade)
    assert red(checks(found.core, GREEN)) == {"account": words}


def test_an_account_that_was_not_read_yet() -> None:
    found = red(checks(scene(is_read=False).core, GREEN))
    assert found == {"first read": "what …AC-7 holds is not known yet"}


def test_without_an_account_nothing_is_armed() -> None:
    found = scene()
    found.core.watches.clear()
    assert red(checks(found.core, GREEN)) == {"account": "no account is watched"}


def test_once_green_it_has_passed() -> None:
    green, bad = CheckView("clock", True, "ok"), CheckView("login", False, "down")
    before = Preflight().then(()).then((green, bad))
    assert not before.is_passed
    passed = before.then((green,))
    assert passed.is_passed
    later = passed.then((green, bad))
    assert (later.is_passed, later.checks) == (True, (green, bad))
