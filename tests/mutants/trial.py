"""Tries the pure tests on changed copies of the source."""

import ast
import os
import queue
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.operators import changed, changes

ROOT = Path(__file__).parents[2]

# What is changed, and the tests that should notice: those that need no I/O.
SOURCES = ("src/curb/rules", "src/curb/state")
TESTS = (
    "tests/rules",
    "tests/state",
    "tests/engine",
    "tests/domain",
    "tests/config/test_parse.py",
    "tests/config/test_validate.py",
)

_COPIED = ("src", "tests", "themes", "pyproject.toml", "config.toml", "README.md", ".github")

# A changed loop may never end: so many times what the tests take unchanged is long enough.
_PATIENCE = 4


@dataclass(frozen=True)
class Mutant:
    """One change to one file."""

    path: str
    number: int
    line: int
    words: str


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: "killed", "survived" or "timeout"."""

    mutant: Mutant
    word: str


def mutants() -> list[Mutant]:
    """Return every mutant there is."""
    found = []
    for path in sorted(path for folder in SOURCES for path in (ROOT / folder).glob("*.py")):
        name = str(path.relative_to(ROOT))
        listed = changes(ast.parse(path.read_text()))
        found += [Mutant(name, n, change.line, change.words) for n, change in enumerate(listed)]
    return found


def sample(size: int, seed: int) -> list[Mutant]:
    """Return `size` of them, the same for the same seed and source."""
    found = mutants()
    return random.Random(seed).sample(found, min(size, len(found)))  # noqa: S311


class Copy:
    """A copy of the project in which one file at a time is changed."""

    def __init__(self, folder: Path, without: tuple[str, ...]) -> None:
        self._folder = folder
        self._without = tuple(f"--ignore={name}" for name in without)
        self._stamp = 1_000_000_000
        self.timeout_s = 3600.0
        ignored = shutil.ignore_patterns("__pycache__", "*.svg")
        for name in _COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=ignored)
            else:
                shutil.copy(ROOT / name, folder / name)

    def check(self) -> float:
        """Run the tests unchanged; return how long they took. Raises where they fail."""
        began = time.monotonic()
        if self._run(TESTS):
            raise RuntimeError(f"expected the tests to pass unchanged in {self._folder}")
        return time.monotonic() - began

    def try_(self, mutant: Mutant) -> Verdict:
        """Return whether a test notices the mutant."""
        path = self._folder / mutant.path
        text = path.read_text()
        self._write(path, changed(text, mutant.number))
        try:
            # Alone it is collected, and as a rule fails, in a fraction of the time of all.
            own = _first(mutant.path)
            code = (own and self._run(own)) or self._run(TESTS)
        except subprocess.TimeoutExpired:
            return Verdict(mutant, "timeout")
        finally:
            self._write(path, text)
        return Verdict(mutant, "killed" if code else "survived")

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        # Compiled files are told apart by whole seconds: every text gets one of its own.
        self._stamp += 1
        os.utime(path, (self._stamp, self._stamp))

    def _run(self, tests: tuple[str, ...]) -> int:
        words = (sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider")
        return subprocess.run(
            (*words, "--hypothesis-seed=0", *self._without, *tests),
            cwd=self._folder,
            env=os.environ | {"PYTHONPATH": str(self._folder / "src")},
            capture_output=True,
            timeout=self.timeout_s,
            check=False,
        ).returncode


def tried(chosen: list[Mutant], folder: Path, without: tuple[str, ...]) -> Iterator[Verdict]:
    """Yield a verdict for every mutant, two at a time, in their order."""
    copies: queue.Queue[Copy] = queue.Queue()
    for name in ("one", "two"):
        (folder / name).mkdir()
        copies.put(Copy(folder / name, without))
    copy = copies.get()
    patience = 20 + _PATIENCE * copy.check()
    copies.put(copy)

    def one(mutant: Mutant) -> Verdict:
        copy = copies.get()
        copy.timeout_s = patience
        try:
            return copy.try_(mutant)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(one, chosen)


def _first(path: str) -> tuple[str, ...]:
    """Return the file's own test file, which is the likeliest to notice."""
    own = Path("tests", *Path(path).parts[2:-1], f"test_{Path(path).name}")
    return (str(own),) if (ROOT / own).exists() else ()
