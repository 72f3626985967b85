"""Thousands of flattens in venue time: how soon, how bare, against cancelling first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from time import perf_counter
from zoneinfo import ZoneInfo

from curb.domain.sessions import TradingDays
from tests.flatten.figure import Figure
from tests.flatten.timed import Seen, Terms, Timed, nobody
from tests.flatten.witness import share

POLICY = nobody(TradingDays(time(17), ZoneInfo("America/Chicago")))

# The venue of reliability.md section 2.2: an order's way there and back, and lines that go.
FAR = Terms(rtt_s=0.12, jitter_s=0.05, outages=0.02)
NEAR = Terms(rtt_s=0.06)
_LONGEST_HALT_S = 300

Scene = Callable[[int], list[Figure]]


def soon(times: int, seed: int = 0) -> list[Figure]:
    """Return how long the venue had anything open or working after the breach, without faults."""
    began = perf_counter()
    found = _played(times, seed, lambda _: NEAR)
    flat = [seen.flat_s or 0.0 for seen in found]
    p99, most = share(flat, 0.99), max(flat)
    words = f"row 2: {times} breaches, RTT 60 ms: flat and no order p50 {share(flat, 0.5):.3f} s"
    took = perf_counter() - began
    return [
        Figure(
            f"{words}, p99 {p99:.3f} s, max {most:.3f} s ({took:.0f} s)", p99 <= 1 and most <= 2
        ),
        _raised(found),
    ]


def halted(times: int, seed: int = 0) -> list[Figure]:
    """Return how soon after the opening of a closed market the close was there."""
    found = _played(times, seed, lambda number: replace(NEAR, halt_s=1 + number % _LONGEST_HALT_S))
    # Where the stop was met first nothing was left to ask for.
    asked = [seen.asked_s for seen in found if seen.asked_s is not None]
    lost = sum(not seen.is_over for seen in found)
    naked = sum(seen.naked for seen in found)
    most = max(asked)
    words = f"row 4: {times} halts of 1 to {_LONGEST_HALT_S} s: asked after the opening"
    return [
        Figure(
            f"{words} p50 {share(asked, 0.5):.2f} s, max {most:.2f} s, {lost} lost intents, "
            f"{naked:.1f} naked contract-seconds",
            most <= 5 and not lost,
        ),
        _raised(found),
    ]


def bare(times: int, seed: int = 0) -> list[Figure]:
    """Return how bare positions stood, against cancelling every order first."""
    ours = _played(times, seed, lambda _: FAR)
    first = _played(times, seed, lambda _: replace(FAR, is_cancel_first=True))
    naked, other = (sum(seen.naked for seen in each) for each in (ours, first))
    part = naked / other if other else 1.0
    longest = [max(seen.longest_naked_s for seen in each) for each in (ours, first)]
    flips = sum(seen.flipped > 0 for seen in ours) / times
    flip_s = max(seen.longest_flip_s for seen in ours)
    return [
        Figure(
            f"row 8: {times} flattens, RTT 120 ms, 2 % with an outage: {naked:.1f} naked "
            f"contract-seconds, cancel-first {other:.1f}: {part:.2%}; longest {longest[0]:.2f} s "
            f"and {longest[1]:.2f} s",
            part <= 0.01,
        ),
        Figure(f"row 8: flips {flips:.2%}, the longest {flip_s:.2f} s", flips <= 0.02),
        _raised(ours),
    ]


def _raised(found: list[Seen]) -> Figure:
    raised = sum(seen.raised for seen in found)
    return Figure(f"row 6: {raised} own requests left more open", not raised)


def _played(times: int, seed: int, terms: Callable[[int], Terms]) -> list[Seen]:
    return [Timed(seed + each, terms(each), POLICY).play() for each in range(times)]
