import asyncio
import os
from typing import Any

import asyncssh
import pytest

from tests.walk.host import host

PATIENCE_S = 30.0


@pytest.fixture
def env() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PS1": "$ ", "LANG": "C.UTF-8"}


async def session(env: dict[str, str], size: tuple[int, int], other: tuple[int, int]) -> str:
    """Ask a shell for its terminal's size before and after a change; return what it said."""
    async with asyncio.timeout(PATIENCE_S), host(env) as (port, key):
        options: dict[str, Any] = {"username": "u", "known_hosts": None, "config": []}
        async with (
            asyncssh.connect("127.0.0.1", port, client_keys=[key], **options) as line,
            line.create_process("sh", term_type="xterm", term_size=size) as process,
        ):
            process.stdin.write("stty size; echo \"$TERM\"; echo e'n'd\n")
            said = await process.stdout.readuntil("end\r\n")
            process.change_terminal_size(*other)
            process.stdin.write(
                f'while [ "$(stty size)" != "{other[1]} {other[0]}" ]; do sleep 0.05; done\n'
                "stty size\n"
            )
            return str(said) + str(await process.stdout.readuntil("40 120\r\n"))


def test_a_session_has_a_terminal_of_the_asked_size_that_follows_a_resize(
    env: dict[str, str],
) -> None:
    said = asyncio.run(session(env, (80, 24), (120, 40)))
    assert "24 80\r\nxterm\r\nend" in said
    assert "40 120\r\n" in said


def test_nobody_comes_in_without_the_key(env: dict[str, str]) -> None:
    async def refused() -> None:
        async with asyncio.timeout(PATIENCE_S), host(env) as (port, _):
            stranger = asyncssh.generate_private_key("ssh-ed25519")
            with pytest.raises(asyncssh.PermissionDenied):
                await asyncssh.connect(
                    "127.0.0.1",
                    port,
                    username="u",
                    client_keys=[stranger],
                    known_hosts=None,
                    config=[],
                )

    asyncio.run(refused())
