"""How well a theme's colors are told from their ground, and from each other by every eye.

Contrast is WCAG 2.1's, color blindness the full one of Machado, Oliveira and Fernandes
(2009), and distance CIE 1976's in the L*a*b* space: 2 is just seen, 20 at a glance.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rich.style import Style

from curb.tui.theme import Theme

LEAST = 4.5
"""Contrast that small text needs (WCAG AA)."""

APART = 20.0
"""Distance of two colors that are told apart at a glance."""

TOLD_APART = (("profit", "loss"), ("good", "warn"), ("good", "breach"), ("warn", "breach"))
"""Roles that mean opposite things."""

Matrix = tuple[tuple[float, float, float], ...]

# On linear red, green and blue.
BLINDNESS: Mapping[str, Matrix] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

_LUMINANCE = (0.2126, 0.7152, 0.0722)
_TO_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    _LUMINANCE,
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)  # D65


class Linear(NamedTuple):
    """Linear light, each part from 0 to 1."""

    red: float
    green: float
    blue: float


class Pair(NamedTuple):
    """A role's text and its ground."""

    fg: Linear
    bg: Linear


def pair(style: Style) -> Pair:
    """Return what is seen of a style of true colors: `reverse` changes the places."""
    # A theme's styles always have both.
    fg, bg = (linear(*color.get_truecolor()) for color in (style.color, style.bgcolor) if color)
    return Pair(bg, fg) if style.reverse else Pair(fg, bg)


def linear(*parts: int) -> Linear:
    """Return the light of a color given as 0 to 255."""
    shares = [part / 255 for part in parts]
    return Linear(*(s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares))  # noqa: PLR2004 - sRGB's


def contrast(found: Pair) -> float:
    """Return the contrast of text and ground, 1 to 21."""
    dark, light = sorted(_dot(_LUMINANCE, color) for color in found)
    return (light + 0.05) / (dark + 0.05)


def seen(color: Linear, blindness: str) -> Linear:
    """Return the color as an eye with that blindness sees it."""
    parts = (_dot(row, color) for row in BLINDNESS[blindness])
    return Linear(*(min(max(part, 0.0), 1.0) for part in parts))


def distance(one: Linear, other: Linear) -> float:
    """Return how far two colors are apart for the eye."""
    return float(sum((a - b) ** 2 for a, b in zip(_lab(one), _lab(other), strict=True)) ** 0.5)


def complaints(theme: Theme) -> Iterator[str]:
    """Yield what of a theme is hard to read; the terminal's own colors cannot be judged."""
    for role, style in theme.styles.items():
        if style.dim:
            yield f"{role}: dim text is hard to read"
        if not theme.is_ansi and contrast(pair(style)) < LEAST:
            found = f"{contrast(pair(style)):.1f}"
            yield f"{role}: expected a contrast of at least {LEAST}, found {found}"


def alike(theme: Theme, blindness: str) -> Iterator[str]:
    """Yield the roles of opposite meaning that an eye with that blindness takes for one."""
    for one, other in TOLD_APART:
        first, second = theme.styles[one], theme.styles[other]
        if _attributes(first) != _attributes(second):
            continue
        parts = zip(pair(first), pair(second), strict=True)
        if max(distance(seen(a, blindness), seen(b, blindness)) for a, b in parts) < APART:
            yield f"{one} and {other} look alike with {blindness}"


def _attributes(style: Style) -> tuple[bool | None, ...]:
    return (style.bold, style.italic, style.underline, style.reverse)


def _lab(color: Linear) -> tuple[float, float, float]:
    shares = (_dot(row, color) / white for row, white in zip(_TO_XYZ, _WHITE, strict=True))
    x, y, z = (s ** (1 / 3) if s > 216 / 24389 else (24389 / 27 * s + 16) / 116 for s in shares)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _dot(row: tuple[float, float, float], color: Linear) -> float:
    return sum(a * b for a, b in zip(row, color, strict=True))
