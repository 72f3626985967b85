"""Knowledge: one file per module, changed by `apply` only, the same for the same events."""
