"""The one spelling of a configuration."""

import re

from hypothesis import given

from curb.config.canonical import canonical, digest
from curb.config.models import Config
from curb.config.parse import parse

from .drawn import SHIPPED, configs, replaced


@given(configs())
def test_a_configuration_is_the_same_after_writing_and_reading(config: Config) -> None:
    text = canonical(config)
    again = parse(text, "written.toml")
    assert again == config
    assert canonical(again) == text
    assert digest(canonical(again)) == digest(canonical(config))


def test_spelling_order_and_comments_do_not_change_the_hash() -> None:
    config = parse(SHIPPED, "config.toml")
    text = replaced(SHIPPED, "loss_limit = 500  ", "loss_limit = 5.00e2")
    text = replaced(text, "\nES = 2 ", "\n")
    text = replaced(text, "\nZN = 2 ", "\nZN = 2\nES = 2 ")
    text = replaced(text, "micro_weight = 1 ", "micro_weight = 1.0 # one")
    assert text != SHIPPED
    assert canonical(parse(text, "config.toml")) == canonical(config)


def test_zeros_after_the_point_do_not_change_the_hash() -> None:
    short, long = (
        parse(replaced(SHIPPED, "micro_weight = 1 ", f"micro_weight = {number} "), "config.toml")
        for number in ("0.1", "0.100")
    )
    assert digest(canonical(short)) == digest(canonical(long))


def test_a_changed_limit_changes_the_hash() -> None:
    config = parse(SHIPPED, "config.toml")
    other = parse(replaced(SHIPPED, "loss_limit = 500 ", "loss_limit = 500.01 "), "config.toml")
    assert digest(canonical(other)) != digest(canonical(config))
    assert len(digest(canonical(config))) == 64
    assert set(digest(canonical(config))) <= set("0123456789abcdef")


def test_the_written_file_has_plain_numbers_and_every_table() -> None:
    text = canonical(parse(SHIPPED, "config.toml"))
    lines = text.splitlines()
    assert "loss_limit = 500" in lines
    assert "micro_weight = 1" in lines
    tables = [line for line in lines if line.startswith("[")]
    # A list of tables is written as a list.
    shipped = [line for line in SHIPPED.splitlines() if re.match(r"\[[^[]", line)]
    assert tables == shipped
