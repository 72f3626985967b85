"""The disk: one SQLite database, one writer."""
