from pathlib import Path

import pytest

from curb.alerts.channels import NAMES
from curb.cli import secret_file
from curb.cli.secret_file import keys, variables
from curb.domain.errors import CredentialsError

SECRET = "s3cr3t"


def written(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    file = tmp_path / "alerts.env"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    text = '# mine\n\nCURB_NTFY_URL = "https://a/b"\nCURB_NTFY_TOKEN=x=y\n'
    env = {"CURB_NTFY_TOKEN": "z", "CURB_DISCORD_URL": "", "PATH": "/bin"}
    found = variables(env, written(tmp_path, text), NAMES)
    assert found == {"CURB_NTFY_URL": "https://a/b", "CURB_NTFY_TOKEN": "z"}


def test_no_file_is_no_fault(tmp_path: Path) -> None:
    assert variables({}, tmp_path / "none", NAMES) == {}


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        (f"CURB_NTFY_TOKEN={SECRET}\n", 0o644, "mode 0600, found 0644"),
        (f"CURB_OTHER={SECRET}\n", 0o600, "alerts.env:1: expected one of"),
        (f"\n{SECRET}\n", 0o600, "alerts.env:2: expected one of"),
    ],
)
def test_a_file_that_others_may_read_or_that_says_else_is_refused(
    tmp_path: Path, text: str, mode: int, words: str
) -> None:
    with pytest.raises(CredentialsError, match=words) as refusal:
        variables({}, written(tmp_path, text, mode), NAMES)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_file_where_others_may_put_another_is_refused(tmp_path: Path, mode: int) -> None:
    file = written(tmp_path, f"CURB_NTFY_TOKEN={SECRET}\n")
    tmp_path.chmod(mode)
    with pytest.raises(CredentialsError, match="only you may write to") as refusal:
        variables({}, file, NAMES)
    assert SECRET not in str(refusal.value)
    tmp_path.chmod(0o755)
    assert variables({}, file, NAMES) == {"CURB_NTFY_TOKEN": SECRET}


def test_a_file_that_is_a_link_or_no_text_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "")
    link = tmp_path / "link"
    link.symlink_to(file)
    with pytest.raises(CredentialsError, match="cannot be read"):
        variables({}, link, NAMES)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(CredentialsError, match="UTF-8"):
        variables({}, file, NAMES)


KEYS = "# of the unit\nPATH=/bin\nCURB_USERNAME=me\nCURB_API_KEY=s3cr3t\n"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own configuration."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "curb"
    folder.mkdir(mode=0o700)
    return folder


@pytest.mark.parametrize(
    ("env", "text", "found"),
    [
        ({}, KEYS, {"CURB_USERNAME": "me", "CURB_API_KEY": SECRET}),
        ({"CURB_API_KEY": " x "}, KEYS, {"CURB_USERNAME": "me", "CURB_API_KEY": "x"}),
        ({}, "CURB_USERNAME=\nCURB_API_KEY=\n", {}),
        ({"CURB_USERNAME": "me"}, "", {"CURB_USERNAME": "me"}),
    ],
)
def test_the_key_comes_from_the_environment_then_from_the_users_file(
    own: Path, env: dict[str, str], text: str, found: dict[str, str]
) -> None:
    file = own / secret_file.KEYS_FILE
    file.touch(mode=0o600)
    file.write_text(text)
    assert keys(env) == found


def test_a_key_that_others_may_read_is_refused(own: Path) -> None:
    file = own / secret_file.KEYS_FILE
    file.touch(mode=0o600)
    file.write_text(KEYS)
    file.chmod(0o640)
    with pytest.raises(CredentialsError, match="mode 0600, found 0640") as refusal:
        keys({"CURB_USERNAME": "me", "CURB_API_KEY": "x"})
    assert SECRET not in str(refusal.value)


def test_without_a_key_the_error_names_both_places(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not list(own.iterdir())
    for name in ("CURB_USERNAME", "CURB_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CredentialsError, match=r"environment.*no CURB_API_KEY.*engine\.env"):
        secret_file.credentials()
