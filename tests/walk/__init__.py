"""A new user's first quarter of an hour, over ssh, in tmux: `python -m tests.walk`."""
