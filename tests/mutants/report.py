"""What the mutants showed, as a file to keep."""

from collections import Counter

from tests.mutants.trial import Verdict


def killed(verdicts: list[Verdict]) -> int:
    """Return how many were noticed; one that never ended was."""
    return sum(verdict.word != "survived" for verdict in verdicts)


def report(verdicts: list[Verdict], command: str, total: int) -> str:
    """Return the report."""
    count = len(verdicts)
    share = 100 * killed(verdicts) / count if count else 0
    lines = [
        "# Mutants",
        "",
        (
            f"`{command}`: of {total} small changes to the rules and the state, {count} were tried, "
            f"and the pure tests noticed {killed(verdicts)}: {share:.1f} %. A change that made the "
            f"tests run for ever counts as noticed "
            f"({sum(verdict.word == 'timeout' for verdict in verdicts)})."
        ),
        "",
        "| File | Tried | Noticed |",
        "|---|---|---|",
    ]
    tried = Counter(verdict.mutant.path for verdict in verdicts)
    noticed = Counter(v.mutant.path for v in verdicts if v.word != "survived")
    lines += [f"| {path} | {tried[path]} | {noticed[path]} |" for path in sorted(tried)]
    lines += ["", "## Not noticed", ""]
    left = [verdict.mutant for verdict in verdicts if verdict.word == "survived"]
    for mutant in sorted(left, key=lambda m: (m.path, m.line, m.number)):
        words = " ".join(mutant.words.split())
        lines.append(f"- {mutant.path}:{mutant.line} `{words}`")
    return "\n".join(lines) + "\n"
