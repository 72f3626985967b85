"""The configuration: models, parse, differences. Reading files is the engine's."""
