"""The flags of `curb paper`, and of those who start one."""

import argparse

import pytest

from curb.cli import paper, run
from curb.paper.options import PaperOptions

FLAGS = (
    *("--brackets", "lenient", "--orphans", "cancel", "--depth", "2"),
    *("--payloads", "bare", "--hours", "week"),
)


def _options(*flags: str) -> PaperOptions:
    parser = argparse.ArgumentParser()
    paper.add(parser)
    return paper.options(parser.parse_args(flags))


def test_the_customs_of_the_venue_are_those_that_were_asked_for() -> None:
    found = _options(*FLAGS)
    customs = (found.brackets, found.orphans, found.depth, found.payloads, found.hours)
    assert customs == ("lenient", "cancel", 2, "bare", "week")


def test_the_limits_of_requests_are_those_that_were_asked_for() -> None:
    found = _options("--request-limit", "20", "--bars-limit", "5", "--retry-after", "none")
    assert (found.request_limit, found.bars_limit, found.retry_after) == (20, 5, "none")


def test_without_flags_they_are_the_usual_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CURB_USERNAME", raising=False)
    assert _options() == PaperOptions()


@pytest.mark.parametrize(
    "flags",
    [
        ("--depth", "-1"),
        ("--depth", "x"),
        ("--hours", "night"),
        ("--brackets", "no"),
        ("--orphans",),
        ("--request-limit", "0"),
        ("--retry-after", "later"),
    ],
)
def test_what_no_venue_does_is_refused(flags: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit):
        _options(*flags)


def test_an_engine_hands_them_on_to_its_paper_gateway() -> None:
    parser = argparse.ArgumentParser()
    run.add(parser)
    assert run.paper_flags(parser.parse_args([])) == ["--trader", "tilt"]
    handed = run.paper_flags(parser.parse_args([*FLAGS, "--account", "7"]))
    assert handed == ["--trader", "tilt", *FLAGS, "--account", "7"]
