from pathlib import Path

import pytest

from curb.alerts.secrets import variables
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
    found = variables(env, written(tmp_path, text))
    assert found == {"CURB_NTFY_URL": "https://a/b", "CURB_NTFY_TOKEN": "z"}


def test_no_file_is_no_fault(tmp_path: Path) -> None:
    assert variables({}, tmp_path / "none") == {}


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
        variables({}, written(tmp_path, text, mode))
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_file_where_others_may_put_another_is_refused(tmp_path: Path, mode: int) -> None:
    file = written(tmp_path, f"CURB_NTFY_TOKEN={SECRET}\n")
    tmp_path.chmod(mode)
    with pytest.raises(CredentialsError, match="only you may write to") as refusal:
        variables({}, file)
    assert SECRET not in str(refusal.value)
    tmp_path.chmod(0o755)
    assert variables({}, file) == {"CURB_NTFY_TOKEN": SECRET}


def test_a_file_that_is_a_link_or_no_text_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, "")
    link = tmp_path / "link"
    link.symlink_to(file)
    with pytest.raises(CredentialsError, match="cannot be read"):
        variables({}, link)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(CredentialsError, match="UTF-8"):
        variables({}, file)
