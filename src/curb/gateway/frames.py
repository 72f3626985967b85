"""Messages that arrive whole, told from all else without taking a WebSocket apart.

A breach comes as one short frame by itself, and a hundred calls of a parser take as long as the
decision does. What comes in any other shape is the library's.
"""

# A final frame of text, and the words for a length that follows in two or in eight bytes
# (RFC 6455, 5.2).
_TEXT = 0x81
_IN_TWO = 126
_IN_EIGHT = 127
_LENGTH = 0x7F

# How long a head is: as a rule, with a length in two more bytes, in eight more.
_SHORT, _MIDDLE, _LONG = 2, 4, 10


class Frames:
    """Knows where in the stream of a server's frames one ends and the next begins."""

    def __init__(self) -> None:
        self._head = b""  # the part of a frame's head that has come
        self._left = 0  # bytes of its payload that have not

    def whole(self, data: bytes) -> list[bytes] | None:
        """Return the messages that `data` is, None where it is anything else as well."""
        if self._head or self._left:
            return None
        found: list[bytes] = []
        at, end = 0, len(data)
        while at < end:
            if end - at < _MIDDLE or data[at] != _TEXT or data[at + 1] > _IN_TWO:
                return None
            length = data[at + 1]
            at += _SHORT
            if length == _IN_TWO:
                length = int.from_bytes(data[at : at + 2], "big")
                at += 2
            if at + length > end:
                return None
            found.append(data[at : at + length])
            at += length
        return found

    def follow(self, data: bytes) -> None:
        """Note what the library is given."""
        while data:
            if not self._left:
                head = (self._head + data)[:_LONG]
                told = _lengths(head)
                if told is None:
                    self._head = head
                    return
                data = data[told[0] - len(self._head) :]
                self._head, self._left = b"", told[1]
            step = min(self._left, len(data))
            self._left -= step
            data = data[step:]


def _lengths(head: bytes) -> tuple[int, int] | None:
    """Return how long a head and its payload are, None where too little of it is there."""
    if len(head) < _SHORT:
        return None
    told = head[1] & _LENGTH
    size = {_IN_TWO: _MIDDLE, _IN_EIGHT: _LONG}.get(told, _SHORT)
    if len(head) < size:
        return None
    return size, told if size == _SHORT else int.from_bytes(head[_SHORT:size], "big")
