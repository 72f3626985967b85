"""A process that keeps audit rows until it is killed or the disk is full.

    python -m tests.store.endless_writer FILE [BYTES]

Two rows a transaction; it prints the second's id once both are kept. With BYTES no file of
its may grow beyond that; it then prints what it was told, how many rows it still reads, and
ends.
"""

import asyncio
import resource
import sys
from pathlib import Path

from curb.domain.errors import StoreError

from .samples import audit, opened


async def main(path: Path, limit: int | None) -> None:
    async with opened(path) as database:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        number = (await database.load()).next_audit_id
        try:
            while True:
                await database.save([audit(number), audit(number + 1)])
                say(str(number + 1))
                number += 2
        except StoreError as e:
            say(str(e))
            say(str(await database.audit_count()))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None))
