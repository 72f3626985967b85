from dataclasses import replace

from curb.domain.events import ContractSeen, Restored, TimePassed
from curb.state.contracts import Contracts
from tests.scene import contract


def test_symbols_are_those_that_were_told_in_capitals() -> None:
    contracts = Contracts()
    assert contracts.symbols() == frozenset()
    contracts.apply(ContractSeen(replace(contract("MNQ"), symbol="mnq")))
    contracts.apply(ContractSeen(contract("MNQH7")))
    contracts.apply(Restored(contracts=(contract("ES"),)))
    assert contracts.symbols() == {"MNQ", "ES"}


MNQ = contract("MNQ")


def test_what_the_gateway_says_counts_more_than_what_was_kept() -> None:
    contracts = Contracts()
    contracts.apply(ContractSeen(MNQ))
    contracts.apply(Restored(contracts=(contract("ES"), MNQ)))
    contracts.apply(TimePassed())
    assert contracts.get(MNQ.id) is MNQ
    assert contracts.symbol(contract("ES").id) == "ES"


def test_an_unknown_contract_has_no_symbol_and_its_id_for_a_name() -> None:
    contracts = Contracts()
    assert contracts.get("CON.F.US.X.Z26") is None
    assert contracts.symbol("CON.F.US.X.Z26") is None
    assert contracts.label("CON.F.US.X.Z26") == "CON.F.US.X.Z26"
