"""Curb: a trader's own risk rules, enforced."""
