"""What of the audit is told elsewhere, as the configuration wants it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlertPlan:
    """The least that is told ("off", "breach", "warn", "all"), and how many messages a minute.

    `phone` is whom to call where a close does not come about, "" for nobody.
    """

    least: str = "off"
    per_minute: int = 6
    phone: str = ""
