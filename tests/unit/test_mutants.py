"""The small changes of `make mutants`: what is changed, what is left alone, and its own lists."""

import ast
import tomllib

import pytest

from tests.mutants.changes import enums_of
from tests.mutants.forks import ROOT
from tests.mutants.mutant import mutants_of
from tests.mutants.run import HERE, Module, modules_of_plan

ENUMS = {"Code": ("BUSY", "CLOSING", "NO_MARKET")}
PLAN = modules_of_plan((HERE / "plan.toml").read_text("utf-8"))
REASONS = tomllib.loads((HERE / "survivors.toml").read_text("utf-8"))


def changed(source: str) -> set[str]:
    """The source of every mutant."""
    tree = ast.parse(source)
    return {ast.unparse(mutant.applied_to(tree)) for mutant in mutants_of(tree, ENUMS)}


@pytest.mark.parametrize(
    ("source", "mutants"),
    [
        ("a < b", {"a <= b", "a >= b"}),
        ("a is None", {"a is not None"}),
        ("a and b", {"a or b", "a", "b"}),
        ("not a", {"a"}),
        ("a + b", {"a - b"}),
        ("x = 2", {"x = 3", "x = 1"}),
        ("x = True", {"x = False"}),
        ("x = 'two words'", {"x = 'two wordsXX'"}),
        ("x = (a, b)", {"x = (a,)", "x = (b,)"}),
        ("x = {a: b, **c}", {"x = {a: b}", "x = {**c}"}),
        ("x = Code.NO_MARKET", {"x = Code.BUSY"}),
        ("x = min(a)", {"x = max(a)"}),
        ("x = a.strip()", {"x = a"}),
        ("x = f(a, b)", {"x = f(a)"}),
        ("x = f(a=b)", {"x = f()"}),
        ("x = a if b else c", {"x = a if True else c", "x = a if False else c"}),
        ("[a for a in b if c]", {f"[a for a in b{i}]" for i in ("", " if True", " if False")}),
        ("x.y = a", {"pass"}),
    ],
)  # fmt: skip
def test_a_line_has_these_mutants(source: str, mutants: set[str]) -> None:
    found = {text.strip() for text in changed(source)} - {"pass"}
    assert found == mutants - {"pass"}


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "def f(a: int | None) -> int | None:\n    pass",
        "@dataclass(frozen=True)\nclass A:\n    b: dict = field(default_factory=dict)",
        "def f():\n    x = 'a sentence for people'",
        "if a is None:\n    raise AssertionError('never')",
        "import a",
    ],
)
def test_what_is_not_behaviour_is_left_alone(source: str) -> None:
    assert changed(source) == set()


def test_mutants_of_one_module_have_different_names() -> None:
    tree = ast.parse("def f():\n    return a < b or a < b")
    names = [mutant.name for mutant in mutants_of(tree, ENUMS)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("module", PLAN, ids=lambda module: module.path)
def test_every_module_and_test_of_the_plan_exists(module: Module) -> None:
    assert [p for p in (module.path, *module.tests) if not (ROOT / p).is_file()] == []


def test_every_explained_survivor_is_a_mutant_of_its_module() -> None:
    enums = enums_of(ROOT / "ctpanel")
    for path, reasons in REASONS.items():
        mutants = mutants_of(ast.parse((ROOT / path).read_text("utf-8")), enums)
        assert set(reasons) - {mutant.name for mutant in mutants} == set()
