"""The clock, and what looks like somebody else's machine."""

from dataclasses import replace

import pytest

from curb.cli.checkup.finding import Level
from curb.cli.checkup.machine import (
    TERMS,
    Clock,
    Machine,
    clock_findings,
    place_findings,
)

OWN = Machine(
    product="LENOVO 21CB",
    container="",
    is_cloud=False,
    is_virtual=False,
    interfaces=("lo", "wlan0"),
    ssh_to="",
    is_ssh_public=False,
)


@pytest.mark.parametrize(
    ("clock", "levels", "words"),
    [
        (Clock("Europe/Berlin", True, None), [Level.OK], "Europe/Berlin, set by NTP"),
        (Clock("UTC", None, None), [Level.NOTE], "unknown"),
        (Clock("UTC", False, None), [Level.WARN], "not set by NTP"),
        (Clock("UTC", True, -1.9), [Level.OK, Level.OK], "-1.9 s of the gateway's"),
        (Clock("UTC", True, 42.4), [Level.OK, Level.WARN], "42 s ahead of the gateway's"),
        (Clock("UTC", True, -3600.0), [Level.OK, Level.WARN], "3600 s behind the gateway's"),
    ],
)
def test_the_clock(clock: Clock, levels: list[Level], words: str) -> None:
    found = clock_findings(clock)
    assert [finding.level for finding in found] == levels
    assert words in found[-1].words


def test_ones_own_machine_is_nothing_to_speak_of() -> None:
    (found,) = place_findings(OWN, is_live=True)
    assert found.level is Level.OK


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"product": "Amazon EC2 t3.micro"}, "hosted machine by its looks (Amazon EC2 t3.micro)"),
        ({"product": "Hetzner vServer"}, "hosted machine"),
        ({"product": "", "is_cloud": True}, "cloud-init"),
        ({"product": "QEMU Standard PC"}, "virtual machine (QEMU Standard PC)"),
        ({"product": "", "is_virtual": True}, "virtual machine (by its processor)"),
        ({"container": "Docker"}, "container (Docker)"),
        ({"interfaces": ("lo", "wg0", "tun1")}, "VPN's (wg0, tun1)"),
        ({"ssh_to": "203.0.113.9", "is_ssh_public": True}, "public address (203.0.113.9)"),
    ],
)
def test_each_sign_is_a_guess_with_words(changes: dict[str, object], words: str) -> None:
    machine = replace(OWN, **changes)  # type: ignore[arg-type]
    (found,) = place_findings(machine, is_live=True)
    assert (found.level, found.todo) == (Level.WARN, TERMS)
    assert words in found.words
    assert "only a guess" in found.words
    (practice,) = place_findings(machine, is_live=False)
    assert practice.level is Level.NOTE


def test_the_terms_are_told_once() -> None:
    machine = replace(OWN, container="Docker", is_virtual=True)
    assert [finding.todo for finding in place_findings(machine, is_live=True)] == [TERMS, ""]


def test_an_ssh_session_to_ones_own_machine_is_ones_business() -> None:
    found = place_findings(replace(OWN, ssh_to="192.168.1.5"), is_live=True)
    assert [finding.level for finding in found] == [Level.OK, Level.OK]
    assert "your business" in found[-1].words
