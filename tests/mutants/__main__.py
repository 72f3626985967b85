"""`python -m tests.mutants --sample 600 --seed 1 --report .github/mutants.md`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.mutants.report import killed, report
from tests.mutants.trial import mutants, sample, tried


def main() -> int:
    """Try a sample of the mutants; exit 1 where fewer were noticed than asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=600, metavar="N", help="how many to try")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--report", type=Path, metavar="FILE", help="where to write the report")
    parser.add_argument("--least", type=float, default=85, metavar="PERCENT", help="to notice")
    parser.add_argument(
        "--without", action="append", default=[], metavar="TEST", help="a test file to leave out"
    )
    args = parser.parse_args()
    chosen, verdicts = sample(args.sample, args.seed), []
    with tempfile.TemporaryDirectory() as folder:
        for verdict in tried(chosen, Path(folder), tuple(args.without)):
            verdicts.append(verdict)
            mutant, count = verdict.mutant, len(verdicts)
            words = " ".join(mutant.words.split())
            place = f"{mutant.path}:{mutant.line}"
            sys.stdout.write(f"{count}/{len(chosen)} {verdict.word} {place} {words}\n")
            sys.stdout.flush()
    left_out = "".join(f" --without {name}" for name in args.without)
    command = f"python -m tests.mutants --sample {args.sample} --seed {args.seed}{left_out}"
    if args.report:
        args.report.write_text(report(verdicts, command, len(mutants())))
    share = 100 * killed(verdicts) / len(verdicts) if verdicts else 0
    sys.stdout.write(f"{killed(verdicts)} of {len(verdicts)} noticed: {share:.1f} %\n")
    return 0 if share >= args.least else 1


if __name__ == "__main__":
    sys.exit(main())
