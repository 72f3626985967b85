"""What is measured, never in a test: `python -m tests.bench screen`, `... store`."""
