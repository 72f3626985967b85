import hashlib
import hmac
import json

import pytest

from curb.alerts.channels import channels
from curb.alerts.message import Message
from curb.domain.errors import CredentialsError
from curb.domain.severity import Severity

MESSAGE = Message("Curb …8841 @everyone", "a *limit* <b>", Severity.ENFORCED)
SECRET = "s3cr3t"
ENV = {
    "CURB_NTFY_URL": "https://ntfy.example/topic",
    "CURB_NTFY_TOKEN": SECRET,
    "CURB_DISCORD_URL": f"https://discord.example/{SECRET}",
    "CURB_TELEGRAM_TOKEN": f"12:{SECRET}",
    "CURB_TELEGRAM_CHAT": "-99",
    "CURB_WEBHOOK_URL": "http://127.0.0.1:9/hook",
    "CURB_WEBHOOK_SECRET": SECRET,
}


def test_each_service_is_told_as_it_wants() -> None:
    ntfy, discord, telegram, webhook = (each.post(MESSAGE) for each in channels(ENV))
    assert ntfy.headers == {
        "Title": "Curb ?8841 @everyone",
        "Priority": "5",
        "Tags": "no_entry",
        "Authorization": f"Bearer {SECRET}",
    }
    assert ntfy.content == b"a *limit* <b>"
    assert json.loads(discord.content) == {
        "content": "**Curb …8841 \\@everyone**\na \\*limit\\* <b\\>",
        "allowed_mentions": {"parse": []},
    }
    assert telegram.url.get_secret_value() == f"https://api.telegram.org/bot12:{SECRET}/sendMessage"
    assert json.loads(telegram.content) == {
        "chat_id": "-99",
        "text": "Curb …8841 @everyone\na *limit* <b>",
    }
    signature = hmac.new(SECRET.encode(), webhook.content, hashlib.sha256).hexdigest()
    assert webhook.headers["X-Curb-Signature"] == f"sha256={signature}"
    assert json.loads(webhook.content)["severity"] == "x"


def test_a_service_without_its_variables_is_none() -> None:
    assert channels({}) == ()
    assert [each.name for each in channels({"CURB_NTFY_URL": "https://a/b"})] == ["ntfy"]
    (plain,) = channels({"CURB_WEBHOOK_URL": "https://a/b"})
    assert "X-Curb-Signature" not in plain.post(MESSAGE).headers
    (quiet,) = channels({"CURB_NTFY_URL": "https://a/b"})
    warned = Message("t", "x", Severity.WARNED)
    assert quiet.post(warned).headers == {"Title": "t", "Priority": "4", "Tags": "warning"}


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"CURB_NTFY_URL": f"http://ntfy.example/{SECRET}"}, "expected https"),
        ({"CURB_DISCORD_URL": f"ftp://{SECRET}"}, "expected an address"),
        ({"CURB_WEBHOOK_URL": f"https://[{SECRET}"}, "expected an address"),
        ({"CURB_WEBHOOK_URL": f"https:///{SECRET}"}, "expected an address"),
        ({"CURB_TELEGRAM_TOKEN": SECRET}, "found one of them"),
        ({"CURB_TELEGRAM_CHAT": SECRET}, "found one of them"),
    ],
)
def test_a_wrong_address_is_refused_and_never_repeated(env: dict[str, str], words: str) -> None:
    with pytest.raises(CredentialsError, match=words) as refusal:
        channels(env)
    assert SECRET not in str(refusal.value)


def test_no_secret_is_shown_by_accident() -> None:
    found = channels(ENV)
    assert SECRET not in repr(found)
    assert SECRET not in repr([each.post(MESSAGE).url for each in found])
