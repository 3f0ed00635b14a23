"""The table of faults names tests that exist; they are looked up in the source, not run."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]
TABLE: Final = ROOT / "docs" / "faults.md"

_ROW: Final = re.compile(r"\| ([A-Z]\d+) \| (.+) \| (.+) \| (.+) \|")
_TEST: Final = re.compile(r"`([\w/.]+)::(\w+)`")
_MISSING: Final = re.compile(r"not yet: \S")

WHOLE: Final = {"N": 32, "S": 25, "B": 22, "L": 28}
"""How many faults there are of each kind that is listed whole."""


@dataclass(frozen=True)
class Row:
    """One fault; `shown_by` is the last column as it stands."""

    fault: str
    shown_by: str


def rows() -> Iterator[Row]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if found := _ROW.fullmatch(line):
            yield Row(found[1], found[4])


@cache
def names_in(path: str) -> frozenset[str]:
    """The functions of a file that pytest would take for tests."""
    found = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(found) if isinstance(node, _FUNCTION))
    return frozenset(f.name for f in functions if f.name.startswith("test_"))


_FUNCTION: Final = (ast.FunctionDef, ast.AsyncFunctionDef)

ROWS: Final = tuple(rows())
NAMED: Final = sorted({(path, name) for row in ROWS for path, name in _TEST.findall(row.shown_by)})


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_the_table_names_exists(path: str, name: str) -> None:
    assert (ROOT / path).is_file(), path
    assert name in names_in(path)


def test_no_fault_has_two_rows() -> None:
    twice = [fault for fault, count in Counter(row.fault for row in ROWS).items() if count > 1]
    assert twice == []


def test_every_fault_of_the_kinds_that_are_listed_whole_has_its_row() -> None:
    wanted = {f"{kind}{number}" for kind, count in WHOLE.items() for number in range(1, count + 1)}
    assert wanted - {row.fault for row in ROWS} == set()


@pytest.mark.parametrize("row", ROWS, ids=[row.fault for row in ROWS])
def test_a_row_names_tests_or_what_is_missing_and_nothing_else(row: Row) -> None:
    parts = row.shown_by.split("<br>")
    assert all(_TEST.fullmatch(part) or _MISSING.match(part) for part in parts), parts


def test_every_line_of_the_table_is_read() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    faults = [line for line in lines if line.startswith("| ") and not line.startswith("| id ")]
    assert len(faults) == len(ROWS)
