"""The command line: one file a command; each wires concrete things together."""
