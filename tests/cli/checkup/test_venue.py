"""The gateway, the running engine, the accounts."""

from dataclasses import replace

import pytest

from curb.cli.checkup import venue
from curb.cli.checkup.finding import Level
from curb.domain.book import Account
from curb.domain.errors import CredentialsError
from curb.domain.snapshot import CheckView, Snapshot
from tests.control import samples

VERSION = samples.snapshot().version


@pytest.mark.parametrize(
    ("snapshot", "version", "level", "words"),
    [
        (None, VERSION, Level.OK, "none runs"),
        (samples.snapshot(), VERSION, Level.OK, "runs and enforces"),
        (samples.snapshot(), "9.9", Level.WARN, "this is 9.9"),
    ],
)
def test_the_engine(snapshot: Snapshot | None, version: str, level: Level, words: str) -> None:
    (found,) = venue.engine_findings(snapshot, version)
    assert found.level is level
    assert words in found.words


@pytest.mark.parametrize(
    ("word", "level"),
    [("ok", Level.OK), ("slow", Level.WARN), ("down", Level.FAIL), ("auth", Level.FAIL)],
)
def test_what_a_running_engine_hears(word: str, level: Level) -> None:
    snapshot = samples.snapshot()
    snapshot = replace(snapshot, rest=replace(snapshot.rest, word=word))
    assert venue.heard_findings(snapshot)[0].level is level


def test_a_preflight_that_is_not_green_is_a_failure() -> None:
    checks = (CheckView("clock", True, "ok"), CheckView("login", False, "not connected yet"))
    found = venue.heard_findings(replace(samples.snapshot(), is_ready=False, preflight=checks))
    assert (found[-1].level, found[-1].words) == (Level.FAIL, "login: not connected yet")


@pytest.mark.parametrize(
    ("can_trade", "level", "words"),
    [
        (True, Level.OK, "50KTC-1 may trade"),
        (False, Level.FAIL, "50KTC-1 may not trade"),
        (None, Level.FAIL, "does not say"),
    ],
)
def test_whether_an_account_may_trade(can_trade: bool | None, level: Level, words: str) -> None:
    (found,) = venue.account_findings((Account(1, "50KTC-1", can_trade=can_trade),))
    assert found.level is level
    assert words in found.words


@pytest.mark.parametrize(
    ("spans", "level", "words"),
    [
        ((41, 39, 55), Level.OK, "3 reads in 39 to 55 ms"),
        ((41, 501), Level.WARN, "41 to 501 ms"),
        ((), Level.FAIL, "no read"),
    ],
)
def test_the_latency(spans: tuple[int, ...], level: Level, words: str) -> None:
    found = venue.latency_finding(spans)
    assert found.level is level
    assert words in found.words


def test_a_hub_and_a_refused_login() -> None:
    assert venue.hub_finding("user hub", None).level is Level.OK
    down = venue.hub_finding("user hub", "no answer within 15 s")
    assert (down.level, down.words) == (Level.FAIL, "no answer within 15 s")
    refused = venue.refused_finding(CredentialsError("the gateway refused the login: \x1b[2J"))
    assert refused.level is Level.FAIL
    assert refused.words.isprintable()
    assert venue.paper_findings()[0].level is Level.OK
