"""From samples to the figures of a report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure, and what it may be at most, or has to be at least; None: only told."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def word(self) -> str:
        """Whether it keeps its budget."""
        if self.most is not None:
            return "ok" if self.value <= self.most else "OVER"
        if self.least is not None:
            return "ok" if self.value >= self.least else "UNDER"
        return ""

    @property
    def budget(self) -> str:
        """What it is held to, in words."""
        if self.most is not None:
            return f"{self.most:g} {self.unit}"
        return "" if self.least is None else f">= {self.least:g} {self.unit}"


def quantile(samples: Sequence[float], share: float) -> float:
    """Return the sample below which at least `share` of all lie, the nearest rank."""
    ordered = sorted(samples)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the least-squares growth of y for one more x."""
    n = len(points)
    mean_x = sum(x for x, _ in points) / n
    mean_y = sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def grown(name: str, medians: Sequence[float], word: str, most: float) -> Iterator[Figure]:
    """Yield what something costs at first, and how it grew, which it may `most` times."""
    yield Figure(f"{name}, at first", medians[0], "us")
    yield Figure(f"{name}: {word}, grew to", medians[-1] / medians[0], "times", most)


def table(found: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = ["| figure | measured | budget | |", "|---|---:|---:|---|"]
    for figure in found:
        value = f"{figure.value:.2f}" if figure.value < 100 else f"{figure.value:.1f}"
        rows.append(f"| {figure.name} | {value} {figure.unit} | {figure.budget} | {figure.word} |")
    return "\n".join(rows)
