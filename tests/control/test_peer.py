import os
import socket

from curb.control.peer import user_of


def test_the_kernel_says_who_connected() -> None:
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with left, right:
        assert user_of(left) == os.getuid()
