"""What a layer program costs.

Multiplications, parameters, and the values alive at each step, as sums over layers that nothing
has brought into closed form: that is left to the prover.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, count

from sympy import Add, Expr, Mul, Sum, Symbol

from derivations.statement.claims import all_of, at_most
from derivations.statement.heads import Expressionlike, Ind, MaxOver, expression
from derivations.statement.program import Custom, Declared, Elementwise, Program, Ref
from derivations.statement.program_shapes import replaced, shape
from derivations.statement.program_values import LAYER, Value, bounds, made_at, size_of, steps, values

_WHERE = "program"


def _over(body: Expr, symbol: Symbol | None, lo: Expr, hi: Expr) -> Expr:
    if symbol is None or lo == hi:
        return replaced(body, symbol, lo)
    return Sum(body, (symbol, lo, hi))


def multiplications(program: Program, *, forward: bool = True, backward: bool = True) -> Expr:
    """The number of multiplications of the chosen passes.

    Elements of ``program.skip`` cost nothing: leave out the gradient of the input this way.
    """
    total: list[Expr] = []
    for stage in program.stages:
        if not (backward if stage.backward else forward):
            continue
        for a in stage.body:
            value = a.value
            if isinstance(value, Custom):
                cost = value.cost
            elif isinstance(value, Elementwise):
                cost = value.cost * size_of(program, a.target)
            else:
                (m, k), (_, p) = shape(program, value.left), shape(program, value.right)
                cost = Mul(m, k, p)
            lo, hi = bounds(program, stage, a)
            if cost != 0 and hi != lo - 1:
                total.append(_over(cost, stage.symbol, lo, hi))
    return Add(*total)


def parameters(program: Program) -> Expr:
    """The number of parameters."""
    return Add(*(_over(Mul(*d.shape), d.symbol, d.lo, d.hi) for d in program.parameters))


# -- memory -------------------------------------------------------------------------------------

def _sum(value: Value, body: Expr) -> Expr:
    if value.lo == value.hi:
        return body.xreplace({LAYER: value.lo})
    j = _unused("j", body, value.lo, value.hi)
    return Sum(body.xreplace({LAYER: j}), (j, value.lo, value.hi))


def _unused(stem: str, *avoid: Expr) -> Symbol:
    """An index symbol whose name occurs in none of the expressions."""
    taken = {str(x) for e in avoid for x in e.free_symbols}
    names = chain([stem], (f"{stem}_{k}" for k in count(1)))
    return Symbol(next(n for n in names if n not in taken), integer=True)


def live_values(program: Program, step: Expressionlike) -> Expr:
    """How many numbers, without the parameters, are alive at a step.

    A value is alive from the step that makes it to its last use; inputs are there from step 0 and
    outputs stay to the end.
    """
    return _alive(values(program), expression(step, _WHERE))


def _alive(arrays: Iterable[Value], t: Expr) -> Expr:
    return Add(*(_sum(v, v.size * Ind(all_of(at_most(v.first, t), at_most(t, v.last)))) for v in arrays))


def peak_memory(program: Program, step: Symbol | None = None) -> Expr:
    """The largest number of numbers alive at any step, with the parameters."""
    t = step if step is not None else _unused("t", steps(program), live_values(program, 1))
    return MaxOver((t, 1, steps(program)), live_values(program, t)) + parameters(program)


def stored_values(program: Program) -> Expr:
    """How many numbers of the forward pass the backward pass needs."""
    return Add(*(_sum(v, v.size) for v in values(program) if v.used_backward and not v.backward))


def gradient_values(program: Program) -> Expr:
    """How many numbers the backward pass hands out: the gradients named in ``outputs``."""
    return Add(*(_sum(v, v.size) for v in values(program) if v.output and v.backward))


def training_memory(program: Program) -> Expr:
    """Parameters, their gradients, and what the backward pass needs of the forward pass."""
    return parameters(program) + gradient_values(program) + stored_values(program)


def memory_when(program: Program, made: Ref) -> Expr:
    """How many numbers have a place at the step that makes an array: parameters and their gradients, which keep
    theirs throughout, and what is alive then."""
    others = [v for v in values(program) if not (v.output and v.backward)]
    return parameters(program) + gradient_values(program) + _alive(others, made_at(program, made))


__all__ = ["Declared", "Value", "gradient_values", "live_values", "memory_when", "multiplications", "parameters",
           "peak_memory", "steps", "stored_values", "training_memory", "values"]
