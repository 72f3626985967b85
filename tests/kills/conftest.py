"""No engine outlives its test."""

from tests.cli.conftest import no_engine_outlives_its_test

__all__ = ["no_engine_outlives_its_test"]
