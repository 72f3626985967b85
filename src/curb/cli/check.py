"""`curb check [FILE]`: whether a configuration could be used, without using it."""

import argparse
import sys
from pathlib import Path

from curb.cli.places import config_path
from curb.config.models import Config
from curb.config.parse import SIZE_MAX, parse_bytes
from curb.domain.errors import ConfigError


def add(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the arguments of `curb check`."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="the file to test (default: the one in use)"
    )


def run(args: argparse.Namespace) -> int:
    """Print whether the file is good, else its first wrong line; return the exit code."""
    try:
        path = config_path(args.file)
        config = parse_bytes(_read(path), str(path))
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{path}: ok, {_armed(config)}")
    return 0


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SIZE_MAX + 1)
    except OSError as error:
        found = error.strerror or type(error).__name__
        raise ConfigError(str(path), None, "", "a file that can be read", found) from error


def _armed(config: Config) -> str:
    armed, every = len(config.armed), len(config.rules)
    noun = "rule" if armed == 1 else "rules"
    return f"{armed} {noun} armed" if armed == every else f"{armed} of {every} rules armed"
