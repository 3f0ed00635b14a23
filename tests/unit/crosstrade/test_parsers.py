"""No parser raises anything but the package's own errors, nor takes more than its input is worth.

Time is the thread's own processor time, memory the peak that tracemalloc sees, both for one input
and against its length: what a server can send is capped (transport.py, frames.py), so a bound for
each byte is a bound for all. Long runs over the same targets: `make fuzz`.
"""

import inspect
import json
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.crosstrade.wire import accounts, market, orders, pushes
from tests.fuzz.targets import BODIES, SAMPLES, SEEDS, TARGETS, Target

LENGTH: Final = 20_000
"""Bytes of one input."""
SECONDS: Final = 0.1 + 10.0 * LENGTH / 1e6
"""Processor time it may cost: ten times what a slow machine needs; a square would be far above."""
MEMORY: Final = 500_000 + 64 * LENGTH
"""Bytes at once; the worst that JSON can do is a list of short numbers, about 58 for each byte."""

ALL: Final = pytest.mark.parametrize("name", TARGETS)


def test_every_reader_of_a_body_is_among_those_that_are_fuzzed() -> None:
    readers = set(_readers(accounts, market, orders))
    assert readers <= BODIES.keys(), readers - BODIES.keys()


def test_every_reader_of_a_push_is_reached_by_a_frame() -> None:
    known = {sample["type"] for sample in SAMPLES if isinstance(sample, dict) and "type" in sample}
    assert known >= {
        *("marketData", "pnlUpdate", "positionUpdate", "orderUpdate", "executionUpdate"),
        *("status", "resync"),
    }
    assert set(_readers(pushes)) == {
        *("ticks", "pnl", "position_push", "order_push", "execution_push", "status"),
    }


def _readers(*modules: Any) -> Iterator[str]:  # noqa: ANN401 - modules
    for module in modules:
        for name, found in inspect.getmembers(module, inspect.isfunction):
            is_own = found.__module__ == module.__name__ and not name.startswith("_")
            if is_own and next(iter(inspect.signature(found).parameters), "") == "body":
                yield name


# --- anything at all --------------------------------------------------------------------------


def _keys_in(value: object) -> Iterator[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    yield from value if isinstance(value, dict) else ()
    for child in inner:
        yield from _keys_in(child)


KEYS: Final = st.sampled_from(sorted(set(_keys_in(list(SAMPLES)))))
WORDS: Final = st.sampled_from(
    ["Sim101", "MES 12-26", "ES ##-##", "Long", "NaN", "1e400", "\ud800"]
)
SCALARS: Final = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | WORDS
)
VALUES: Final = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)


@st.composite
def nearly_said(draw: st.DrawFn) -> bytes:
    """What a server says, with a few of its parts replaced, left out, or said twice."""
    value = json.loads(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 3))):
        _change(draw, value)
    return json.dumps(value).encode()


def _change(draw: st.DrawFn, value: Any) -> None:  # noqa: ANN401 - any JSON
    while isinstance(value, dict | list) and value:
        places = list(value) if isinstance(value, dict) else list(range(len(value)))
        place = draw(st.sampled_from(places))
        if isinstance(value[place], dict | list) and value[place] and draw(st.booleans()):
            value = value[place]
            continue
        how = draw(st.sampled_from(["replace", "leave out", "twice"]))
        if how == "replace":
            value[place] = draw(VALUES)
        elif how == "leave out":
            del value[place]
        elif isinstance(value, list):
            value.append(value[place])
        return


@ALL
@given(st.binary(max_size=300))
def test_no_bytes_make_a_parser_raise(name: str, raw: bytes) -> None:
    TARGETS[name](raw)


@ALL
@given(VALUES)
def test_no_json_makes_a_parser_raise(name: str, value: object) -> None:
    TARGETS[name](json.dumps(value).encode())


@ALL
@given(nearly_said())
def test_nothing_like_what_is_said_makes_a_parser_raise(name: str, raw: bytes) -> None:
    TARGETS[name](raw)


@ALL
@given(st.sampled_from(SEEDS), st.integers(0, 10_000), st.binary(max_size=3))
def test_no_damage_on_the_way_makes_a_parser_raise(
    name: str, raw: bytes, at: int, damage: bytes
) -> None:
    at %= len(raw)
    TARGETS[name](raw[:at] + damage + raw[at + len(damage) :])
    TARGETS[name](raw[:at])


# --- what an input costs ----------------------------------------------------------------------


def _filled(before: str, each: str, after: str) -> bytes:
    count = (LENGTH - len(before) - len(after)) // (len(each) + 1)
    return (before + ",".join([each] * count) + after).encode()


LARGE: Final = {
    **{f"many of {json.dumps(s)[:40]}": _filled("[", json.dumps(s), "]") for s in SAMPLES},
    **{
        f"many of {key}": _filled(f'{{"type":"{kind}","{key}":[', "{}", "]}")
        for key, kind in (("quotes", "marketData"), ("accounts", "pnlUpdate"), ("orders", "x"))
    },
    "empty lists": _filled("[", "[]", "]"),
    "short numbers": _filled("[", "7e1", "]"),
    "long numbers": _filled("[", "1234567890.1234567890123456789e-300", "]"),
    "a number without end": b"1" * LENGTH,
    "a fraction without end": b"0." + b"1" * (LENGTH - 2),
    "a text without end": b'{"error":"' + b"x" * (LENGTH - 12) + b'"}',
    "a text of escapes": b'{"error":"' + b"\\u2028" * (LENGTH // 6 - 4) + b'"}',
    "a text of one contract": b'{"error":"No position found for instrument \''
    + b"'" * (LENGTH - 60)
    + b'"}',
    "blanks": b" " * LENGTH,
    "quotes": b'"' * LENGTH,
    "open lists": b"[" * LENGTH,
    "open objects": b'{"a":' * (LENGTH // 5),
    "keys": ("{" + ",".join(f'"k{i}":0' for i in range(LENGTH // 12)) + "}").encode(),
}


@pytest.mark.parametrize("raw", LARGE.values(), ids=LARGE)
def test_an_input_costs_no_more_than_its_length_is_worth(raw: bytes) -> None:
    for name, target in TARGETS.items():
        seconds, peak = _cost(target, raw)
        assert seconds <= SECONDS, name
        assert peak <= MEMORY, name


def _cost(target: Target, raw: bytes) -> tuple[float, int]:
    """Processor seconds, and the bytes that were needed at once."""
    began = time.thread_time()
    target(raw)
    seconds = time.thread_time() - began
    tracemalloc.start()
    try:
        target(raw)
        return seconds, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
