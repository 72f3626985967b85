"""The engine: a pure core that decides, and a short shell that acts."""
