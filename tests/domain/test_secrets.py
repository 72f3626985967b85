import pytest

from curb.domain.secrets import redacted, without_secrets

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0cmFkZXIifQ.CANARY-_sig"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (
            f"GET /hubs/user?access_token={JWT} HTTP/1.1",
            "GET /hubs/user?access_token=[hidden] HTTP/1.1",
        ),
        ("GET /hubs/user?access_token=CANARY&x=1", "GET /hubs/user?access_token=[hidden]&x=1"),
        ("Authorization: Bearer CANARY", "Authorization: Bearer [hidden]"),
        ("authorization: bearer\tCANARY", "authorization: bearer\t[hidden]"),
        (
            '{"userName": "trader", "apiKey":"CANARY"}',
            '{"userName": "trader", "apiKey":"[hidden]"}',
        ),
        ("{'apiKey': 'CANARY', 'a': 1}", "{'apiKey': '[hidden]', 'a': 1}"),
        ("apikey=CANARY", "apikey=[hidden]"),
        (f"found {JWT}.", "found [hidden]."),
        (f"found {JWT.rpartition('.')[0]}", "found [hidden]"),
        ("6 contracts open, limit 5", "6 contracts open, limit 5"),
        ("", ""),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str, clean: str) -> None:
    assert redacted(text) == clean


def test_a_program_that_we_start_is_told_no_key() -> None:
    environment = {"PATH": "/bin", "CURB_API_KEY": "CANARY", "CURB_NTFY_URL": "CANARY", "TMUX": "x"}
    assert without_secrets(environment) == {"PATH": "/bin", "TMUX": "x"}
