"""Layer programs.

A program is a few loops over layers whose bodies assign arrays, such as ``X[l] = X[l-1] W[l]``.
``program_shapes`` infers and checks the shapes, ``program_counts`` counts what a program costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, Symbol

from derivations.statement.errors import StatementError
from derivations.statement.heads import Expressionlike, expression, index_range

Shape = tuple[Expr, ...]
_WHERE = "program"


@dataclass(frozen=True)
class Ref:
    """One array: a name, its layer index (None if it has none), and whether it is transposed."""

    name: str
    index: Expr | None = None
    transposed: bool = False

    @property
    def T(self) -> Ref:
        """The transposed matrix."""
        return Ref(self.name, self.index, not self.transposed)

    def __str__(self) -> str:
        index = "" if self.index is None else f"[{self.index}]"
        return f"{self.name}{index}{'^T' if self.transposed else ''}"


@dataclass(frozen=True)
class Array:
    """The arrays of one name: ``X[l]`` is the array of layer l."""

    name: str

    def __getitem__(self, index: Expressionlike) -> Ref:
        return Ref(self.name, expression(index, _WHERE))

    @property
    def whole(self) -> Ref:
        """The array itself, if it has no layer index."""
        return Ref(self.name)


@dataclass(frozen=True)
class MatMul:
    """``left right``: (m x k)(k x p) costs m k p multiplications."""

    left: Ref
    right: Ref

    @property
    def uses(self) -> tuple[Ref, ...]:
        """The operands."""
        return (self.left, self.right)


@dataclass(frozen=True)
class Elementwise:
    """An entry-by-entry operation on arrays of one shape, with a cost per entry."""

    uses: tuple[Ref, ...]
    cost: Expr


@dataclass(frozen=True)
class Custom:
    """Any other operation, with the shape of its result and its number of multiplications."""

    uses: tuple[Ref, ...]
    shape: Shape
    cost: Expr


Operation = MatMul | Elementwise | Custom


@dataclass(frozen=True)
class Assign:
    """``target = operation``."""

    target: Ref
    value: Operation


@dataclass(frozen=True)
class Loop:
    """The body for every layer from ``lo`` to ``hi``, downwards if ``down``.

    ``symbol`` None means the body runs once.  ``backward`` marks the backward pass.
    """

    symbol: Symbol | None
    lo: Expr
    hi: Expr
    body: tuple[Assign, ...]
    down: bool = False
    backward: bool = False


@dataclass(frozen=True)
class Declared:
    """A parameter or an input: a reference, its shape, and the range of its layer index."""

    ref: Ref
    shape: Shape
    symbol: Symbol | None
    lo: Expr
    hi: Expr
    backward: bool = False      # arrives with the backward pass, like the gradient of the loss


def matmul(left: Ref, right: Ref) -> MatMul:
    """The matrix product."""
    return MatMul(left, right)


def elementwise(*uses: Ref, cost: Expressionlike = 0) -> Elementwise:
    """An entry-by-entry operation; ``cost`` multiplications for each entry."""
    return Elementwise(uses, expression(cost, _WHERE))


def custom(uses: Sequence[Ref], shape: Sequence[Expressionlike], multiplications: Expressionlike) -> Custom:
    """An operation with a shape and a cost of its own, such as a convolution."""
    dims = tuple(expression(s, _WHERE) for s in shape)
    return Custom(tuple(uses), dims, expression(multiplications, _WHERE))


def assign(target: Ref, value: Operation) -> Assign:
    """``target = value``.  Errors: StatementError for a transposed target."""
    if target.transposed:
        raise StatementError(_WHERE, "asked to assign an array", str(target), "transpose the right side")
    return Assign(target, value)


def loop(limits: object, *body: Assign, down: bool = False, backward: bool = False) -> Loop:
    """``loop((l, 1, L), assign(X[l], matmul(X[l - 1], W[l])))``; ``down`` runs from L to 1."""
    k, lo, hi = index_range(limits, _WHERE)
    return Loop(k, lo, hi, body, down, backward)


def once(*body: Assign, backward: bool = False) -> Loop:
    """Assignments that run one time."""
    return Loop(None, Integer(1), Integer(1), body, False, backward)


def declare(ref: Ref, shape: Sequence[Expressionlike], limits: object = None, *,
            backward: bool = False) -> Declared:
    """``declare(W[l], (K, K), (l, 1, L))`` or ``declare(X[0], (n, K))``.

    ``backward``: the input arrives with the backward pass, like the gradient of the loss.
    """
    dims = tuple(expression(s, _WHERE) for s in shape)
    if limits is not None:
        k, lo, hi = index_range(limits, _WHERE)
        if ref.index != k:
            raise StatementError(_WHERE, f"asked to declare {ref}", f"the range of {k}",
                                 f"declare {ref.name}[{k}]")
        return Declared(ref, dims, k, lo, hi, backward)
    at = ref.index if ref.index is not None else Integer(0)
    return Declared(ref, dims, None, at, at, backward)


@dataclass(frozen=True)
class Program:
    """Parameters, inputs, loops in order, and what is wanted at the end.

    ``outputs`` are kept to the end (a name means all its arrays); ``skip`` are assignments that are
    left out, such as the gradient of the input.  Shapes: checked when the program is made.
    Errors: StatementError for shapes that do not fit and arrays that are never made.
    """

    parameters: tuple[Declared, ...]
    inputs: tuple[Declared, ...]
    stages: tuple[Loop, ...]
    outputs: tuple[Ref | str, ...] = ()
    skip: tuple[Ref, ...] = ()

    def __init__(self, parameters: Sequence[Declared], inputs: Sequence[Declared], stages: Sequence[Loop],
                 outputs: Sequence[Ref | str] = (), skip: Sequence[Ref] = ()) -> None:
        for field, value in (("parameters", parameters), ("inputs", inputs), ("stages", stages),
                             ("outputs", outputs), ("skip", skip)):
            object.__setattr__(self, field, tuple(value))
        from derivations.statement.program_shapes import check

        check(self)
