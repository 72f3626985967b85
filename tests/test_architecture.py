"""The fences: layers, purity, the top level, one test file a source file."""

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from curb.rules.listing import RULES

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "curb"

TOP = {"pyproject.toml", "README.md", "LICENSE", "config.toml", "src", "tests", "themes"}


def test_every_import_keeps_the_fences() -> None:
    assert lint_imports(no_logo=True, config_filename=str(ROOT / "pyproject.toml")) == 0


def test_the_top_level_holds_nothing_else() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    names = {name.split("/")[0] for name in tracked if name}
    assert {name for name in names if not name.startswith(".")} == TOP


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("curb.engine.core", ("textual", "httpx", "aiosqlite", "websockets", "starlette")),
        ("curb.cli.engine", ("textual", "rich", "pygments", "click", "starlette")),
        ("curb.tui.app", ("pydantic", "httpx", "aiosqlite", "websockets", "starlette")),
        ("curb.paper.exchange", ("textual", "httpx", "pydantic")),
    ],
)
def test_what_an_import_never_loads(module: str, never: tuple[str, ...]) -> None:
    code = f"import {module}, sys; print(*(n for n in {never!r} if n in sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert found == []


def test_the_rule_fence_names_every_rule() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    assert all(f'"{rule.__module__}"' in text for rule in RULES)


def test_the_rules_stand_in_the_order_of_their_numbers() -> None:
    assert [rule.id for rule in RULES] == sorted(rule.id for rule in RULES)
