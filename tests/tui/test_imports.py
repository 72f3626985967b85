import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["curb.tui.app", "curb.control.client", "curb.control.server"])
def test_a_screen_starts_without_the_engines_weight(module: str) -> None:
    code = f"import {module}, sys; print(*sorted(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(out.stdout.split())
    heavy = {"curb.engine", "curb.gateway", "curb.store", "curb.config", "curb.rules", "curb.state"}
    assert not heavy & loaded
    assert not {"pydantic", "httpx", "aiosqlite", "websockets", "starlette", "uvicorn"} & loaded
    if module.startswith("curb.control"):
        assert "textual" not in loaded
