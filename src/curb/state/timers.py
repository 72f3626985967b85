"""Running grace periods."""

from collections.abc import Container, Iterator

from curb.domain.locks import Grace


class Timers:
    """The grace periods of one account, by rule and contract."""

    def __init__(self) -> None:
        self._graces: dict[tuple[str, str], Grace] = {}

    def __iter__(self) -> Iterator[Grace]:
        return iter(self._graces.values())

    def __len__(self) -> int:
        return len(self._graces)

    def start(self, grace: Grace) -> None:
        """Let a grace period run; one that runs is not started again."""
        self._graces.setdefault((grace.rule, grace.contract_id), grace)

    def stop(self, rule: str, contract_id: str) -> Grace | None:
        """End a grace period and return it."""
        return self._graces.pop((rule, contract_id), None)

    def drop_others(self, rules: Container[str]) -> tuple[Grace, ...]:
        """End the grace periods of all but these rules and return them."""
        ended = tuple(grace for grace in self if grace.rule not in rules)
        for grace in ended:
            self.stop(grace.rule, grace.contract_id)
        return ended

    def get(self, rule: str, contract_id: str) -> Grace | None:
        """Return the grace period that runs."""
        return self._graces.get((rule, contract_id))
