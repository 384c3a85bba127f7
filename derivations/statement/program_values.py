"""When the values of a program live.

Each array is made at one step and used at others; ``values`` lists the arrays in pieces whose
first and last step are linear in the layer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Add, Dummy, Expr, Integer, Max, Mul, Symbol, oo

from derivations.statement.errors import StatementError
from derivations.statement.program import Assign, Declared, Loop, Program, Ref
from derivations.statement.program_shapes import offset, replaced, same, shape

_WHERE = "program"
LAYER = Dummy("j", integer=True)      # the layer of a value, until a sum names it


def _at_most(a: Expr, b: Expr) -> bool:
    """Whether a <= b for all values of the symbols; False if that is not plain to see."""
    difference = b - a
    # with L = M + 1 the signs of the coefficients of M decide
    for s in difference.free_symbols:
        if isinstance(s, Symbol) and s.is_integer and s.is_positive:
            difference = difference.xreplace({s: Dummy(integer=True, nonnegative=True) + 1})
    return bool(difference.expand().is_nonnegative)


def size_of(program: Program, ref: Ref) -> Expr:
    return Mul(*shape(program, ref))


def bounds(program: Program, stage: Loop, a: Assign) -> tuple[Expr, Expr]:
    """The layers at which the assignment runs, without those that are skipped."""
    lo, hi = stage.lo, stage.hi
    for ref in program.skip:
        if ref.name != a.target.name:
            continue
        s = offset(a.target.index, stage.symbol)
        if s is None or ref.index is None:
            if ref.index == a.target.index:
                hi = lo - 1
            continue
        at = ref.index - s
        if same(at, lo):
            lo = lo + 1
        elif same(at, hi):
            hi = hi - 1
        else:
            raise StatementError(_WHERE, f"asked to skip {ref}", f"the layers {lo} to {hi}",
                                 "only the first or the last layer can be skipped")
    return lo, hi


# -- time ---------------------------------------------------------------------------------------

def steps(program: Program) -> Expr:
    """How many steps the program takes; each assignment at each layer is one."""
    return Add(*(_length(stage) for stage in program.stages)).expand()


def _length(stage: Loop) -> Expr:
    return (stage.hi - stage.lo + 1) * len(stage.body)


def _time(program: Program, stage: Loop, position: int) -> Expr:
    """The step of an assignment, in terms of the loop symbol."""
    # by identity: the same loop may stand in a program twice
    number = next(k for k, s in enumerate(program.stages) if s is stage)
    before = Add(*(_length(s) for s in program.stages[:number]))
    layer = Integer(0)
    if stage.symbol is not None:
        layer = stage.hi - stage.symbol if stage.down else stage.symbol - stage.lo
    return (before + layer * len(stage.body) + position + 1).expand()


def made_at(program: Program, ref: Ref) -> Expr:
    """The step that makes an array.  Errors: StatementError if none does."""
    for stage in program.stages:
        for position, a in enumerate(stage.body):
            if a.target.name != ref.name or ref.index is None:
                continue
            s = offset(a.target.index, stage.symbol)
            if s is not None or a.target.index == ref.index:
                layer = None if s is None else ref.index - s
                return replaced(_time(program, stage, position), stage.symbol, layer).expand()
    raise StatementError(_WHERE, f"asked for the step that makes {ref}", "no assignment to it",
                         "name an array that is made")


# -- values and their uses ----------------------------------------------------------------------

@dataclass(frozen=True)
class _Use:
    lo: Expr            # the layers j of the value that are used this way
    hi: Expr
    time: Expr          # the step, in terms of LAYER
    backward: bool


@dataclass(frozen=True)
class Value:
    """Arrays ``name[j]`` for j from ``lo`` to ``hi``: size, first and last step, in terms of j."""

    name: str
    lo: Expr
    hi: Expr
    size: Expr
    first: Expr
    last: Expr
    backward: bool          # made in the backward pass
    used_backward: bool     # used in the backward pass
    output: bool


def _uses(program: Program, name: str) -> list[_Use]:
    found: list[_Use] = []
    for stage in program.stages:
        for position, a in enumerate(stage.body):
            lo, hi = bounds(program, stage, a)
            if hi == lo - 1:
                continue
            time = _time(program, stage, position)
            for ref in a.value.uses:
                if ref.name != name:
                    continue
                s = offset(ref.index, stage.symbol)
                if s is not None:
                    assert stage.symbol is not None
                    found.append(_Use(lo + s, hi + s, time.xreplace({stage.symbol: LAYER - s}).expand(),
                                      stage.backward))
                    continue
                # the same array at every layer: its last use is in the last round
                last = replaced(time, stage.symbol, lo if stage.down else hi)
                at = ref.index if ref.index is not None else Integer(0)
                found.append(_Use(at, at, last, stage.backward))
    return found


def values(program: Program) -> list[Value]:
    """Every array that is not a parameter, in pieces whose first and last steps are linear in j.

    Errors: StatementError if the assumptions do not say how the bounds of two ranges compare.
    """
    pieces: list[Value] = []
    for d in program.inputs:
        pieces += _pieces(program, d.ref.name, d.lo, d.hi, _arrival(program, d), d.backward)
    for stage in program.stages:
        for position, a in enumerate(stage.body):
            lo, hi = bounds(program, stage, a)
            if hi == lo - 1:
                continue
            time, s = _time(program, stage, position), offset(a.target.index, stage.symbol)
            if s is not None:
                assert stage.symbol is not None
                time = time.xreplace({stage.symbol: LAYER - s}).expand()
                lo, hi = lo + s, hi + s
            else:
                time = replaced(time, stage.symbol, lo if stage.down else hi)
                lo = hi = a.target.index if a.target.index is not None else Integer(0)
            pieces += _pieces(program, a.target.name, lo, hi, time, stage.backward)
    for k, p in enumerate(pieces):
        for q in pieces[:k]:
            if p.name == q.name and ((_at_most(p.lo, q.lo) and _at_most(q.lo, p.hi))
                                     or (_at_most(q.lo, p.lo) and _at_most(p.lo, q.hi))):
                raise StatementError(_WHERE, f"asked to assign each {p.name} once",
                                     f"layers {q.lo} to {q.hi} and {p.lo} to {p.hi}", "rename one of them")
    return _joined(pieces)


def _arrival(program: Program, d: Declared) -> Expr:
    """Step 0, or for what the backward pass starts from, its first step."""
    if not d.backward:
        return Integer(0)
    first = next((k for k, s in enumerate(program.stages) if s.backward), len(program.stages))
    return (Add(*(_length(s) for s in program.stages[:first])) + 1).expand()


def _pieces(program: Program, name: str, lo: Expr, hi: Expr, first: Expr, backward: bool) -> list[Value]:
    indexed = not any(d.ref.name == name and d.ref.index is None for d in program.inputs) and not any(
        a.target.name == name and a.target.index is None for s in program.stages for a in s.body)
    size = size_of(program, Ref(name, LAYER if indexed and lo != hi else lo if indexed else None))
    marks = [_Use(x.index, x.index, steps(program), False) for x in _outputs(program)
             if x.name == name and x.index is not None]
    everywhere = [_Use(-oo, oo, steps(program), False) for x in _outputs(program)
                  if x.name == name and x.index is None]
    uses = _uses(program, name)
    result: list[Value] = []
    for a, b in _cut(lo, hi, [*uses, *marks]):
        inside = [u for u in (*uses, *marks, *everywhere) if _covers(u, a, b)]
        for u in inside:
            if _later(u.time + 1, first, a, b):
                raise StatementError(_WHERE, f"asked to use {name} at step {u.time}",
                                     f"it made at step {first}", "put the assignment before the use")
        kept = any(u in marks or u in everywhere for u in inside)
        last = _last([first, *(u.time for u in inside)], a, b)
        used_backward = any(u in uses and u.backward for u in inside)
        result.append(Value(name, a, b, size, first, last, backward, used_backward, kept))
    return result


def _outputs(program: Program) -> list[Ref]:
    return [Ref(x) if isinstance(x, str) else x for x in program.outputs]


def _covers(u: _Use, a: Expr, b: Expr) -> bool:
    return (u.lo == -oo or _at_most(u.lo, a)) and (u.hi == oo or _at_most(b, u.hi))


def _cut(lo: Expr, hi: Expr, uses: list[_Use]) -> list[tuple[Expr, Expr]]:
    """Cut the range so that each use covers a piece or misses it."""
    todo, done = [(lo, hi)], []
    while todo:
        a, b = todo.pop(0)
        for u in uses:
            if _covers(u, a, b) or _at_most(u.hi + 1, a) or _at_most(b + 1, u.lo):
                continue
            # cut below the use, then above it
            if not _at_most(u.lo, a) and _at_most(a, u.lo) and _at_most(u.lo, b + 1):
                todo[:0] = [(a, (u.lo - 1).expand()), (u.lo, b)]
            elif not _at_most(b, u.hi) and _at_most(u.hi, b) and _at_most(a - 1, u.hi):
                todo[:0] = [(a, u.hi), ((u.hi + 1).expand(), b)]
            elif any(_covers(o, a, b) and _later(u.time, o.time, a, b) for o in uses if o is not u):
                continue        # whether or not it overlaps, another use comes later
            else:
                raise StatementError(_WHERE, "asked which layers are used",
                                     f"the ranges {a} to {b} and {u.lo} to {u.hi}, which may overlap or not",
                                     "add assumptions such as a positive number of layers")
            break
        else:
            if not (b - a + 1).expand().is_zero:
                done.append((a, b))
    return done


def _last(times: list[Expr], a: Expr, b: Expr) -> Expr:
    """The latest of several steps, each linear in j, for j from a to b."""
    best: list[Expr] = []
    for t in times:
        if any(_later(t, o, a, b) for o in best):
            continue
        best = [o for o in best if not _later(o, t, a, b)] + [t]
    return best[0] if len(best) == 1 else Max(*best)


def _later(t: Expr, o: Expr, a: Expr, b: Expr) -> bool:
    # a linear difference is smallest at an end; there is nothing to show if b - a is negative
    return all(any(_at_most((t - o).xreplace({LAYER: end}) + c * (b - a), Integer(0)) for c in range(4))
               for end in (a, b))


def _joined(pieces: list[Value]) -> list[Value]:
    """Join a single array to the range next to it where the formulas agree."""
    result: list[Value] = []
    for p in sorted(pieces, key=lambda v: v.name):
        for k, q in enumerate(result):
            merged = _join(q, p) or _join(p, q)
            if merged is not None:
                result[k] = merged
                break
        else:
            result.append(p)
    return result


def _join(low: Value, high: Value) -> Value | None:
    if low.name != high.name or not same(low.hi + 1, high.lo) or low.output != high.output \
            or low.backward != high.backward or low.used_backward != high.used_backward:
        return None
    for one, other in ((low, high), (high, low)):
        at = {LAYER: one.lo}
        if one.lo == one.hi and other.lo != other.hi and all(
                same(x.xreplace(at), y.xreplace(at))
                for x, y in ((one.size, other.size), (one.first, other.first), (one.last, other.last))):
            return replace(other, lo=low.lo, hi=high.hi)
    return None
