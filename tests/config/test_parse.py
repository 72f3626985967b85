"""A file is taken whole and valid, or refused with the line that is wrong."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.config.parse import LINE_MAX, SIZE_MAX, parse, parse_bytes
from curb.domain.errors import ConfigError
from curb.domain.windows import WEEKDAYS
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.listing import RULES
from curb.rules.max_contracts import MaxContracts
from curb.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from curb.rules.no_stop_loss_grace import NoStopLossGrace
from curb.rules.session_block_outside import SessionBlockOutside
from curb.rules.trade_frequency_limit import TradeFrequencyLimit
from curb.rules.trade_management import TradeManagement

from .drawn import SHIPPED, SHIPPED_FILE, replaced

FILE = "config.toml"
_SESSION = "rules.session_block_outside"
_RULE_NAMES = ", ".join(rule.key for rule in RULES)


def _plain(text: str) -> str:
    """Return the shipped file without comments and padding, so that lines are easy to name."""
    lines = (line.partition("#")[0].rstrip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line)


PLAIN = _plain(SHIPPED)


def _line(text: str, fragment: str) -> int:
    """Return the line of the first occurrence of `fragment`."""
    return text.count("\n", 0, text.index(fragment)) + 1


def _refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse(text, FILE)
    error = caught.value
    assert error.file == FILE
    assert str(error).startswith(FILE)
    assert "\n" not in str(error)
    return error


def _said(data: bytes) -> str | None:
    """Return the error's line, None where the file is taken."""
    try:
        parse_bytes(data, FILE)
    except ConfigError as error:
        return str(error)
    return None


def test_the_shipped_file_is_for_practice_and_arms_all_but_hours_and_stops() -> None:
    config = parse(SHIPPED, FILE)
    assert config.gateway.name == "paper"
    assert config.account.names == ()
    assert (config.day.reset_time, config.day.timezone) == ("17:00", "America/Chicago")
    assert config.day.pnl_basis == "net"
    assert config.is_loosened_at_once
    assert not config.config.auto_reload
    assert tuple(type(rule) for rule in config.rules) == RULES
    off = [type(rule) for rule in config.rules if not rule.enabled]
    assert off == [SessionBlockOutside, TradeManagement]
    assert {rule.mode for rule in config.rules} == {"enforce"}


def test_the_shipped_limits_are_those_of_the_specification() -> None:
    config = parse(SHIPPED, FILE)
    count = config.rule(MaxContracts)
    assert (count.limit, count.count, count.action, count.micro_weight) == (
        5,
        "net",
        "close_all",
        Decimal(1),
    )
    symbols = config.rule(MaxContractsPerInstrument)
    assert set(symbols.limits) == {"ES", "MES", "NQ", "MNQ", "RTY", "CL", "GC", "6E", "ZN"}
    assert (symbols.action, symbols.unlisted) == ("reduce", "block")
    loss = config.rule(DailyRealizedLoss)
    assert (loss.loss_limit, loss.basis) == (Decimal(500), "total")
    frequency = config.rule(TradeFrequencyLimit)
    assert (frequency.per_minute.limit, frequency.per_minute.cooldown_s) == (3, 60)
    assert (frequency.per_hour.limit, frequency.per_hour.cooldown_s) == (10, 1800)
    assert (frequency.per_session.limit, frequency.per_session.cooldown_s) == (50, 3600)
    assert (frequency.unit, frequency.close_positions) == ("order", False)
    assert config.rule(NoStopLossGrace).grace_s == 10
    session = config.rule(SessionBlockOutside)
    assert (session.start, session.end, session.timezone) == ("08:30", "15:00", "America/Chicago")
    assert (session.days, session.action) == (WEEKDAYS[:5], "close_and_lock")
    assert session.sessions == {}
    stops = config.rule(TradeManagement)
    assert (stops.breakeven_ticks, stops.offset_ticks) == (10, 0)
    assert (stops.trail_after_ticks, stops.trail_ticks) == (20, 10)
    assert (stops.respect_manual_stops, stops.initial_stop_ticks) == (True, 0)


def test_every_byte_prefix_of_the_shipped_file_is_refused() -> None:
    data = SHIPPED_FILE.read_bytes()
    for end in range(len(data)):
        with pytest.raises(ConfigError):
            parse_bytes(data[:end], FILE)
    assert parse_bytes(data, FILE) == parse(SHIPPED, FILE)


def test_a_file_cut_before_its_last_line_is_refused_though_a_newline_follows() -> None:
    for cut in range(PLAIN.rindex("grace_s")):
        assert _refused(PLAIN[:cut] + "\n").expected


def test_no_line_of_the_file_can_be_left_out() -> None:
    lines = PLAIN.splitlines(keepends=True)
    named = {
        *range(_line(PLAIN, ".limits]"), _line(PLAIN, "[rules.daily_realized_loss]") - 1),
        *range(_line(PLAIN, "holidays = ["), _line(PLAIN, 'action = "close_and_lock"') - 2),
        *range(_line(PLAIN, ".early_closes]"), _line(PLAIN, ".sessions]") - 1),
    }
    for place in range(len(lines)):
        if place not in named:  # a symbol or a date may leave its list; that is a loosening
            _refused("".join(lines[:place] + lines[place + 1 :]))


def test_line_ends_of_windows_are_read() -> None:
    data = PLAIN.replace("\n", "\r\n").encode()
    assert parse_bytes(data, FILE) == parse(PLAIN, FILE)


@pytest.mark.parametrize(
    ("old", "new", "key", "expected", "found"),
    [
        ("limit = 5\n", 'limit = "5"\n', "rules.max_contracts.limit", "a whole number above 0", 'text "5"'),
        ("limit = 5\n", "limit = 5.0\n", "rules.max_contracts.limit", "a whole number above 0", "5.0"),
        ("limit = 5\n", "limit = 0\n", "rules.max_contracts.limit", "a whole number above 0", "0"),
        ("limit = 5\n", "limit = -1\n", "rules.max_contracts.limit", "a whole number above 0", "-1"),
        ("limit = 5\n", "limit = true\n", "rules.max_contracts.limit", "a whole number above 0", "true"),
        ("limit = 5\n", "limit = [5]\n", "rules.max_contracts.limit", "a whole number above 0", "a list"),
        ("limit = 5\n", "limit = {}\n", "rules.max_contracts.limit", "a whole number above 0", "a table"),
        (
            "limit = 5\n",
            "limit = 1000000000\n",
            "rules.max_contracts.limit",
            "a whole number above 0, of at most 9 digits",
            "1000000000",
        ),
        (
            "limit = 5\n",
            f"limit = 0x{'f' * 400}\n",
            "rules.max_contracts.limit",
            "a whole number above 0, of at most 9 digits",
            "an endless number",
        ),
        ("micro_weight = 1\n", "micro_weight = nan\n", "rules.max_contracts.micro_weight", "a number above 0 and at most 1", "NaN"),
        ("micro_weight = 1\n", "micro_weight = inf\n", "rules.max_contracts.micro_weight", "a number above 0 and at most 1", "Infinity"),
        ("micro_weight = 1\n", "micro_weight = 1.1\n", "rules.max_contracts.micro_weight", "a number above 0 and at most 1", "1.1"),
        ("micro_weight = 1\n", "micro_weight = true\n", "rules.max_contracts.micro_weight", "a number above 0 and at most 1", "true"),
        (
            "micro_weight = 1\n",
            "micro_weight = 1e-7\n",
            "rules.max_contracts.micro_weight",
            "a number above 0 and at most 1, of at most 9 digits before and 6 after the point",
            "1E-7",
        ),
        ("loss_limit = 500\n", "loss_limit = -500.00\n", "rules.daily_realized_loss.loss_limit", "a number above 0", "-500.00"),
        ("loss_limit = 500\n", 'loss_limit = "500"\n', "rules.daily_realized_loss.loss_limit", "a number above 0", 'text "500"'),
        ('basis = "total"', 'basis = "totl"', "rules.daily_realized_loss.basis", '"total" or "realized"', 'text "totl"'),
        ('count = "net"', 'count = "Net"', "rules.max_contracts.count", '"net" or "gross"', 'text "Net"'),
        ('count = "net"', "count = 1979-05-27", "rules.max_contracts.count", '"net" or "gross"', "the date 1979-05-27"),
        ("close_positions = false", "close_positions = 0", "rules.trade_frequency_limit.close_positions", "true or false", "0"),
        ("close_positions = false", 'close_positions = "no"', "rules.trade_frequency_limit.close_positions", "true or false", 'text "no"'),
        ('unlisted = "block"', "unlisted = -1", "rules.max_contracts_per_instrument.unlisted", '"block", "unlimited" or a whole number at least 0', "-1"),
        ('unlisted = "block"', "unlisted = true", "rules.max_contracts_per_instrument.unlisted", '"block", "unlimited" or a whole number at least 0', "true"),
        ("\nES = 2", "\nES = 1.5", "rules.max_contracts_per_instrument.limits.ES", "a whole number at least 0", "1.5"),
        ("\nES = 2", '\n" ES" = 2', 'rules.max_contracts_per_instrument.limits." ES"', "a symbol such as ES", "a key that no symbol can be"),
        ("\nNQ = 2", "\nes = 2", "rules.max_contracts_per_instrument.limits.es", "each symbol once", "ES twice"),
        ("cooldown_s = 1800\n[rules.trade_frequency_limit.per_session]", "cooldown_s = 1800.5\n[rules.trade_frequency_limit.per_session]", "rules.trade_frequency_limit.per_hour.cooldown_s", "a whole number above 0", "1800.5"),
        ("loss = 200\n", "loss = 0\n", "rules.cooldown_after_loss.tiers[1].loss", "a number above 0", "0"),
        ("loss = 200\n", "los = 200\n", "rules.cooldown_after_loss.tiers[1].los", "a known key, perhaps loss", "an unknown key"),
        ("auto_reload = false", "auto_reload = 1", "config.auto_reload", "true or false", "1"),
        ('loosen = "now"', 'loosen = "never"', "config.loosen", '"at_reset" or "now"', 'text "never"'),
        ('name = "paper"', 'name = "papre"', "gateway.name", '"paper", "topstepx" or "custom"', 'text "papre"'),
        ("names = []", 'names = "A"', "account.names", "a list of account names, each once", 'text "A"'),
        ("names = []", "names = [1]", "account.names[0]", "text", "1"),
        ("names = []", 'names = ["A", " "]', "account.names", "account names", "an empty name"),
        ("names = []", 'names = ["A", "A"]', "account.names", "each account name once", "one of them twice"),
        ('"17:00"', '"24:00"', "day.reset_time", 'a time of day like "17:00"', 'text "24:00"'),
        ('"17:00"', "17:00:00", "day.reset_time", 'a time of day like "17:00"', "the time 17:00:00"),
        ('timezone = "America/Chicago"\npnl', 'timezone = "America/Chicaco"\npnl', "day.timezone", 'a time zone like "America/Chicago"', 'text "America/Chicaco"'),
        ('pnl_basis = "net"', "pnl_basis = []", "day.pnl_basis", '"net" or "gross"', "a list"),
        ('start = "08:30"\n', 'start = "8:30"\n', f"{_SESSION}.start", 'a time of day like "08:30"', 'text "8:30"'),
        ('start = "08:30"\n', "start = 08:30:00\n", f"{_SESSION}.start", 'a time of day like "08:30"', "the time 08:30:00"),
        ('end = "15:00"\n', 'end = "08:30"\n', f"{_SESSION}.end", "another time than the start", "the same"),
        ('timezone = "America/Chicago"\ndays', 'timezone = "Chicago"\ndays', f"{_SESSION}.timezone", 'a time zone like "America/Chicago"', 'text "Chicago"'),
        ('days = ["Mon", ', 'days = ["Monday", ', f"{_SESSION}.days[0]", '"Mon", "Tue", "Wed", "Thu", "Fri", "Sat" or "Sun"', 'text "Monday"'),
        ('days = ["Mon", ', 'days = ["Tue", ', f"{_SESSION}.days", "at least one weekday, each once", "one of them twice"),
        ('days = ["Mon", "Tue", "Wed", "Thu", "Fri"]', "days = []", f"{_SESSION}.days", "at least one weekday, each once", "none"),
        ('"2026-12-25",', "2026-12-25,", f"{_SESSION}.holidays[1]", 'a date like "2026-11-26"', "the date 2026-12-25"),
        ('"2026-12-25",', '"12/25/2026",', f"{_SESSION}.holidays[1]", 'a date like "2026-11-26"', 'text "12/25/2026"'),
        ("2027-01-18 =", "2027-02-29 =", f"{_SESSION}.early_closes.2027-02-29", 'a date like "2026-11-26"', 'text "2027-02-29"'),
        ('2027-01-18 = "12:00"', '2027-01-18 = "noon"', f"{_SESSION}.early_closes.2027-01-18", 'a time of day like "08:30"', 'text "noon"'),
        (f"[{_SESSION}.sessions]\n", f'[{_SESSION}.sessions."E S"]\nstart = "17:00"\nend = "16:00"\n', f'{_SESSION}.sessions."E S"', "a symbol such as ES", "a key that no symbol can be"),
        ("limit = 5\n", "limt = 5\n", "rules.max_contracts.limt", "a known key, perhaps limit", "an unknown key"),
        ("names = []", "names = []\nq = 'secret'", "account.q", "one of names", "an unknown key"),
        ("names = []", "names = []\nname = {}", "account.name", "a known table, perhaps names", "an unknown table"),
        ("[day]", "[days]", "days", "a known table, perhaps day", "an unknown table"),
        ("[gateway]", "zz = 1\n[gateway]", "zz", "one of gateway, account, day, config, blind, rules, accounts, keys, ui, alerts, retention, backup", "an unknown key"),
        ("poll_s = 2.5", "poll_s = 6", "blind.poll_s", "a number at least 1 and at most 5", "6"),
        ("alert_s = 15", "alert_s = 4", "blind.alert_s", "a whole number at least 5 and at most 300", "4"),
        ("act_s = 60", "act_s = 9", "blind.act_s", "a whole number at least 10 and at most 3600", "9"),
        ("fills_days = 7", "fills_days = 6", "retention.fills_days", "a whole number at least 7 and at most 36500", "6"),
        ("audit_days = 365", "audit_days = 29", "retention.audit_days", "a whole number at least 30 and at most 36500", "29"),
        ("unrealized_days = 7", "unrealized_days = 0", "retention.unrealized_days", "a whole number at least 1 and at most 36500", "0"),
        ("weekly = 4", "weekly = -1", "backup.weekly", "a whole number at least 0 and at most 520", "-1"),
        ('time = "16:30"', 'time = "4 pm"', "backup.time", 'a time of day like "16:30"', 'text "4 pm"'),
        ('"America/New_York"', '"New York"', "backup.timezone", 'a time zone like "America/New_York"', 'text "New York"'),
        ('folder = ""', 'folder = "copies"', "backup.folder", '"" or a path from the top, like "/mnt/disk/curb"', 'text "copies"'),
        ("[rules.daily_realized_loss]", "[rules.daily_loss]", "rules.daily_loss", "a known table, perhaps daily_realized_loss", "an unknown table"),
        ("[rules.daily_realized_loss]", "[rules.zzz]", "rules.zzz", f"one of {_RULE_NAMES}", "an unknown table"),
        ("[rules.daily_realized_loss]", "[[rules.daily_realized_loss]]", "rules.daily_realized_loss", "a table", "a list"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_its_line(
    old: str, new: str, key: str, expected: str, found: str
) -> None:
    text = replaced(PLAIN, old, new)
    error = _refused(text)
    changed = new.strip().splitlines()[-1 if "names" in new else 0]
    assert (error.key, error.expected, error.found) == (key, expected, found)
    assert error.line == _line(text, changed)


@pytest.mark.parametrize(
    ("tiers", "found"),
    [
        ("tiers = []", "none"),
        (
            "tiers = [{ loss = 1, cooldown_s = 1 }, { loss = 1.0, cooldown_s = 2 }]",
            "one loss twice",
        ),
    ],
)
def test_cooldown_tiers_are_some_and_distinct(tiers: str, found: str) -> None:
    start = PLAIN.index("[[rules.cooldown_after_loss.tiers]]")
    end = PLAIN.index("[rules.no_stop_loss_grace]")
    error = _refused(f"{PLAIN[:start]}{tiers}\n{PLAIN[end:]}")
    assert error.key == "rules.cooldown_after_loss.tiers"
    assert error.expected == "at least one tier, each loss once"
    assert error.found == found


@pytest.mark.parametrize(
    ("hours", "key", "found"),
    [
        ('start = "17:00"\nend = "17:00"', "ES.end", "the same"),
        ('start = "5 pm"\nend = "17:00"', "ES.start", 'text "5 pm"'),
        ('start = "17:00"', "ES.end", "no such key"),
        ('start = "17:00"\nend = "16:00"\nzone = "UTC"', "ES.zone", "an unknown key"),
    ],
)
def test_a_symbols_own_hours_are_checked_like_the_others(hours: str, key: str, found: str) -> None:
    table = f"[{_SESSION}.sessions]\n"
    error = _refused(replaced(PLAIN, table, f"{table}[{_SESSION}.sessions.ES]\n{hours}\n"))
    assert (error.key, error.found) == (f"{_SESSION}.sessions.{key}", found)


# Keys whose value stands on the same line.
_KEY_LINES = [
    (line, content)
    for line, content in enumerate(PLAIN.splitlines(), start=1)
    if "=" in content and not content.endswith("[")
]


@pytest.mark.parametrize(("line", "content"), _KEY_LINES)
def test_every_key_refuses_a_value_of_another_type(line: int, content: str) -> None:
    name = content.partition(" =")[0]
    lines = PLAIN.splitlines()
    lines[line - 1] = f"{name} = 1979-05-27"
    error = _refused("\n".join([*lines, ""]))
    assert error.line == line
    assert error.key.endswith(f".{name}")
    assert error.found == "the date 1979-05-27"


@pytest.mark.parametrize(("line", "content"), _KEY_LINES)
def test_every_key_refuses_to_be_misspelt_or_to_stand_twice(line: int, content: str) -> None:
    lines = PLAIN.splitlines()
    misspelt = [*lines[: line - 1], f"x_{content}", *lines[line:], ""]
    error = _refused("\n".join(misspelt))
    assert error.line == line
    assert error.key.rpartition(".")[2] == f"x_{content.partition(' =')[0]}"
    twice = [*lines[:line], content, *lines[line:], ""]
    error = _refused("\n".join(twice))
    assert (error.line, error.found) == (line + 1, "a key that stands twice")


@pytest.mark.parametrize(
    ("gone", "key", "line_of", "expected"),
    [
        ("limit = 5\n", "rules.max_contracts.limit", "[rules.max_contracts]", "the key limit"),
        ("names = []\n", "account.names", "[account]", "the key names"),
        ("grace_s = 10\n", "rules.no_stop_loss_grace.grace_s", "[rules.no_stop", "the key grace_s"),
        (
            "limit = 10\n",
            "rules.trade_frequency_limit.per_hour.limit",
            "[rules.trade_frequency_limit.per_hour]",
            "the key limit",
        ),
        (
            "[rules.trade_frequency_limit.per_minute]\nlimit = 3\ncooldown_s = 60\n",
            "rules.trade_frequency_limit.per_minute",
            "[rules.trade_frequency_limit]",
            "the table [rules.trade_frequency_limit.per_minute]",
        ),
        ("[account]\nnames = []\n", "account", PLAIN.splitlines()[-1], "the table [account]"),
        (
            PLAIN[PLAIN.index("[rules.daily_r") : PLAIN.index("[rules.trade_frequency_limit]")],
            "rules.daily_realized_loss",
            "[rules.max_contracts]",
            "the table [rules.daily_realized_loss]",
        ),
    ],
)
def test_what_is_absent_is_named_with_the_table_around_it(
    gone: str, key: str, line_of: str, expected: str
) -> None:
    text = replaced(PLAIN, gone, "")
    error = _refused(text)
    assert (error.key, error.expected) == (key, expected)
    assert error.found.startswith("no such ")
    assert error.line == _line(text, line_of)


@pytest.mark.parametrize(
    ("text", "line", "key", "expected", "found"),
    [
        ("", 1, "", "a configuration", "an empty file"),
        ("\ufeff[gateway]\n", 1, "", "UTF-8 text", "a byte order mark before it"),
        ("a = 1\nb = '\0'\n", 2, "", "text", "a NUL character"),
        ("a = 1\nb = 2", 2, "", "a newline at the end", "a file that ends inside a line, perhaps cut"),
        ("a = 1\n#" + "x" * LINE_MAX + "\n", 2, "", f"at most {LINE_MAX} characters in a line", f"{LINE_MAX + 1}"),
        ("a = 1\nb = = 2\n", 2, "b", "valid TOML", "a value that is no number, text, list, true or false"),
        ("[t]\na = 1\na = 2\n", 3, "t.a", "valid TOML", "a key that stands twice"),
        ("[t]\n[t]\n", 2, "t", "valid TOML", "a table that stands twice"),
        ("a = 1\nb = [1,\n2\n", 2, "b", "valid TOML", "a list without its closing bracket"),
        ("a = 1\nb = 'x\nc = 1\n", 2, "b", "valid TOML", "text without its closing quote"),
        ('a = "x\nb = 1\n', 1, "a", "valid TOML", "text without its closing quote"),
        ("a = " + "[\n" * 5000, None, "", "plain tables and lists", "endless nesting"),
        ("a = 1e" + "9" * 400 + "\n", None, "", "plain numbers", "an endless number"),
        ("rules = 5\n", 1, "rules", "a table", "5"),
        ("gateway = 5\n", 1, "gateway", "a table", "5"),
        ("a = 5\x1b\n", 1, "a", "valid TOML", "something more after the end of the value"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    text: str, line: int | None, key: str, expected: str, found: str
) -> None:
    error = _refused(text)
    assert (error.line, error.key) == (line, key)
    assert (error.expected, error.found) == (expected, found)


@pytest.mark.parametrize(
    ("data", "line", "expected", "found"),
    [
        (b"a = 1\nb = '\xff'\n", 2, "UTF-8 text", "the byte 0xff"),
        (b"\xff\xfea\0\n\0", 1, "UTF-8 text", "the byte 0xff"),
        (b"#\n" * (SIZE_MAX // 2) + b"#", None, f"at most {SIZE_MAX} bytes", "more"),
    ],
)
def test_bytes_that_are_no_text_are_refused(
    data: bytes, line: int | None, expected: str, found: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_bytes(data, FILE)
    error = caught.value
    assert (error.file, error.line, error.key) == (FILE, line, "")
    assert (error.expected, error.found) == (expected, found)


def test_of_several_faults_the_upper_one_is_named() -> None:
    text = replaced(PLAIN, "grace_s = 10", "grace_s = 0")
    text = replaced(text, "limit = 5\n", "limit = 0\n")
    assert _refused(text).key == "rules.max_contracts.limit"


def test_a_misspelt_key_is_named_before_the_key_that_is_absent_for_it() -> None:
    error = _refused(replaced(PLAIN, "grace_s", "grace"))
    assert error.key == "rules.no_stop_loss_grace.grace"


def test_what_an_unknown_key_holds_is_never_repeated() -> None:
    text = replaced(PLAIN, "names = []", "names = []\napi_key = 'hunter2'")
    assert "hunter2" not in str(_refused(text))


def test_text_from_the_file_cannot_command_the_terminal() -> None:
    text = replaced(PLAIN, '"paper"', '"\\u001b]52;c;x\\u0007"')
    assert str(_refused(text)).isprintable()


def test_every_shorter_spelling_of_a_table_is_read() -> None:
    text = replaced(
        PLAIN,
        "[rules.trade_frequency_limit.per_hour]\nlimit = 10\ncooldown_s = 1800\n",
        "",
    )
    text = replaced(
        text,
        "close_positions = false\n",
        "close_positions = false\nper_hour.limit = 10\nper_hour.cooldown_s = 1_800\n",
    )
    assert parse(text, FILE) == parse(PLAIN, FILE)


@given(st.data())
def test_any_change_of_a_byte_is_read_or_refused_with_one_line(data: st.DataObject) -> None:
    raw = bytearray(PLAIN.encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] = data.draw(st.integers(0, 255))
    said = _said(bytes(raw))
    assert said is None or (said.isprintable() and said.startswith(FILE))
