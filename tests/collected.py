"""Which tests there are, as pytest itself collects them, with their sentences and marks."""

import functools
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Collected:
    """A test that will run: its place, what it says of itself, its proof marks."""

    place: str
    titles: tuple[str, ...]  # the id of its parameters, the first line of its docstring
    proofs: tuple[tuple[str, dict[str, str]], ...]  # rule, and what is shown by kind


def collected(*folders: str) -> tuple[Collected, ...]:
    """Return the tests in folders of `tests`, but those that are skipped or expected to fail.

    Another process collects, so that this one stays as it is. Raises RuntimeError where a file
    cannot be collected.
    """
    ended = _collection(folders)
    if ended.returncode:
        raise RuntimeError(f"expected tests to collect, found: {ended.stderr}")
    found = ended.stdout
    return tuple(
        Collected(each["place"], tuple(each["titles"]), tuple(map(tuple, each["proofs"])))
        for each in json.loads(found)
    )


@functools.cache
def _collection(folders: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    words = (sys.executable, "-m", "tests.collected", *(f"tests/{name}" for name in folders))
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


class _Collector:
    def __init__(self) -> None:
        self.found: list[dict[str, object]] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            sys.stderr.write(f"{report.nodeid}: {report.longreprtext}\n")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            marks = {mark.name for mark in item.iter_markers()}
            if isinstance(item, pytest.Function) and not marks & {"skip", "skipif", "xfail"}:
                self.found.append(
                    {
                        "place": item.nodeid,
                        "titles": _titles(item),
                        "proofs": [(*m.args, m.kwargs) for m in item.iter_markers("proof")],
                    }
                )


def _titles(item: pytest.Function) -> list[str]:
    params = getattr(item, "callspec", None)
    said = (item.function.__doc__ or "").strip().splitlines()
    return [*([params.id] if params else []), *said[:1]]


def main(paths: list[str]) -> int:
    """Print what pytest collects from the paths, as JSON; return pytest's exit code."""
    collector = _Collector()
    words = ["--collect-only", "-o", "addopts=", "-p", "no:terminal", "-p", "no:cacheprovider"]
    code = pytest.main([*words, *paths], plugins=[collector])
    sys.stdout.write(json.dumps(collector.found))
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
