"""Curb: a trader's own risk rules, enforced."""

import sys

__version__ = "0.1.0"

# httpx brings a command line of its own, and with it rich and pygments: 5 MB of the engine.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
