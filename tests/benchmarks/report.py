"""A run as text and as JSON. Pure; says what the rows are, and judges nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from tests.benchmarks.figures import Found, Row
from tests.benchmarks.targets import checks

WORDS: Final[Mapping[str, str]] = {
    "seed_script_process": "the documented script, started by a key",
    "curl_process": "curl, started by a key",
    "seed_requests_post": "requests.post in a running program",
    "session_warm": "the same on a kept requests.Session",
    "httpx_warm": "bare httpx on a kept connection, on Qt's loop",
    "panel_rest": "the panel: click, guards, durable row, REST",
    "panel_rest_cold": "the same, its connection closed by a quiet minute",
    "panel_stream": "the panel: click, guards, durable row, stream",
    "raw_tls_limit": "bytes made before, on a kept TLS socket",
    "hotkey_to_wire": "the panel: key event of the X server, REST",
    "journal_commit": "one row on disk, asked for from Qt's loop",
    "press_to_painted": "click to the button's new text painted",
    "fanout_20": "20 accounts' reverses launched in one instant, the last one",
    "loop_gap": "how late Qt's loop is while the panel reads",
}
"""Every row, in the order of the table. To hotkey_to_wire all end when the server has the bytes."""


def as_json(found: Found) -> dict[str, Any]:
    """What build/bench.json holds."""
    return asdict(found)


def as_text(found: Found) -> str:
    """The table, and the targets."""
    return "\n".join((*_table(found), "", *_targets(found), "", found.machine))


def _table(found: Found) -> Iterator[str]:
    yield f"{'ms':20}{'p50':>9}{'p99':>9}{'p99.9':>9}{'max':>9}{'n':>7}"
    yield from _lines(found.rows)
    yield ""
    yield "with 20 ms of network each way"
    yield from _lines(found.delayed)
    yield ""
    yield f"start to ready on paper {found.startup_s:.2f} s, memory {found.rss_mb:.0f} MB"


def _lines(rows: Mapping[str, Row]) -> Iterator[str]:
    for name, words in WORDS.items():
        if name in rows:
            row = rows[name]
            times = (row.p50_ms, row.p99_ms, row.p999_ms, row.max_ms)
            figures = "".join(f"{ms:9.2f}" for ms in times)
            yield f"{name:20}{figures}{row.n:7}  {words}"


def _targets(found: Found) -> Iterator[str]:
    for one in checks(found):
        figures = ""
        if one.reached is not None and one.most is not None:
            figures = f"{one.reached:.2f} of at most {one.most:.2f} {one.target.unit}"
        yield f"{one.verdict:13}{one.target.words:54}{figures}".rstrip()
