"""How fast and how surely positions come down: scenes that print figures of the venue's own."""
