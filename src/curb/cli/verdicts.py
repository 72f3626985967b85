"""What becomes of each change of a file, as lines to print."""

from typing import Any

from curb.domain.text import safe_text


def lines(data: Any) -> list[str]:
    """Return a line for each change in an engine's answer, none where it names none."""
    changes = data.get("changes") if isinstance(data, dict) else None
    return [line(change) for change in changes or ()]


def line(change: dict[str, Any]) -> str:
    """Return a change: its key, what it was, what it is to be, and the verdict."""
    key, old, new, verdict = (safe_text(change[k]) for k in ("key", "old", "new", "verdict"))
    return f"  {key}: {old} -> {new}  {verdict}"
