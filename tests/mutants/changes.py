"""The small changes that can be made to one node of a syntax tree. Pure.

Which nodes are changed, and what a mutant is called, is in mutant.py.
"""

import ast
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final, TypeAlias

Change: TypeAlias = tuple[ast.AST, str]
"""What stands in a node's place, and the words for it ("" when its own text says it)."""

Place: TypeAlias = tuple[str | int, ...]
"""The way to a node: fields, and numbers in their lists."""

Enums: TypeAlias = Mapping[str, Sequence[str]]

_COMPARES: Final[Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: Final[Mapping[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_OTHER_CALL: Final = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "startswith": "endswith",
    "endswith": "startswith",
    "fullmatch": "match",
}
_NO_CALL: Final = ("strip", "rstrip", "lower", "upper", "abs", "sorted", "reversed")
_LISTS: Final = {
    "BoolOp": "values",
    "Tuple": "elts",
    "List": "elts",
    "Set": "elts",
    "Match": "cases",
    "MatchOr": "patterns",
    "comprehension": "ifs",
    "Call": "keywords",
}
"""Of these, each part is left out once."""


def enums_of(folder: Path) -> Enums:
    """The enumerations in a folder's modules, and the HTTP statuses, with their members."""
    found: dict[str, Sequence[str]] = {"HTTPStatus": [status.name for status in HTTPStatus]}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(b) for b in node.bases):
                named = (s.targets[0] for s in node.body if isinstance(s, ast.Assign))
                found[node.name] = [n.id for n in named if isinstance(n, ast.Name)]
    return found


def changes_of(node: ast.AST, place: Place, scope: str, enums: Enums) -> Iterator[Change]:
    """Every change of a node that stands at a place in a function or class, or in neither ("")."""
    yield from _shorter(node)
    if place[-1] == "test" or place[-1] == "guard" or (len(place) > 1 and place[-2] == "ifs"):
        yield from ((ast.Constant(value), "") for value in (True, False))
    if isinstance(node, ast.Constant):
        is_table = not scope and place[-2] != "values"
        yield from _constants(node, with_spaces=is_table)
    for kind, change in _BY_KIND.items():
        if isinstance(node, kind):
            yield from change(node, enums)


def in_short(node: ast.AST) -> str:
    """Its source on one short line."""
    text = " ".join(ast.unparse(node).split()) or "nothing"
    return text if len(text) <= 90 else f"{text[:89]}…"


def _shorter(node: ast.AST) -> Iterator[Change]:
    """Without one of its parts."""
    name = _LISTS.get(type(node).__name__)
    if name is None:
        return
    parts = getattr(node, name)
    for index, part in enumerate(parts):
        left = [*parts[:index], *parts[index + 1 :]]
        if not left and name in ("values", "cases", "patterns"):
            continue
        new = _with(node, **{name: left})
        if name == "values" and len(left) == 1:
            new = left[0]
        what = part.pattern if isinstance(part, ast.match_case) else part
        yield new, f"{in_short(node)} without {in_short(what)}"


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _constants(node: ast.Constant, *, with_spaces: bool) -> Iterator[Change]:
    """A text with spaces is a sentence for people, except in a module's own tables."""
    value = node.value
    match value:
        case bool():
            yield ast.Constant(not value), ""
        case int() | float():
            yield ast.Constant(value + 1), ""
            if value:
                yield ast.Constant(value - 1), ""
        case str() if with_spaces or " " not in value:
            yield ast.Constant(f"{value}XX"), ""
        case bytes():
            yield ast.Constant(value + b"XX"), ""
        case _:
            pass


def _compare(node: ast.Compare, _enums: Enums) -> Iterator[Change]:
    for index, operator in enumerate(node.ops):
        for other in _COMPARES[type(operator)]:
            ops = [*node.ops[:index], other(), *node.ops[index + 1 :]]
            yield _with(node, ops=ops), ""


def _bool_op(node: ast.BoolOp, _enums: Enums) -> Iterator[Change]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And()), ""


def _bin_op(node: ast.BinOp, _enums: Enums) -> Iterator[Change]:
    if type(node.op) in _OPERATORS:
        yield _with(node, op=_OPERATORS[type(node.op)]()), ""


def _unary_op(node: ast.UnaryOp, _enums: Enums) -> Iterator[Change]:
    yield node.operand, ""


def _call(node: ast.Call, _enums: Enums) -> Iterator[Change]:
    function = node.func
    method = isinstance(function, ast.Attribute)
    called = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
    if called in _OTHER_CALL:
        other = _OTHER_CALL[called]
        yield _with(node, func=_with(function, **{"attr" if method else "id": other})), ""
    if called in _NO_CALL:
        yield (function.value if isinstance(function, ast.Attribute) else node.args[0]), ""
    if len(node.args) > 1:
        yield _with(node, args=node.args[:-1]), ""


def _attribute(node: ast.Attribute, enums: Enums) -> Iterator[Change]:
    members = enums.get(node.value.id, ()) if isinstance(node.value, ast.Name) else ()
    if node.attr in members:
        beside = members[(members.index(node.attr) + 1) % len(members)]
        yield _with(node, attr=beside), ""


def _dict(node: ast.Dict, _enums: Enums) -> Iterator[Change]:
    pairs = list(zip(node.keys, node.values, strict=True))
    for index, (key, value) in enumerate(pairs):
        left = [*pairs[:index], *pairs[index + 1 :]]
        new = ast.Dict([k for k, _ in left], [v for _, v in left])
        yield new, f"{in_short(node)} without {in_short(key or value)}"


def _handler(node: ast.ExceptHandler, _enums: Enums) -> Iterator[Change]:
    yield _with(node, type=ast.Tuple([], ast.Load())), f"{in_short(node)} -> nothing is caught"


def _return(node: ast.Return, _enums: Enums) -> Iterator[Change]:
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield ast.Return(ast.Constant(None)), ""


def _statement(node: ast.stmt, _enums: Enums) -> Iterator[Change]:
    yield ast.Pass(), f"without {in_short(node)}"


def _assign(node: ast.Assign, _enums: Enums) -> Iterator[Change]:
    if not isinstance(node.targets[0], ast.Name | ast.Tuple):
        yield ast.Pass(), f"without {in_short(node)}"


def _jump(node: ast.stmt, _enums: Enums) -> Iterator[Change]:
    yield (ast.Break() if isinstance(node, ast.Continue) else ast.Continue()), ""


_BY_KIND: Final[Mapping[type | tuple[type, ...], Callable[..., Iterator[Change]]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool_op,
    ast.BinOp: _bin_op,
    ast.UnaryOp: _unary_op,
    ast.Call: _call,
    ast.Attribute: _attribute,
    ast.Dict: _dict,
    ast.ExceptHandler: _handler,
    ast.Return: _return,
    (ast.Expr, ast.AugAssign, ast.Delete, ast.Raise): _statement,
    ast.Assign: _assign,
    (ast.Continue, ast.Break): _jump,
}
