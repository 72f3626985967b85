"""What is said of the unit that starts the engine."""

import pytest

from curb.cli.checkup.finding import Finding, Level
from curb.cli.checkup.unit import UnitFile, unit_findings


@pytest.mark.parametrize(
    ("unit", "findings"),
    [
        (None, []),
        (
            UnitFile("/u/curb.service", is_ours=False),
            [
                Finding(
                    Level.NOTE, "service", "/u/curb.service: not written by `curb service install`"
                )
            ],
        ),
        (
            UnitFile("/u/curb.service", is_ours=True),
            [Finding(Level.OK, "service", "/u/curb.service: what it starts is there")],
        ),
        (
            UnitFile("/u/curb.service", is_ours=True, gone=("/a", "/b")),
            [
                Finding(
                    Level.WARN,
                    "service",
                    "/u/curb.service names /a, /b: no such file, so it cannot start",
                    "curb service install",
                )
            ],
        ),
    ],
)
def test_what_is_found(unit: UnitFile | None, findings: list[Finding]) -> None:
    assert unit_findings(unit) == findings
