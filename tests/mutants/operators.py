"""Small changes to a source file, each of which a test should notice.

Left alone are annotations, decorators, docstrings, patterns of `match` and the words of messages.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_UNTOUCHED = {"annotation", "returns", "decorator_list"}


@dataclass(frozen=True)
class Change:
    """One change: where it is, what it does, and how to make it in the tree it came from."""

    line: int
    words: str
    make: Callable[[], None]


def changes(tree: ast.Module) -> list[Change]:
    """Return every change to a tree, in an order that depends on its text alone."""
    return [change for node, is_code in _walk(tree) for change in _of(node, is_code=is_code)]


def changed(text: str, number: int) -> str:
    """Return the source with one of its changes made."""
    tree = ast.parse(text)
    changes(tree)[number].make()
    return ast.unparse(ast.fix_missing_locations(tree))


def _walk(node: ast.AST, *, is_code: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Yield the nodes that may change, and whether each stands in a function."""
    yield node, is_code
    is_code = is_code or isinstance(node, ast.FunctionDef | ast.Lambda)
    for name, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        for child in children if name not in _UNTOUCHED else ():
            if isinstance(child, ast.AST) and not _is_words(child):
                yield from _walk(child, is_code=is_code)


def _is_words(node: ast.AST) -> bool:
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_docstring or isinstance(node, ast.JoinedStr | ast.pattern)


def _of(node: ast.AST, *, is_code: bool) -> Iterator[Change]:
    yield from _operators(node)
    yield from _conditions(node)
    yield from _values(node, is_code=is_code)
    yield from _deeds(node)


def _operators(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                yield _swap(node, ops, place, _COMPARE[type(op)]())
        case ast.BinOp(op=operator) if type(operator) in _ARITHMETIC:
            yield _set(node, "op", _ARITHMETIC[type(operator)]())
        case ast.BoolOp(op=connective):
            yield _set(node, "op", ast.Or() if isinstance(connective, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.USub()):
            yield _set(node, "op", ast.UAdd())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield _set(node, "operand", _negated(operand))
        case _:
            pass


def _conditions(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.IfExp(test=test) | ast.If(test=test) | ast.While(test=test):
            yield _set(node, "test", _negated(test), test)
        case ast.comprehension(ifs=tests):
            for place, test in enumerate(tests):
                yield _swap(test, tests, place, _negated(test))
        case _:
            pass


def _values(node: ast.AST, *, is_code: bool) -> Iterator[Change]:
    match node:
        case ast.Call(func=ast.Name(id=name) as called) if name in _CALLS:
            yield _set(called, "id", _CALLS[name])
        case ast.Constant(value=value) if (other := _other(value, is_code=is_code)) is not None:
            yield _set(node, "value", other)
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield _set(node, "value", ast.Constant(None))
        case _:
            pass


def _deeds(node: ast.AST) -> Iterator[Change]:
    for name in ("body", "orelse"):
        found = getattr(node, name, None)
        statements: list[Any] = found if isinstance(found, list) else []
        for place, statement in enumerate(statements):
            if _is_deed(statement):
                yield _swap(statement, statements, place, ast.Pass())


def _other(value: object, *, is_code: bool) -> object:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str() if is_code and value:
            return value + "X"
        case _:
            return None


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _is_deed(node: ast.AST) -> bool:
    """Tell whether a statement has an effect of its own: a call, or a change of an object."""
    match node:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Delete():
            return True
        case ast.Assign(targets=targets):
            return any(isinstance(target, ast.Attribute | ast.Subscript) for target in targets)
        case _:
            return False


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _set(node: ast.AST, name: str, value: object, shown: ast.AST | None = None) -> Change:
    before = ast.unparse(shown or node)

    def make() -> None:
        setattr(node, name, value)

    return Change(getattr(node, "lineno", 0), f"{before} -> {_named(value)}", make)


def _swap(node: ast.AST, siblings: list[Any], place: int, other: ast.AST) -> Change:
    before = ast.unparse(node)

    def make() -> None:
        siblings[place] = other

    return Change(getattr(node, "lineno", 0), f"{before} -> {_named(other)}", make)


def _named(value: object) -> str:
    if isinstance(value, ast.expr | ast.Pass):
        return ast.unparse(ast.fix_missing_locations(value))
    return type(value).__name__ if isinstance(value, ast.AST) else repr(value)
