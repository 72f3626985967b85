"""What the gateway said of each contract: ticks, values, symbols."""

from curb.domain.events import ContractSeen, Event, Restored
from curb.domain.market import Contract


class Contracts:
    """Contracts by id; shared by all accounts."""

    def __init__(self) -> None:
        self._by_id: dict[str, Contract] = {}

    def apply(self, event: Event) -> None:
        """Take in what the gateway or the database said."""
        match event:
            case ContractSeen(contract):
                self._by_id[contract.id] = contract
            case Restored(contracts=contracts):
                for contract in contracts:
                    self._by_id.setdefault(contract.id, contract)
            case _:
                pass

    def get(self, contract_id: str) -> Contract | None:
        """Return the contract, None while the gateway has not described it."""
        return self._by_id.get(contract_id)

    def symbol(self, contract_id: str) -> str | None:
        """Return the trader's root of the contract in capitals, None while unknown."""
        contract = self._by_id.get(contract_id)
        return contract.symbol.upper() if contract else None

    def symbols(self) -> frozenset[str]:
        """Return the traders' roots of all contracts known, in capitals."""
        return frozenset(contract.symbol.upper() for contract in self._by_id.values())

    def label(self, contract_id: str) -> str:
        """Return what to call the contract in a sentence: its name, else its id."""
        contract = self._by_id.get(contract_id)
        return contract.name if contract else contract_id
