"""The unit's text: what stands in it, and what is read back from it."""

from pathlib import Path

import pytest

from curb.cli.systemd import ALARM, is_ours, named_files, unit_text
from curb.domain.errors import CurbError

ARGV = ("/usr/bin/python3", "-m", "curb", "run", "--config", "/home/ann/config.toml")


def test_it_restarts_after_a_failure_and_gives_up_after_five_in_a_minute() -> None:
    lines = unit_text(ARGV, None).splitlines()
    assert 'ExecStart="/usr/bin/python3" "-m" "curb" "run" "--config" "/home/ann/config.toml"' in (
        lines
    )
    for line in (
        *("Restart=on-failure", "StartLimitIntervalSec=60", "StartLimitBurst=5"),
        *("RestartSec=1", "RestartPreventExitStatus=75", f"OnFailure={ALARM}"),
        *("UMask=0077", "WantedBy=default.target"),
    ):
        assert line in lines
    assert not [line for line in lines if line.startswith("Environment")]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("/a b/c.toml", '"/a b/c.toml"'),
        ("/50%/c.toml", '"/50%%/c.toml"'),
        ("/$HOME/c.toml", '"/$$HOME/c.toml"'),
        ('/"x\\y/c.toml', '"/\\"x\\\\y/c.toml"'),
        ("/é'ö/c.toml", '"/é\'ö/c.toml"'),
    ],
)
def test_a_name_is_taken_as_it_is(name: str, written: str) -> None:
    text = unit_text((*ARGV[:-1], name), Path("/s 5%/engine.env"))
    assert f'"--config" {written}\n' in text
    assert "EnvironmentFile=/s 5%%/engine.env\n" in text
    assert named_files(text) == ("/usr/bin/python3", name, "/s 5%/engine.env")


def test_the_programs_name_holds_no_variable() -> None:
    text = unit_text(("/a$b/python3", *ARGV[1:]), None)
    assert 'ExecStart="/a$b/python3" ' in text
    assert named_files(text)[0] == "/a$b/python3"


def test_a_name_that_no_line_can_hold_is_refused() -> None:
    with pytest.raises(CurbError, match="expected names in one printable line"):
        unit_text((*ARGV[:-1], "/a\nExecStartPre=/bin/evil"), None)
    with pytest.raises(CurbError, match="expected names in one printable line"):
        unit_text(ARGV, Path("/a\nb"))


def test_a_line_that_was_broken_by_hand_names_no_file() -> None:
    assert named_files('ExecStart="/usr/bin/python3\n') == ("",)


@pytest.mark.parametrize(
    ("text", "ours"), [(unit_text(ARGV, None), True), ("[Unit]\n", False), ("", False)]
)
def test_whose_it_is(text: str, ours: bool) -> None:
    assert is_ours(text) is ours
