"""What is looked at on the machine, and that no secret is taken along."""

import subprocess
from pathlib import Path

import pytest

from curb.cli.checkup import probe
from curb.config.parse import parse
from curb.domain.errors import ConfigError
from curb.store.opening import connect
from curb.store.tables import USER_VERSION
from tests.cli.live import config_text
from tests.store.migrations import older


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_the_terminal_of_a_pipe_is_none() -> None:
    found = probe.terminal({"TERM": "xterm-256color", "TMUX": "x,1,0", "NO_COLOR": "1"})
    assert (found.term, found.no_color, found.depth) == ("xterm-256color", True, 256)
    assert (found.is_tty, found.tmux) == (False, None)
    assert probe.terminal({"TERM": "no-such-terminal"}).depth == 0


def test_the_clock_names_a_zone() -> None:
    assert probe.clock(1.5).zone
    assert probe.clock(1.5).off_s == 1.5


@pytest.mark.parametrize(
    ("connection", "ssh_to", "is_public"),
    [
        ("", "", False),
        ("192.168.1.2 5000 192.168.1.5 22", "192.168.1.5", False),
        ("1.2.3.4 5000 8.8.8.8 22", "8.8.8.8", True),
        ("fe80::1%eth0 5000 fe80::2%eth0 22", "fe80::2%eth0", False),
        ("nonsense", "", False),
    ],
)
def test_an_ssh_session_tells_this_machines_address(
    connection: str, ssh_to: str, is_public: bool
) -> None:
    found = probe.machine({"SSH_CONNECTION": connection} if connection else {})
    assert (found.ssh_to, found.is_ssh_public) == (ssh_to, is_public)


def test_the_configuration_as_it_was_read() -> None:
    path = Path("/a/config.toml")
    assert not probe.config_file(path, None).is_there
    error = ConfigError("config.toml", 3, "day", "a table", "none")
    assert probe.config_file(path, error).error == str(error)
    whole = probe.config_file(path, parse(config_text(), "config.toml"))
    assert (whole.error, whole.rules, whole.gateway) == ("", 12, "paper")


def test_files_that_name_the_key_are_found_with_their_modes(home: Path) -> None:
    secret = "export CURB_API_KEY=very-secret\n"
    for name, mode in ((".bashrc", 0o644), (".env", 0o600)):
        (home / name).write_text(secret)
        (home / name).chmod(mode)
    (home / ".profile").write_text("nothing of it")
    (home / ".zshrc").mkdir()
    found = probe.secrets({"CURB_USERNAME": "ann", "CURB_API_KEY": " "}, [home, home / "no-such"])
    assert found.missing == ("CURB_API_KEY",)
    assert [(Path(file.path).name, file.mode) for file in found.files] == [
        (".bashrc", 0o644),
        (".env", 0o600),
    ]
    assert "very-secret" not in repr(found)


def test_what_would_press_keys_is_named() -> None:
    assert probe.leftovers({"TEXTUAL_PRESS": "X,Y", "TERM": "xterm"}) == ("TEXTUAL_PRESS",)


def test_a_state_directory_before_and_after_its_first_start(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    before = probe.disk(folder)
    assert (before.folder_mode, before.version, before.error) == (None, None, "")
    assert before.free_bytes > 0
    assert not folder.exists()
    connect(folder / "state.db", 1.0).close()
    after = probe.disk(folder)
    assert (after.folder_mode, after.file_mode, after.version) == (0o700, 0o600, USER_VERSION)
    (folder / "state.db").write_bytes(b"no database at all" * 100)
    assert "not a database" in probe.disk(folder).error


def test_a_database_of_an_older_schema_is_named(tmp_path: Path) -> None:
    older.v4(tmp_path / "state.db")
    found = probe.disk(tmp_path)
    assert (found.version, found.is_older) == (None, True)
    assert "run `curb db migrate`" in found.error


def test_a_program_that_fails_or_is_not_there_says_nothing() -> None:
    assert probe._said("no-such-program-of-ours") == ""
    assert probe._said("false") == ""
    assert probe._said("echo", " yes ") == "yes"


def test_a_program_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_PATIENCE_S", 0.05)
    assert probe._said("sleep", "60") == ""


def test_tmux_tells_its_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMUX_TMPDIR", str(tmp_path))
    monkeypatch.delenv("TMUX", raising=False)
    if not probe._said("tmux", "-V"):
        pytest.skip("no tmux here")
    subprocess.run(["tmux", "-f", "/dev/null", "new-session", "-d"], check=True)
    try:
        found = probe._tmux()
    finally:
        subprocess.run(["tmux", "kill-server"], check=True)
    assert found.version.startswith("tmux")
    assert (found.set_clipboard, found.escape_time) == ("external", "500")
    assert found.focus_events == "off"
