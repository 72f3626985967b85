"""An ssh server on the loopback that gives a shell in a pty, to whoever holds its key."""

import asyncio
import contextlib
import fcntl
import os
import pty
import struct
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh

_CHUNK = 1 << 16


@asynccontextmanager
async def host(env: dict[str, str]) -> AsyncIterator[tuple[int, asyncssh.SSHKey]]:
    """Listen; yield the port, and the key that is let in. Sessions get `env`.

    At the end every session has ended too, with its shell.
    """
    key, user = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    sessions: set[asyncio.Task[int]] = set()

    async def serve(process: asyncssh.SSHServerProcess[bytes]) -> None:
        sessions.add(session := asyncio.create_task(_session(process, env)))
        process.exit(await asyncio.shield(session))

    allowed = asyncssh.import_authorized_keys(user.export_public_key().decode())
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[key],
        authorized_client_keys=allowed,
        process_factory=serve,
        encoding=None,
        line_editor=False,
    )
    async with server:
        yield server.get_port(), user
    await asyncio.gather(*sessions)


async def _session(process: asyncssh.SSHServerProcess[bytes], env: dict[str, str]) -> int:
    master, slave = pty.openpty()
    width, height, *_ = process.term_size
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", height, width, 0, 0))
    os.set_blocking(master, False)
    words = process.command or "sh"
    child = await asyncio.create_subprocess_exec(
        *("sh", "-c", words),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env=env | {"TERM": process.term_type or "dumb"},
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(slave)
    loop = asyncio.get_running_loop()

    def copy_out() -> None:
        with contextlib.suppress(BlockingIOError, OSError):
            process.stdout.write(os.read(master, _CHUNK))

    loop.add_reader(master, copy_out)
    typing = asyncio.create_task(_copy_in(process, master))
    living = asyncio.create_task(child.wait())
    try:
        await asyncio.wait([typing, living], return_when=asyncio.FIRST_COMPLETED)
    finally:
        typing.cancel()
        loop.remove_reader(master)
        copy_out()  # the last words before the end
        # The line went dead: what hangs up is told so, as by a real server.
        os.close(master)
        code = await living
    return max(code, 0)


async def _copy_in(process: asyncssh.SSHServerProcess[bytes], master: int) -> None:
    while True:
        try:
            data = await process.stdin.read(_CHUNK)
        except asyncssh.TerminalSizeChanged as size:
            packed = struct.pack("4H", size.height, size.width, 0, 0)
            fcntl.ioctl(master, termios.TIOCSWINSZ, packed)
            continue
        except asyncssh.BreakReceived:
            continue
        if not data:
            return
        os.write(master, data)
