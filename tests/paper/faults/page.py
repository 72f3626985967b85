"""The page of the fault menu: `python -m tests.paper.faults.page` writes its table."""

import json
import re
from pathlib import Path

from curb.paper.faults.menu import MENU, Knob

PAGE = Path(__file__).parents[3] / ".github" / "faults.md"
_TABLE = re.compile(r"(<!-- knobs: .*? -->\n).*?(<!-- end of knobs -->)", re.DOTALL)


def table() -> str:
    """Return the menu as the page shows it."""
    rows = [
        "| Group | Knob | What it does | Figures | Phases |",
        "|---|---|---|---|---|",
        *(_row(knob) for knob in MENU.values()),
    ]
    return "\n".join(rows) + "\n"


def _row(knob: Knob) -> str:
    figures = ", ".join(f"`{name} = {json.dumps(value)}`" for name, value in knob.has.items())
    phases = "before, after" if knob.has_phases else ""
    return f"| {knob.group} | `{knob.name}` | {knob.does} | {figures} | {phases} |"


def updated(text: str) -> str:
    """Return the page with today's table."""
    return _TABLE.sub(lambda found: found[1] + table() + found[2], text)


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text()))
