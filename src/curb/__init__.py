"""Curb: a trader's own risk rules, enforced."""

__version__ = "0.1.0"
