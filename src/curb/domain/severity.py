"""How much a row of the audit matters, as a mark that stands in every list."""

from enum import Enum

from curb.domain.audit import CONFIG, ENGINE, LINK, Act, AuditRow


class Severity(Enum):
    """`x` enforced or failed, `!` warned, `i` told by Curb itself, `.` routine."""

    ENFORCED = "x"
    WARNED = "!"
    TOLD = "i"
    ROUTINE = "."


ENFORCED = frozenset((Act.CLOSE_POSITION, Act.REDUCE_POSITION, Act.FLATTEN, Act.LOCK, Act.COOLDOWN))
# What changes a position, an order or a lock, and so has an outcome.
DEEDS = ENFORCED | {Act.CANCEL_ORDERS, Act.PLACE_STOP, Act.MOVE_STOP}
WARNED = frozenset((Act.WARN, Act.NOT_EVALUATED, Act.CONFIG_REFUSED, Act.CONFIG_PENDING, Act.GAP))
QUIET = frozenset((CONFIG, ENGINE, LINK))


def severity(row: AuditRow) -> Severity:
    """Return how much a row matters; what failed matters most."""
    if row.success is False or row.action in ENFORCED:
        return Severity.ENFORCED
    if row.action in WARNED:
        return Severity.WARNED
    return Severity.TOLD if row.rule in QUIET else Severity.ROUTINE
