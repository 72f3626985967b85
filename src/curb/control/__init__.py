"""The socket between the engine and its screens."""
