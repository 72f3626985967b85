import json
import stat
from pathlib import Path

from curb.paper import keyfile


def test_a_key_is_written_for_the_owner_only_and_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "paper.json"
    for url in ("first", "second"):
        keyfile.write(path, {"url": url})
    assert json.loads(path.read_text()) == {"url": "second"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["paper.json"]


def test_a_key_that_others_could_read_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / "paper.json"
    path.write_text("{}")
    path.chmod(0o644)
    keyfile.write(path, {"url": "x"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_usual_place_names_the_port() -> None:
    assert keyfile.default_path(8123).name == "paper-8123.json"
