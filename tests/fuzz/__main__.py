"""`python -m tests.fuzz --frames 200000`: spoiled frames by every door; exit code 1 for escapes.

`--seed K` chooses others; `--only N` brings in one and shows it.
"""

import argparse
import sys
import time

from tests.fuzz.hunt import corpus, frame_of, hunt

_TOLD_EACH = 10_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--frames", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    args = parser.parse_args()
    began = time.monotonic()
    numbers = range(args.frames)
    if args.only is not None:
        frame, text, _ = frame_of(args.only, args.seed, corpus())
        sys.stdout.write(f"{frame.door}\n{text!r}\n")
        numbers = range(args.only, args.only + 1)

    def tell(done: int) -> None:
        if done % _TOLD_EACH == 0:
            sys.stderr.write(f"{done:,} frames\n")

    escapes, longest = hunt(numbers, args.seed, tell)
    for each in escapes[:20]:
        sys.stdout.write(f"frame {each.number} ({each.frame.door}): {each.words}\n")
    took = time.monotonic() - began
    sys.stdout.write(
        f"{len(numbers):,} frames in {took:.0f} s: {len(escapes)} escapes, "
        f"longest {longest * 1000:.1f} ms of processor\n"
    )
    return bool(escapes)


if __name__ == "__main__":
    sys.exit(main())
