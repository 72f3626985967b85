import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from curb.control import paths
from curb.domain.errors import Busy, CurbError

HOLDER = """
import sys, time
from pathlib import Path
from curb.control.paths import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_runtime_directory_is_ours_alone() -> None:
    info = paths.runtime_dir().stat()
    assert info.st_uid == os.getuid()
    assert info.st_mode & 0o777 == 0o700


def test_the_environment_does_not_move_the_runtime_directory(tmp_path: Path) -> None:
    code = "from curb.control.paths import runtime_dir; print(runtime_dir())"
    env = {"XDG_RUNTIME_DIR": str(tmp_path), "TMPDIR": str(tmp_path), "HOME": str(tmp_path)}
    out = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == str(paths.runtime_dir())


def test_a_directory_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "curb"
    place.mkdir(mode=0o755)
    place.chmod(0o755)
    with pytest.raises(CurbError, match="expected mode 0700, found 0755"):
        paths.private_dir(place)


def test_a_link_in_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "curb").symlink_to(tmp_path / "real")
    with pytest.raises(CurbError, match="expected a directory"):
        paths.private_dir(tmp_path / "curb")


def test_two_names_of_a_state_directory_are_one_place(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "other").symlink_to(tmp_path / "state")
    assert paths.socket_path(tmp_path / "state") == paths.socket_path(tmp_path / "other")
    assert paths.socket_path(tmp_path / "state") != paths.socket_path(tmp_path)


def test_an_account_has_one_lock_a_gateway() -> None:
    assert paths.account_lock_path("paper", 7) == paths.account_lock_path("paper", 7)
    assert paths.account_lock_path("paper", 7) != paths.account_lock_path("topstepx", 7)
    assert paths.account_lock_path("paper", 7) != paths.account_lock_path("paper", 8)


def test_an_anchor_stands_beside_the_lock_of_its_account() -> None:
    lock, anchor = paths.account_lock_path("paper", 7), paths.account_anchor_path("paper", 7)
    assert anchor == lock.with_suffix(".anchor")


def test_what_another_process_holds_is_busy_until_it_dies(tmp_path: Path) -> None:
    place = tmp_path / "account.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(place)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=f"held by process {other.pid} "), paths.hold(place):
            pass
        other.send_signal(signal.SIGKILL)
        other.wait()
    with paths.hold(place):
        assert place.read_text() == f"{os.getpid()}\n"


def test_a_lock_let_go_leaves_no_file(tmp_path: Path) -> None:
    place = tmp_path / "account.lock"
    with paths.hold(place):
        assert place.stat().st_mode & 0o777 == 0o600
    assert not place.exists()


def test_a_second_hold_in_the_same_process_is_busy_too(tmp_path: Path) -> None:
    place = tmp_path / "account.lock"
    with paths.hold(place), pytest.raises(Busy), paths.hold(place):
        pass
    with paths.hold(place):
        pass


def test_a_link_in_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("mine")
    (tmp_path / "account.lock").symlink_to(tmp_path / "target")
    with (
        pytest.raises(CurbError, match="expected a lock file"),
        paths.hold(tmp_path / "account.lock"),
    ):
        pass
    assert (tmp_path / "target").read_text() == "mine"
