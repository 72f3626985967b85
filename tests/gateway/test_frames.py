"""What arrives whole is told from all else, however the bytes are cut."""

from random import Random

import pytest

from curb.gateway.frames import Frames

PING, TEXT, BINARY, OPENING, GOING_ON, LAST = 0x89, 0x81, 0x82, 0x01, 0x00, 0x80


def frame(kind: int, payload: bytes) -> bytes:
    """Return a server's frame."""
    size = len(payload)
    if size < 126:
        return bytes((kind, size)) + payload
    if size < 1 << 16:
        return bytes((kind, 126)) + size.to_bytes(2, "big") + payload
    return bytes((kind, 127)) + size.to_bytes(8, "big") + payload


@pytest.mark.parametrize("size", [2, 3, 125, 126, 127, 300, 65_535])
def test_a_message_in_one_frame_is_whole(size: int) -> None:
    assert Frames().whole(frame(TEXT, b"x" * size)) == [b"x" * size]


def test_several_come_in_their_order() -> None:
    data = frame(TEXT, b"one") + frame(TEXT, b"y" * 200) + frame(TEXT, b"three")
    assert Frames().whole(data) == [b"one", b"y" * 200, b"three"]


@pytest.mark.parametrize(
    "data",
    [
        frame(PING, b"1234"),
        frame(BINARY, b"1234"),
        frame(OPENING, b"1234"),
        frame(GOING_ON, b"1234"),
        frame(LAST, b"1234"),
        frame(TEXT, b"whole") + frame(PING, b""),
        frame(TEXT, b"whole") + b"\x81",
        frame(TEXT, b"whole")[:-1],
        frame(TEXT, b"y" * 200)[:3],
        frame(TEXT, b"x" * 70_000),
        b"\x81\x85maskhello",
        b"\x81",
        b"\xc1\x04more",
    ],
)
def test_all_else_is_the_librarys(data: bytes) -> None:
    frames = Frames()
    assert frames.whole(data) is None
    assert frames.whole(frame(TEXT, b"untouched")) == [b"untouched"]


@pytest.mark.parametrize("seed", range(200))
def test_it_knows_where_the_next_frame_begins(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - reproducible, no secret
    kinds = (PING, TEXT, BINARY, OPENING, LAST)
    stream = [
        frame(random.choice(kinds), random.randbytes(random.choice((0, 1, 5, 125, 126, 70_000))))
        for _ in range(random.randint(1, 6))
    ]
    ends = {sum(map(len, stream[:n])) for n in range(len(stream) + 1)}
    frames, data, at = Frames(), b"".join(stream), 0
    while at < len(data):
        step = random.choice((1, 2, 3, 9, 130, 40_000))
        frames.follow(data[at : at + step])
        at = min(at + step, len(data))
        is_between = frames.whole(frame(TEXT, b"next")) is not None
        assert is_between == (at in ends)
