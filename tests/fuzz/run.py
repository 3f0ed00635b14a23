"""Fuzzes every parser: `python -m tests.fuzz.run --seconds 600` (`make fuzz`).

Atheris watches which lines of the parsers an input reaches and makes up inputs that reach others.
What it finds interesting is kept in build/fuzz/corpus for the next run; an input that raises, hangs
or fills the memory ends the run and is kept in build/fuzz.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import atheris

with atheris.instrument_imports(include=["ctpanel.crosstrade", "ctpanel.domain"]):
    from tests.fuzz.targets import SEEDS, TARGETS

HOME: Final = Path("build/fuzz")
LIMITS: Final = ("-timeout=5", "-rss_limit_mb=1024", "-max_len=20000")
_EACH: Final = tuple(TARGETS.values())


def one_input(raw: bytes) -> None:
    """The first byte chooses who reads the rest."""
    if raw:
        _EACH[raw[0] % len(_EACH)](raw[1:])


def prepare(home: Path) -> tuple[Path, Path]:
    """Where the run begins: a corpus of what servers say, and a dictionary of their words."""
    corpus, words = home / "corpus", home / "words"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, _ in enumerate(_EACH):
        for at, seed in enumerate(SEEDS):
            (corpus / f"seed-{number}-{at}").write_bytes(bytes([number]) + seed)
    found = {word for seed in SEEDS for word in re.findall(rb'"[A-Za-z0-9 -]+"', seed)}
    words.write_bytes(b"\n".join(b'"' + w.replace(b'"', b'\\"') + b'"' for w in sorted(found)))
    return corpus, words


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.fuzz.run", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="how long")
    asked = parser.parse_args(argv)
    corpus, words = prepare(HOME)
    found = f"-artifact_prefix={HOME}/"
    bounds = (f"-max_total_time={asked.seconds}", *LIMITS)
    atheris.Setup([sys.argv[0], *bounds, found, f"-dict={words}", str(corpus)], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
