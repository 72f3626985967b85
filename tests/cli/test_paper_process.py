"""Where an engine finds its paper gateway."""

import json
import os
from pathlib import Path

import pytest

from curb.cli.paper_process import key_path, read_key


def written(folder: Path, **changes: object) -> Path:
    key = {
        "url": "http://127.0.0.1:5000",
        "username": "paper",
        "api_key": "k",
        "account_id": 7,
        "account": "PRAC-7",
        "pid": os.getpid(),
    }
    path = key_path(folder)
    path.write_text(json.dumps(key | changes))
    return path


def test_a_running_one_is_found_by_its_key(tmp_path: Path) -> None:
    found = read_key(written(tmp_path))
    assert found is not None
    assert (found.url, found.account_id) == ("http://127.0.0.1:5000", 7)
    assert read_key(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://api.topstepx.com",
        "http://api.topstepx.com",
        "https://127.0.0.1:5000",
        "http://127.0.0.1.evil.example:5000",
        "http://[",
        "",
    ],
)
def test_a_gateway_that_is_elsewhere_is_no_paper_gateway(tmp_path: Path, url: str) -> None:
    assert read_key(written(tmp_path, url=url)) is None
