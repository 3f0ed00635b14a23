"""Every refusal anywhere in the program can be put into words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ctpanel
from ctpanel.domain.outcomes import Code, Denied
from ctpanel.domain.reverse import Ask, Question
from ctpanel.domain.state import Link
from ctpanel.ui.denials import LINKS, denial, named_denial, question

PACKAGE = Path(ctpanel.__file__).parent
SAMPLES = {"link": Link.UNREACHABLE.value, "action": "BUY", "start": "LONG 3"}


def deny_calls() -> Iterator[tuple[str, Code, list[str]]]:
    """Every `deny(Code.X, …)` in the source: where, the code, the names of its facts."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "deny":
                continue
            facts = [keyword.arg for keyword in node.keywords if keyword.arg]
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Attribute) and getattr(part.value, "id", "") == "Code":
                    yield f"{path.name}:{node.lineno}", Code[part.attr], facts


CALLS = list(deny_calls())


@pytest.mark.parametrize(("where", "code", "facts"), CALLS, ids=[c[0] for c in CALLS])
def test_a_refusal_made_in_the_source_has_a_whole_sentence(
    where: str, code: Code, facts: list[str]
) -> None:
    words = denial(Denied(code, facts=tuple((name, SAMPLES.get(name, "7")) for name in facts)))
    assert words, where
    assert "{" not in words, where


@pytest.mark.parametrize("code", Code)
def test_every_code_is_used_somewhere(code: Code) -> None:
    assert code in {used for _, used, _ in CALLS}


@pytest.mark.parametrize("link", Link)
def test_every_state_of_the_link_has_words(link: Link) -> None:
    assert LINKS[link]


@pytest.mark.parametrize("ask", Ask)
def test_every_question_has_words(ask: Ask) -> None:
    names = ("quantity", "limit", "field", "price", "percent", "seconds", "order", "ticks")
    assert "{" not in question(Question(ask, tuple((name, "7") for name in names)))


def test_a_field_is_named_in_front() -> None:
    denied = Denied(Code.QUANTITY_OVER_LIMIT, facts=(("quantity", "25"), ("limit", "20")))
    assert named_denial(denied) == "25 is over your limit of 20"
