"""The screen: snapshots in, commands out."""
