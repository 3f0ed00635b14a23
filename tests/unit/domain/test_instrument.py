"""Spellings of contracts, and arithmetic in ticks."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel import resources
from ctpanel.domain.instrument import (
    MONTH_CODES,
    Contract,
    is_on_tick,
    query_for,
    read_number,
    read_table,
    snap,
    tick_places,
    ticks_around,
)
from tests.fakes.examples import TODAY

TICKS = st.sampled_from([Decimal(t) for t in ("0.25", "0.1", "1", "5", "0.015625", "0.0000005")])


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("MES 12-26", "MES 12-26"),
        ("mes  12-26 ", "MES 12-26"),
        ("MES 3-27", "MES 03-27"),
        ("MES DEC26", "MES 12-26"),
        ("MESZ26", "MES 12-26"),
        ("MESZ6", "MES 12-26"),
        ("6EZ6", "6E 12-26"),
        ("M2KH7", "M2K 03-27"),
        ("ESZ5", "ES 12-25"),
        ("ESH4", "ES 03-24"),
        ("ESH3", "ES 03-33"),
        ("ES1!", "ES"),
        ("mes", "MES"),
    ],
)
def test_every_spelling_of_a_contract_becomes_one_question(typed: str, query: str) -> None:
    assert query_for(typed, TODAY) == query


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "MES 13-26", "MES 0-26", "MES/12-26", "MES 12-2026", "ES2!", "M\u00c9S", "../x"],
)
def test_what_is_no_contract_is_not_asked_for(typed: str) -> None:
    assert query_for(typed, TODAY) is None


@given(
    st.from_regex(r"[A-Z][A-Z0-9]{0,4}", fullmatch=True),
    st.integers(2010, 2099),
    st.integers(1, 12),
)
def test_a_contract_reads_back_from_its_own_name(root: str, year: int, month: int) -> None:
    contract = Contract(root, year, month)
    assert Contract.from_name(contract.name) == contract


@pytest.mark.parametrize("name", ["MES", "MES 00-26", "MES 13-26", "mes 12-26", "ES ##-##", ""])
def test_a_name_that_is_not_dated_is_no_contract(name: str) -> None:
    with pytest.raises(ValueError, match="not a dated contract"):
        Contract.from_name(name)


@pytest.mark.parametrize(
    ("contract", "expired"),
    [
        (Contract("MES", 2026, 12), False),
        (Contract("MES", 2026, 11), False),
        (Contract("MES", 2026, 10), True),
        (Contract("MES", 2025, 12), True),
    ],
)
def test_a_contract_expires_with_its_month(contract: Contract, *, expired: bool) -> None:
    assert contract.expired_before(TODAY) is expired


@given(TICKS, st.integers(-(10**6), 10**6))
def test_a_whole_number_of_ticks_is_on_tick(tick: Decimal, count: int) -> None:
    assert is_on_tick(tick * count, tick)


@given(TICKS, st.decimals(-1000, 1000, places=8))
def test_the_two_offered_ticks_enclose_an_off_tick_price(tick: Decimal, price: Decimal) -> None:
    below, above = ticks_around(price, tick)
    assert is_on_tick(below, tick)
    assert above - below == tick
    assert below <= price < above


@given(TICKS, st.integers(1, 10**6), st.sampled_from([-1, 0, 1]))
def test_the_noise_of_a_double_is_removed(tick: Decimal, count: int, noise: int) -> None:
    exact = tick * count
    assert snap(exact + noise * tick / 10**6, tick) == exact


def test_a_price_that_is_really_off_the_tick_is_kept() -> None:
    assert snap(Decimal("5012.30"), Decimal("0.25")) == Decimal("5012.30")


@pytest.mark.parametrize(
    ("tick", "places"), [("0.25", 2), ("0.1", 1), ("5", 0), ("10", 0), ("0.015625", 6), ("0.50", 1)]
)
def test_a_tick_says_how_many_decimals_a_price_needs(tick: str, places: int) -> None:
    assert tick_places(Decimal(tick)) == places


@pytest.mark.parametrize(
    ("typed", "sign", "number"),
    [
        ("5012.25", ".", "5012.25"),
        (" 5012.25 ", ".", "5012.25"),
        ("5012,25", ",", "5012.25"),
        ("5012.25", ",", "5012.25"),
        ("-37.63", ".", "-37.63"),
        ("5012", ",", "5012"),
    ],
)
def test_a_number_is_read_with_a_point_or_the_locales_sign(
    typed: str, sign: str, number: str
) -> None:
    assert read_number(typed, sign) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        *("", ".", "5,012.25", "5 012.25", "1e3", "+5", "NaN", "inf", "0x10", "\uff14", "5012."),
        *("1_000", "9" * 13, "1000000000", "5012.25.1", "--5"),
    ],
)
def test_text_that_could_be_read_in_two_ways_is_no_number(typed: str) -> None:
    assert read_number(typed) is None


@given(st.text(max_size=40))
def test_no_text_makes_reading_a_number_fail(typed: str) -> None:
    number = read_number(typed, ",")
    assert number is None or number.is_finite()


def test_every_root_of_the_shipped_table_can_be_asked_for() -> None:
    table = read_table(resources.read_text("instruments.json"))
    assert len(table) > 30
    for root, spec in table.items():
        assert query_for(root, date(2026, 11, 23)) == root
        assert spec.tick_size > 0
        assert spec.point_value > 0
        assert set(spec.months) <= set(MONTH_CODES)
