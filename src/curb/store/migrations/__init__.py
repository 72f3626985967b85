"""Older databases: one module a step, and what runs them."""
