"""Positions in every documented envelope, and what makes them Garbled."""

import json
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.crosstrade.errors import Garbled
from ctpanel.crosstrade.strict_json import parse
from ctpanel.crosstrade.wire import accounts as wire
from ctpanel.domain.instrument import Contract
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.values import Side
from tests.fakes.examples import MES
from tests.unit.crosstrade.samples import LONG, POSITION, read, without


def position(body: object, expected: Contract = MES) -> Position:
    return wire.position(body, "Sim101", expected)


def positions(body: object) -> Mapping[Contract, Position]:
    return wire.positions(body, "Sim101")


@pytest.mark.parametrize(
    "body",
    [
        {"positions": [POSITION], "count": 1, "success": True},
        [POSITION],
        {"success": True, "data": {"positions": [POSITION]}},
    ],
)
def test_positions_are_read_from_every_envelope(body: object) -> None:
    assert positions(read(body)) == {MES: LONG}
    assert wire.positions_by_account(read(body)) == {"Sim101": {MES: LONG}}


def test_the_same_contract_twice_is_garbled() -> None:
    with pytest.raises(Garbled):
        positions(read([POSITION, {**POSITION, "marketPosition": "Short"}]))


def test_the_same_contract_in_two_accounts_is_two_positions() -> None:
    found = wire.positions_by_account(read([POSITION, {**POSITION, "account": "B", "quantity": 1}]))
    assert {name: held[MES].net for name, held in found.items()} == {"Sim101": 3, "B": 1}


def test_a_position_of_all_accounts_without_its_account_is_garbled() -> None:
    with pytest.raises(Garbled):
        wire.positions_by_account(read([without(POSITION, "account")]))


def test_the_continuous_contract_is_left_out() -> None:
    assert positions(read([{**POSITION, "instrument": "ES ##-##"}, POSITION])) == {MES: LONG}


def test_a_stock_is_left_out() -> None:
    stock = {**POSITION, "instrument": "AAPL", "instrumentType": "Stock"}
    assert positions(read([stock, POSITION])) == {MES: LONG}


@pytest.mark.parametrize(
    "name", ["MES", "MESZ6", "MES DEC26", "MES 13-26", "MES 00-26", "", "12-26"]
)
def test_a_future_that_is_not_dated_makes_the_list_garbled(name: str) -> None:
    with pytest.raises(Garbled):
        positions(read([{**POSITION, "instrument": name}]))


@pytest.mark.parametrize("key", ["instrument", "marketPosition", "quantity"])
def test_a_position_without_a_required_key_is_garbled(key: str) -> None:
    with pytest.raises(Garbled):
        position(read(without(POSITION, key)), MES)


CONTRADICTIONS = [("Long", 0), ("Short", 0), ("Flat", 4), ("Long", -3), ("Flat", -1), ("Both", 1)]


@pytest.mark.parametrize(("side", "quantity"), CONTRADICTIONS)
def test_a_position_that_contradicts_itself_is_garbled(side: str, quantity: int) -> None:
    with pytest.raises(Garbled):
        position(read({**POSITION, "marketPosition": side, "quantity": quantity}), MES)


@pytest.mark.parametrize("quantity", [True, "3", 3.0, 3.5, 4.0000001, None, [3], 1e300])
def test_a_quantity_that_is_no_json_integer_is_garbled(quantity: object) -> None:
    with pytest.raises(Garbled):
        position(read({**POSITION, "quantity": quantity}), MES)


@pytest.mark.parametrize(
    "price", ['"x"', "true", "1e10", "-1000000000", '"NaN"', '"Infinity"', "[]"]
)
def test_an_average_no_price_can_be_is_garbled(price: str) -> None:
    text = json.dumps({**POSITION, "averagePrice": "?"}).replace('"?"', price)
    with pytest.raises(Garbled):
        position(parse(text.encode()), MES)


@pytest.mark.parametrize("side", ["Long", "LONG", "long"])
def test_a_side_is_read_in_any_case(side: str) -> None:
    assert position(read({**POSITION, "marketPosition": side}), MES) == LONG


def test_an_unsigned_quantity_takes_its_sign_from_the_side() -> None:
    assert position(read({**POSITION, "marketPosition": "Short"}), MES).net == -3


def test_an_average_may_be_absent() -> None:
    found = position(read({**POSITION, "averagePrice": None}), MES)
    assert found == Position(Side.LONG, 3, None)


def test_a_raw_double_keeps_its_digits_and_is_no_float() -> None:
    average = position(read(POSITION), MES).average_price
    assert isinstance(average, Decimal)
    assert str(average) == "5011.000000000455"


def test_a_listed_flat_position_is_flat() -> None:
    flat = {**POSITION, "marketPosition": "Flat", "quantity": 0, "averagePrice": 0.0}
    assert position(read(flat), MES) == FLAT
    assert positions(read([flat])) == {MES: FLAT}


def test_a_position_of_another_contract_is_garbled() -> None:
    with pytest.raises(Garbled):
        position(read({**POSITION, "instrument": "MES 03-27"}), MES)


@given(
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=5)
)
def test_unknown_keys_change_nothing(extra: dict[str, object]) -> None:
    assert position(read({**extra, **POSITION}), MES) == LONG
