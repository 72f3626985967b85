"""The welcome and the pre-flight in the audit's place, and the header that goes with it."""

import pytest

from curb.domain.snapshot import CheckView, Snapshot
from curb.tui.keys import press
from curb.tui.panes import header, notice
from curb.tui.ui import Ui
from tests.tui import scenes
from tests.tui.moments import text, view

NAMES = (
    "clock",
    "config",
    "login",
    "account",
    "user hub",
    "market hub",
    "first read",
    "database",
)


def preflight(*red: str) -> tuple[CheckView, ...]:
    return tuple(
        CheckView(name, name not in red, "cannot reach it" if name in red else "ok")
        for name in NAMES
    )


def first() -> Snapshot:
    return scenes.snapshot(is_first=True, config_path="/home/a/config.toml", state_dir="/home/a/st")


def waiting(*red: str) -> Snapshot:
    return scenes.snapshot(is_paper=False, is_ready=False, preflight=preflight(*red))


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (200, 60)])
def test_the_welcome_says_what_runs_where_and_which_keys(width: int, height: int) -> None:
    shown = text(view(first()), width, height)
    words = (
        "PAPER: a stand-in broker",
        "within a minute",
        "/home/a/config.toml",
        "/home/a/st",
        "? help   F y flatten the position   X Y flatten ALL",
        "edit config.toml, press r. Any key closes this: the audit is here.",
    )
    assert [word for word in words if word not in shown] == []


@pytest.mark.parametrize("part", ["positions", "pnl", "timers", "frequency"])
def test_the_welcome_hides_nothing_but_the_audit(part: str) -> None:
    assert text(view(first()), part=part) == text(view(), part=part)
    small, tall = (text(view(first()), 120, height, part="audit") for height in (24, 50))
    assert ("RULE-008" in small, "RULE-008" in tall) == (False, True)


@pytest.mark.parametrize("key", ["j", "escape", "4", "?"])
def test_any_key_closes_the_welcome_and_does_its_own(key: str) -> None:
    ui, effect = press(Ui(), key, view(first()))
    assert effect is None
    assert "RULE-008" in text(view(first(), ui=ui), part="audit")
    assert ui.card == press(Ui(), key, view())[0].card


def test_a_key_closes_only_what_is_shown() -> None:
    assert press(Ui(), "j", view())[0].closed == ()
    old = view(first(), engine="gone")
    assert (notice.kind(old), press(Ui(), "j", old)[0].closed) == ("", ())
    assert notice.kind(view(None)) == ""


def test_the_preflight_shows_each_check() -> None:
    shown = text(view(waiting("market hub", "first read")), 120, 40, part="audit")
    assert "Pre-flight 6/8" in shown
    assert "WAIT market hub  cannot reach it" in shown
    assert shown.count("ok   ") == 6
    assert "Breaches are enforced from the first read on." in shown


def test_where_there_is_no_room_what_is_missing_goes_first() -> None:
    rows = text(view(waiting("database")), 80, 24, part="audit").splitlines()
    assert rows[1].strip().startswith("WAIT database")


@pytest.mark.parametrize(
    ("red", "words"),
    [
        (("login", "database"), "PRE-FLIGHT 6/8 login"),
        (("database",), "PRE-FLIGHT 7/8 database"),
        ((), "PRE-FLIGHT 8/8"),
    ],
)
def test_the_header_says_what_is_missing_before_it_says_armed(
    red: tuple[str, ...], words: str
) -> None:
    assert header.armed(view(waiting(*red))).text == words
    for size in ((60, 16), (80, 24), (200, 60), (50, 10)):
        shown = text(view(waiting(*red)), *size)
        assert words in shown
        assert "ARMED" not in shown


def test_a_key_closes_the_list_and_not_the_word() -> None:
    ui, _ = press(Ui(), "j", view(waiting("login")))
    shown = text(view(waiting("login"), ui=ui))
    assert "WAIT" not in shown
    assert "PRE-FLIGHT 7/8 login" in shown


def test_what_was_green_once_is_armed() -> None:
    snapshot = scenes.snapshot(is_paper=False, preflight=preflight("login"))
    assert header.armed(view(snapshot)).text == "ARMED 5/5"
    assert notice.kind(view(snapshot)) == ""


def test_hostile_words_of_a_check_are_harmless() -> None:
    checks = tuple(CheckView(text, False, text) for text in scenes.HOSTILE)
    shown = text(view(scenes.snapshot(is_ready=False, preflight=checks)), 120, 40)
    assert "\x1b" not in shown
