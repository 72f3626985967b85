"""What the border has seen that was not as it should be; shown in the status."""

import logging
from dataclasses import dataclass, field

from curb.domain.samples import Samples

# The last calls, of a busy quarter of an hour; failures of the last hour.
_CALLS_S, _MOST_CALLS = 900.0, 500
_FAILURES_S, _MOST_FAILURES = 3600.0, 10_000

_BAD = 400

_log = logging.getLogger("curb.gateway")


@dataclass(slots=True)
class Counters:
    """Counts since the client was made; none of them is an error by itself."""

    malformed: int = 0  # fields and records that could not be read
    dropped: int = 0  # records without the ids that they need
    unknown_enum: int = 0  # numbers that the protocol does not list
    reconnects: int = 0  # hub connections after the first
    logins: int = 0
    requests: int = 0
    rate_limited: int = 0  # answers 429
    latencies_ms: Samples = field(default_factory=lambda: Samples(_CALLS_S, _MOST_CALLS))
    failures: Samples = field(default_factory=lambda: Samples(_FAILURES_S, _MOST_FAILURES))

    def answer(self, status: int, latency_ms: int, moment: float) -> None:
        """Note an answer over REST."""
        self.latencies_ms.add(latency_ms, moment)
        if status >= _BAD:
            self.fail(moment)

    def fail(self, moment: float) -> None:
        """Note a call over REST without an answer, or with one that tells of an error."""
        self.failures.add(1, moment)

    def malform(self, what: str) -> None:
        """Count something unreadable. `what` is a word of ours, never the data."""
        self.malformed += 1
        _tell("unreadable", what, self.malformed)

    def drop(self, what: str) -> None:
        """Count a record that cannot be used."""
        self.dropped += 1
        _tell("unusable", what, self.dropped)

    def unlisted(self, what: str) -> None:
        """Count an enumeration's unknown number."""
        self.unknown_enum += 1
        _tell("unknown number in", what, self.unknown_enum)


def _tell(fault: str, what: str, count: int) -> None:
    # Powers of two: a flood of garbage must not become a flood of log lines.
    if count & (count - 1) == 0:
        _log.warning("%s %s (%d so far)", fault, what, count)
