"""Whatever bytes come, the strict reader gives a value we would act on or one kind of error."""

import json
import time
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ctpanel.crosstrade.strict_json import MAX_DEPTH, MAX_NUMBER, NotStrictJson, parse

REFUSED = {
    "nothing": b"",
    "blank": b" \n",
    "NaN": b'{"a": NaN}',
    "Infinity": b"[Infinity]",
    "minus Infinity": b"-Infinity",
    "a key twice": b'{"a": 1, "b": 2, "a": 1}',
    "a key twice, inside": b'[{"a": {"b": 1, "b": 2}}]',
    "a key twice by escape": b'{"a": 1, "\\u0061": 2}',
    "BOM": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "junk behind": b"{} {}",
    "a comma behind": b"{},",
    "a comma at the end": b"[1,]",
    "a comment": b"{} // done",
    "not UTF-8": b'"\xff"',
    "half a character": b'"\\ud83d"',
    "half a character in a key": b'{"\\ud83d": 1}',
    "half a character deep inside": b'[{"a": ["\\udc00 "]}]',
    "overlong UTF-8": b'"\xc0\xaf"',
    "a control character": b'"\x00"',
    "a line break in text": b'"a\nb"',
    "single quotes": b"{'a': 1}",
    "half": b'{"a": ',
    "a leading zero": b"01",
    "a bare point": b".5",
    "a plus": b"+1",
    "hex": b"0x1F",
    "5000 digits": b"9" * 5000,
    "5000 digits behind the point": b"0." + b"1" * 5000,
    "100k lists": b"[" * 100_000 + b"]" * 100_000,
    "100k lists without end": b"[" * 100_000,
    "100k objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a list too deep": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "a page": b"<html></html>",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_is_not_strict_json_is_one_error_within_a_second(body: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(NotStrictJson):
        parse(body)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("body", [b"1e9999999999999999999", b"[-1E-9999999999999999999]"])
def test_an_exponent_beyond_decimals_is_the_same_error(body: bytes) -> None:
    with pytest.raises(NotStrictJson):
        parse(body)


def test_a_number_beyond_doubles_is_the_same_error() -> None:
    with pytest.raises(NotStrictJson):
        parse(b"1e400")


@given(st.binary(max_size=200))
@example(b"{}")
def test_bytes_of_any_kind_raise_nothing_but_the_one_error(body: bytes) -> None:
    with suppress(NotStrictJson):
        parse(body)


JSONISH = st.text(alphabet='{}[]:,"\\ \n0123456789eE.+-NaInfinitytrulsab', max_size=60)


@given(JSONISH)
def test_nearly_json_raises_nothing_but_the_one_error(text: str) -> None:
    with suppress(NotStrictJson):
        parse(text.encode())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_json_can_write_without_floats_is_read_as_it_was(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value


DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(
    lambda d: len(str(d)) <= MAX_NUMBER
)


@given(DECIMALS)
def test_a_number_keeps_every_digit_it_was_sent_with(number: Decimal) -> None:
    text = str(number)
    read = parse(f'{{"price": {text}}}'.encode())["price"]
    assert not isinstance(read, float)
    assert str(read) == str(int(text)) if isinstance(read, int) else str(read) == text


def test_a_double_with_noise_is_not_rounded() -> None:
    assert parse(b"5012.250000000000455") == Decimal("5012.250000000000455")


def test_a_character_of_two_halves_is_read() -> None:
    assert parse(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


def test_depth_up_to_the_cap_is_read() -> None:
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


def test_an_integer_stays_an_integer_and_a_fraction_never_becomes_one() -> None:
    read = parse(b"[3, 3.0, 3e0]")
    assert [type(number) for number in read] == [int, Decimal, Decimal]
