"""`make mutants`: does a test notice every small change to the code that must not be wrong?

plan.toml says which modules, which tests are to notice, and what part of the mutants at least;
survivors.toml which mutants nothing can notice, and why. `python -m tests.mutants.run rules.py`
runs the modules whose path ends so. How the tests are run on a mutant is in forks.py.
"""

import argparse
import ast
import os
import sys
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.mutants.changes import Enums, enums_of
from tests.mutants.forks import ROOT, Job, failures, warm_up
from tests.mutants.mutant import Mutant, mutants_of

HERE: Final = Path(__file__).parent
AT_ONCE: Final = 2
PATIENCE: Final = 10.0
"""Seconds that a mutant has besides four times what the unchanged module takes."""

Reasons = Mapping[str, Mapping[str, str]]
"""For each module's path, why each of its survivors may survive."""


@dataclass(frozen=True, slots=True)
class Module:
    """One file, the part of its mutants that has to be noticed, and the tests for it."""

    path: str
    at_least: float
    tests: tuple[str, ...]


@dataclass(slots=True)
class Score:
    """What became of the mutants of one module."""

    module: Module
    mutants: int
    timeouts: int = 0
    seconds: float = 0.0
    explained: list[Mutant] = field(default_factory=list)
    unexplained: list[Mutant] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)

    @property
    def noticed(self) -> float:
        """The part of the mutants that a test notices, of those that one can."""
        possible = self.mutants - len(self.explained)
        return (possible - len(self.unexplained)) / possible if possible else 1.0

    @property
    def is_good(self) -> bool:
        """Whether the promise for this module is kept."""
        return not self.unexplained and self.noticed >= self.module.at_least


def modules_of_plan(text: str) -> list[Module]:
    """The modules of a plan."""
    return [
        Module(path, group["at_least"], tuple(tests))
        for group in tomllib.loads(text).values()
        for path, tests in group["modules"].items()
    ]


def score(module: Module, enums: Enums, reasons: Mapping[str, str], only: str = "") -> Score:
    """Run every mutant of a module whose name contains `only`.

    Raises:
        SystemExit: the tests fail on the module as it is.
    """
    path = ROOT / module.path
    tree = ast.parse(path.read_text("utf-8"))
    mutants = [mutant for mutant in mutants_of(tree, enums) if only in mutant.name]
    name = module.path.removesuffix(".py").replace("/", ".")
    began = time.monotonic()
    for _, status in failures([Job(name, path, tree, module.tests)], 1, 600.0):
        if status != 0:
            sys.exit(f"{module.path}: its tests fail without any change (status {status})")
    within = PATIENCE + 4 * (time.monotonic() - began)
    jobs = (Job(name, path, mutant.applied_to(tree), module.tests) for mutant in mutants)
    result = Score(module, len(mutants))
    survived = set()
    for number, status in failures(jobs, AT_ONCE, within):
        result.timeouts += status is None
        if status == 0:
            survived.add(mutants[number].name)
    left = [mutant for mutant in mutants if mutant.name in survived]
    result.explained = [mutant for mutant in left if mutant.name in reasons]
    result.unexplained = [mutant for mutant in left if mutant.name not in reasons]
    result.outdated = [why for why in reasons if why not in survived and only in why]
    result.seconds = time.monotonic() - began
    return result


def report(result: Score) -> None:
    """One line of the table, and under it what needs somebody."""
    path, explained = result.module.path, len(result.explained)
    print(
        f"{path:34} {result.mutants:5} mutants {result.noticed:7.1%} noticed, "
        f"{explained} explained, {result.timeouts} by time; {result.seconds:.0f} s",
        flush=True,
    )
    for mutant in result.unexplained:
        print(f"  survives   {path}:{mutant.line}\n             {mutant.name}", flush=True)
    for name in result.outdated:
        print(f"  explained, but does not survive: {name}", flush=True)


def main() -> int:
    """The command; 0 when every promise is kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description=__doc__)
    parser.add_argument("modules", nargs="*", help="ends of paths; all of the plan without any")
    parser.add_argument("--only", default="", help="mutants whose name contains this")
    arguments = parser.parse_args()
    plan = modules_of_plan((HERE / "plan.toml").read_text("utf-8"))
    reasons: Reasons = tomllib.loads((HERE / "survivors.toml").read_text("utf-8"))
    enums = enums_of(ROOT / "ctpanel")
    os.nice(10)
    warm_up()
    is_good = True
    for module in plan:
        if not arguments.modules or module.path.endswith(tuple(arguments.modules)):
            result = score(module, enums, reasons.get(module.path, {}), arguments.only)
            report(result)
            is_good = is_good and result.is_good
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
