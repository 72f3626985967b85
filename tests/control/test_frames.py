import pytest

from curb.control import frames
from curb.domain.codec import FrameError


def test_a_frame_is_one_line() -> None:
    frame = frames.reply(3, frames.Reply(ok=True, text="two\nlines", data={"a": [1]}))
    assert frame.count(b"\n") == 1
    assert frames.read_reply(frames.unpack(frame)) == frames.Reply(
        ok=True, text="two\nlines", data={"a": [1]}
    )


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[]", b"7", b'{"kind":7}', b"{}", b"\xff\xfe", b"[" * 100_000],
)
def test_what_is_no_frame_is_refused(line: bytes) -> None:
    with pytest.raises(FrameError):
        frames.unpack(line)


@pytest.mark.parametrize(("asked", "given"), [(-3, 1), (0, 1), (4, 4), (1000, frames.MAX_HZ)])
def test_the_rate_of_snapshots_is_bounded(asked: int, given: int) -> None:
    assert frames.read_request(frames.pack("watch", hz=asked)) == frames.Watch(given)


def test_a_command_carries_its_name_and_arguments() -> None:
    request = frames.read_request(
        frames.pack("command", id=9, name="flatten", args={"symbol": None})
    )
    assert request == frames.Command(9, "flatten", {"symbol": None})


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind":"dance"}',
        b'{"kind":"watch"}',
        b'{"kind":"watch","hz":"4"}',
        b'{"kind":"command","id":1,"name":"stop"}',
        b'{"kind":"command","id":1,"name":"stop","args":[]}',
    ],
)
def test_what_is_no_request_is_refused(line: bytes) -> None:
    with pytest.raises(FrameError):
        frames.read_request(line)


@pytest.mark.parametrize("frame", [{}, {"ok": "yes", "text": ""}, {"ok": True}])
def test_what_is_no_reply_is_refused(frame: dict[str, object]) -> None:
    with pytest.raises(FrameError):
        frames.read_reply(frame)


def test_audit_without_rows_is_refused() -> None:
    with pytest.raises(FrameError):
        frames.read_rows({"rows": None})
