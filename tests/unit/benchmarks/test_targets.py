"""When a target of the benchmarks counts as met, and how a run is told."""

import json
from typing import Any

import pytest

from tests.benchmarks.figures import Found, Row
from tests.benchmarks.report import WORDS, as_json, as_text
from tests.benchmarks.targets import TARGETS, checks

REST = "panel over REST, p50: 1.5 x bare warm httpx"


def a_row(p50: float, p99: float = 5.0) -> Row:
    return Row(p50, p99, p99, p99, 300)


def a_run(**rows: Row) -> Found:
    return Found(rows, {"session_warm": a_row(21.0)}, 0.8, 100.0, "a machine")


def verdicts(found: Found) -> dict[str, str]:
    return {check.target.words: check.verdict for check in checks(found)}


@pytest.mark.parametrize(("panel", "expected"), [(1.2, "met"), (1.5, "met"), (1.51, "NOT MET")])
def test_the_panel_is_held_against_httpx_of_the_same_run(panel: float, expected: str) -> None:
    found = a_run(panel_rest=a_row(panel), httpx_warm=a_row(1.0))
    assert verdicts(found)[REST] == expected


def test_a_target_whose_rows_are_missing_is_not_measured() -> None:
    found = verdicts(a_run(panel_rest=a_row(1.0)))
    assert found[REST] == "not measured"
    assert found["panel over the stream, p99"] == "not measured"


@pytest.mark.parametrize(("seconds", "expected"), [(0.9, "met"), (0.91, "NOT MET")])
def test_the_start_has_nine_tenths_of_a_second(seconds: float, expected: str) -> None:
    found = Found({}, {}, seconds, 100.0, "a machine")
    assert verdicts(found)["start to ready on paper, median"] == expected


def test_every_target_is_told() -> None:
    told = as_text(a_run(panel_rest=a_row(1.0)))
    assert all(target.words in told for target in TARGETS)


def test_the_table_has_a_line_for_each_row_and_no_other() -> None:
    told = as_text(a_run(panel_rest=a_row(1.25)))
    lines = [line.split() for line in told.splitlines()]
    rows = [line for line in lines if line and line[0] in WORDS]
    assert [line[:2] for line in rows] == [["panel_rest", "1.25"], ["session_warm", "21.00"]]


def test_the_file_has_the_percentiles_of_each_row() -> None:
    written: dict[str, Any] = json.loads(json.dumps(as_json(a_run(panel_rest=a_row(1.25)))))
    assert {"p50_ms": 1.25, "p99_ms": 5.0, "n": 300}.items() <= written["rows"][
        "panel_rest"
    ].items()
    assert written["delayed"]["session_warm"]["p50_ms"] == 21.0
    assert (written["startup_s"], written["rss_mb"]) == (0.8, 100.0)
