"""Shapes of layer programs.

The shape of every array at every layer, found by following the assignments back to what is
declared, and the checks that products and layers fit together.
"""

from __future__ import annotations

from sympy import Expr, Symbol

from derivations.statement.errors import StatementError
from derivations.statement.program import (
    Assign,
    Custom,
    Declared,
    Elementwise,
    Loop,
    MatMul,
    Program,
    Ref,
    Shape,
)

_WHERE = "program"


def same(a: Expr, b: Expr) -> bool:
    """Whether two sizes are the same polynomial."""
    return bool((a - b).expand() == 0)


def replaced(e: Expr, symbol: Symbol | None, value: Expr | None) -> Expr:
    """The expression with the loop symbol replaced."""
    if symbol is None or value is None:
        return e
    return e.xreplace({symbol: value})


def offset(index: Expr | None, symbol: Symbol | None) -> Expr | None:
    """s if the index is ``symbol + s``; None if the index does not contain the symbol.

    Errors: StatementError for any other dependence.
    """
    if index is None or symbol is None or symbol not in index.free_symbols:
        return None
    s = (index - symbol).expand()
    if symbol in s.free_symbols:
        raise StatementError(_WHERE, f"asked for an index {symbol} + constant", str(index),
                             "shift the loop instead")
    return s


def shape(program: Program, ref: Ref) -> Shape:
    """The shape of an array.  Errors: StatementError if nothing defines it."""
    return _shape(program, ref, ())


def _shape(program: Program, ref: Ref, path: tuple[tuple[str, Expr | None], ...]) -> Shape:
    if ref.transposed:
        dims = _shape(program, ref.T, path)
        if len(dims) != 2:
            raise StatementError(_WHERE, f"asked to transpose {ref.T}", f"{len(dims)} axes", "use a matrix")
        return dims[::-1]
    for d in (*program.parameters, *program.inputs):
        if d.ref.name == ref.name and (d.symbol is not None or d.ref.index == ref.index):
            return tuple(replaced(x, d.symbol, ref.index) for x in d.shape)
    for stage in program.stages:
        for a in stage.body:
            if a.target.name != ref.name:
                continue
            s = offset(a.target.index, stage.symbol)
            if s is None and a.target.index != ref.index:
                continue
            at = None if s is None or ref.index is None else ref.index - s
            return _result(program, stage, a, at, (*path, (ref.name, ref.index)))
    raise StatementError(_WHERE, f"asked for the shape of {ref}", "nothing that defines it", "declare it")


def _result(program: Program, stage: Loop, a: Assign, at: Expr | None,
            path: tuple[tuple[str, Expr | None], ...]) -> Shape:
    """The shape of an assignment's value at one layer; ``path`` are the shapes asked for on the way."""
    def dims(ref: Ref) -> Shape:
        index = None if ref.index is None else replaced(ref.index, stage.symbol, at)
        if any(name == ref.name and (before is None or index is None or not _moves(before, index))
               for name, before in path):
            raise StatementError(_WHERE, f"asked for the shape of {ref}", "it defined through itself",
                                 "declare it")
        passed = sum(name == ref.name for name, _ in path)
        if passed and stage.symbol is not None:
            # the same array some layers on: what is passed from layer to layer is what came in
            start = _start(program, ref.name)
            if start is not None and (ref.name, start.index) not in path:
                return _shape(program, Ref(ref.name, start.index, ref.transposed), path)
            if start is not None or passed > 1:
                raise StatementError(_WHERE, f"asked for the first {ref.name}", "no input of this name",
                                     f"declare the input {ref.name}")
        return _shape(program, Ref(ref.name, index, ref.transposed), path)
    value = a.value
    if isinstance(value, Custom):
        return tuple(replaced(x, stage.symbol, at) for x in value.shape)
    if isinstance(value, Elementwise):
        return dims(value.uses[0])
    left, right = dims(value.left), dims(value.right)
    if len(left) != 2 or len(right) != 2:
        raise StatementError(_WHERE, f"asked to multiply {value.left} and {value.right}",
                             f"{len(left)} and {len(right)} axes", "use matrices")
    return (left[0], right[1])


def _moves(before: Expr, index: Expr) -> bool:
    return bool((index - before).expand() != 0)


def _start(program: Program, name: str) -> Ref | None:
    for d in program.inputs:
        if d.ref.name == name:
            return d.ref
    for stage in program.stages:
        for a in stage.body:
            if a.target.name == name and offset(a.target.index, stage.symbol) is None:
                return a.target
    return None


def _starts(program: Program, name: str) -> list[Declared]:
    """The single arrays of this name that come in or are assigned once, with their shapes."""
    found = [d for d in program.inputs if d.ref.name == name and d.symbol is None and d.ref.index is not None]
    for stage in program.stages:
        for a in stage.body:
            if a.target.name == name and a.target.index is not None \
                    and offset(a.target.index, stage.symbol) is None:
                at = a.target.index
                found.append(Declared(a.target, _actual(program, a), None, at, at))
    return found


def check(program: Program) -> None:
    """Errors: StatementError for shapes that do not fit and for arrays that are never made."""
    for stage in program.stages:
        for a in stage.body:
            _check_assignment(program, stage, a)


def _check_assignment(program: Program, stage: Loop, a: Assign) -> None:
    value = a.value
    for ref in (a.target, *value.uses):
        offset(ref.index, stage.symbol)
        shape(program, ref)
    if isinstance(value, MatMul):
        left, right = shape(program, value.left), shape(program, value.right)
        if not same(left[1], right[0]):
            raise StatementError(_WHERE, f"asked to multiply {value.left} and {value.right}",
                                 f"shapes {left} and {right}", "the inner sizes must agree")
    if isinstance(value, Elementwise):
        first, *others = [shape(program, u) for u in value.uses]
        for u, dims in zip(value.uses[1:], others, strict=True):
            if len(dims) != len(first) or not all(map(same, dims, first)):
                raise StatementError(_WHERE, f"asked to combine {value.uses[0]} and {u}",
                                     f"shapes {first} and {dims}", "the shapes must agree")
    # the shapes were found by assuming that each layer passes on what came in: check that it does
    inferred = shape(program, a.target)
    actual = _actual(program, a)
    _fit(a.target, inferred, actual)
    s = offset(a.target.index, stage.symbol)
    if s is not None:
        for d in _starts(program, a.target.name):
            assert d.ref.index is not None
            _fit(d.ref, _result(program, stage, a, d.ref.index - s, ()), d.shape)


def _actual(program: Program, a: Assign) -> Shape:
    value = a.value
    if isinstance(value, MatMul):
        return (shape(program, value.left)[0], shape(program, value.right)[1])
    return value.shape if isinstance(value, Custom) else shape(program, value.uses[0])


def _fit(ref: Ref, inferred: Shape, found: Shape) -> None:
    if len(inferred) != len(found) or not all(map(same, inferred, found)):
        raise StatementError(_WHERE, f"asked for {ref} of shape {inferred}", f"{found}",
                             "the widths of the layers must fit together")
