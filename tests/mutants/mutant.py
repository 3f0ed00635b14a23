"""The mutants of a module: at which places it is changed, and what each mutant is called. Pure.

What can be done to a node is in changes.py, running the mutants in forks.py and run.py.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.mutants.changes import Enums, Place, changes_of, in_short


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change; `name` says where and what, and stays when lines move."""

    name: str
    line: int
    place: Place
    new: ast.AST

    def applied_to(self, tree: ast.Module) -> ast.Module:
        """The tree of the mutant; it shares nothing that is changed with the one given."""
        tree = copy.deepcopy(tree)
        at: object = tree
        for step in self.place[:-1]:
            at = at[step] if isinstance(at, list) else getattr(at, str(step))  # type: ignore[index]
        if isinstance(at, list):
            at[self.place[-1]] = self.new  # type: ignore[index]
        else:
            setattr(at, str(self.place[-1]), self.new)
        return ast.fix_missing_locations(tree)


def mutants_of(tree: ast.Module, enums: Enums) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    seen: Counter[str] = Counter()
    found = []
    for node, place, scope in _places(tree, (), ""):
        for new, words in changes_of(node, place, scope, enums):
            name = f"{scope or 'module'}: {words or f'{in_short(node)} -> {in_short(new)}'}"
            seen[name] += 1
            name = name if seen[name] == 1 else f"{name} ({seen[name]})"
            found.append(Mutant(name, getattr(node, "lineno", 0), place, new))
    return found


def _places(node: ast.AST, place: Place, scope: str) -> Iterator[tuple[ast.AST, Place, str]]:
    """Every node that may be changed, the way to it, and the function or class it is in."""
    if place:
        yield node, place, scope
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        scope = f"{scope}.{node.name}" if scope else node.name
    for name, value in ast.iter_fields(node):
        parts = enumerate(value) if isinstance(value, list) else ((None, value),)
        for index, part in parts:
            if isinstance(part, ast.AST) and not _is_left_alone(node, name, part):
                way = (*place, name) if index is None else (*place, name, index)
                yield from _places(part, way, scope)


def _is_left_alone(parent: ast.AST, name: str, node: ast.AST) -> bool:
    """Whether it says what something is called or is like, not what is done."""
    if name in ("annotation", "returns", "decorator_list", "format_spec", "bases"):
        return True
    return _is_declaration(parent, node) or _is_for_people(parent, node) or _never_happens(node)


def _is_declaration(parent: ast.AST, node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return True
        case ast.Call(func=ast.Name(id="field" | "TypeVar")):
            return isinstance(parent, ast.AnnAssign | ast.Assign)
        case _:
            return False


def _is_for_people(parent: ast.AST, node: ast.AST) -> bool:
    """A docstring, an error's text, a task's name, the words of an f-string."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Call(args=args) if isinstance(parent, ast.Raise):
            return all(isinstance(part, ast.Constant | ast.JoinedStr) for part in args)
        case ast.Constant(value=str()):
            return isinstance(parent, ast.JoinedStr) or _is_task(parent)
        case _:
            return isinstance(parent, ast.Raise) and not isinstance(node, ast.Call)


def _never_happens(node: ast.AST) -> bool:
    match node:
        case ast.If(body=[ast.Raise() as body]) | (ast.Raise() as body):
            return "AssertionError(" in ast.unparse(body)
        case _:
            return isinstance(node, ast.Assert)


def _is_task(node: ast.AST) -> bool:
    """Whether it starts a task; its name is for the log."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".spawn")
