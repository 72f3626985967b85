"""What a process has used, as the kernel counts it."""

import os
from pathlib import Path

_TICKS_S = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_s(pid: int) -> float:
    """Return the seconds of CPU that a process has used, its threads with it. Linux only."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_S


def state_of(pid: int) -> str:
    """Return the kernel's letter for what a process does: T is stopped. Linux only."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    return text.rpartition(")")[2].split()[0]


def rss_mb(pid: int) -> float:
    """Return a process's resident memory in MB of a million bytes. Linux only."""
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * _PAGE / 1_000_000
