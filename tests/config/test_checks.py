"""Account names and addresses."""

import pytest
from pydantic_core import PydanticCustomError

from curb.config.checks import check_folder, check_url, distinct_names


@pytest.mark.parametrize("names", [(), ("A",), ("A", "B"), ("A", "a")])
def test_account_names_are_taken_once_each(names: tuple[str, ...]) -> None:
    assert distinct_names(names) == names


@pytest.mark.parametrize("names", [("",), (" ",), ("A", "A"), ("A", "B", "A")])
def test_an_empty_or_repeated_account_name_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(PydanticCustomError):
        distinct_names(names)


@pytest.mark.parametrize("folder", ["", "/mnt/disk/curb", "~/copies", "/mnt/my disk"])
def test_a_folder_is_a_path_from_the_top(folder: str) -> None:
    assert check_folder(folder) == folder


@pytest.mark.parametrize("folder", ["backups", "./backups", "~", " /mnt", "/mnt/\n", "/mnt/\x7f"])
def test_a_folder_that_is_somewhere_else_every_time_is_refused(folder: str) -> None:
    with pytest.raises(PydanticCustomError):
        check_folder(folder)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com",
        "https://api.example.com:8443/hubs/user",
        "http://127.0.0.1:9000",
        "http://127.8.8.8/hubs/user",
        "http://localhost:1",
        "http://[::1]:9000",
    ],
)
def test_an_address_is_taken_for_a_custom_gateway(url: str) -> None:
    assert check_url(url, is_custom=True) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://api.example.com",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "ws://127.0.0.1",
        "ftp://127.0.0.1",
        "127.0.0.1:9000",
        "https://",
        "https:///hubs",
        "https://[::1",
        "https://x.example.com:99999",
        "https://x.example.com/a b",
        "https://x.example.com/\x1b]52",
    ],
)
def test_what_is_no_safe_address_is_refused(url: str) -> None:
    with pytest.raises(PydanticCustomError):
        check_url(url, is_custom=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2@x.example.com",
        "https://hunter2@x.example.com",
        "https://x.example.com/?access_token=hunter2",
        "https://x.example.com/#hunter2",
        "https://[hunter2@",
    ],
)
def test_an_address_with_a_secret_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        check_url(url, is_custom=True)
    context = caught.value.context or {}
    assert context["found"]
    assert "hunter2" not in str(context)


@pytest.mark.parametrize(("url", "is_taken"), [("", True), ("https://x.example.com", False)])
def test_only_a_custom_gateway_has_addresses(url: str, is_taken: bool) -> None:
    if is_taken:
        assert check_url(url, is_custom=False) == ""
    else:
        with pytest.raises(PydanticCustomError):
            check_url(url, is_custom=False)
