"""Whether the unit that brings the engine back after a reboot can still start it."""

from dataclasses import dataclass

from curb.cli.checkup.finding import Finding, Level


@dataclass(frozen=True, slots=True)
class UnitFile:
    """The user's unit for systemd, and the files it names that are gone."""

    path: str
    is_ours: bool
    gone: tuple[str, ...] = ()


def unit_findings(unit: UnitFile | None) -> list[Finding]:
    """Return what is to be said of the unit, nothing where there is none."""
    if unit is None:
        return []
    if not unit.is_ours:
        words = f"{unit.path}: not written by `curb service install`"
        return [Finding(Level.NOTE, "service", words)]
    if not unit.gone:
        return [Finding(Level.OK, "service", f"{unit.path}: what it starts is there")]
    words = f"{unit.path} names {', '.join(unit.gone)}: no such file, so it cannot start"
    return [Finding(Level.WARN, "service", words, "curb service install")]
