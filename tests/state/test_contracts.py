from dataclasses import replace

from curb.domain.events import ContractSeen, Restored
from curb.state.contracts import Contracts
from tests.scene import contract


def test_symbols_are_those_that_were_told_in_capitals() -> None:
    contracts = Contracts()
    assert contracts.symbols() == frozenset()
    contracts.apply(ContractSeen(replace(contract("MNQ"), symbol="mnq")))
    contracts.apply(ContractSeen(contract("MNQH7")))
    contracts.apply(Restored(contracts=(contract("ES"),)))
    assert contracts.symbols() == {"MNQ", "ES"}
