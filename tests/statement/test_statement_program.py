"""Layer programs, against a simulation with numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from statement_evaluator import value

from derivations.statement import StatementError, to_term
from derivations.statement.networks import dense_network
from derivations.statement.program import (
    Array,
    Custom,
    MatMul,
    Program,
    Ref,
    assign,
    custom,
    declare,
    elementwise,
    loop,
    matmul,
    once,
)
from derivations.statement.program_counts import (
    gradient_values,
    live_values,
    memory_when,
    multiplications,
    parameters,
    peak_memory,
    steps,
    stored_values,
    training_memory,
)
from derivations.statement.program_shapes import shape

l = sp.Symbol("l", integer=True)
L, n, K, D, B = sp.symbols("L n K D B", integer=True, positive=True)
width = sp.IndexedBase("width", integer=True, positive=True)
X, W, Z, dX, dW = map(Array, ("X", "W", "Z", "dX", "dW"))


def model(layers: int) -> dict[str, Any]:
    return {"L": Fraction(layers), "n": Fraction(3), "K": Fraction(5), "D": Fraction(7), "B": Fraction(2),
            "width": lambda k: Fraction(2 + (3 * int(k)) % 5)}


def number(e: sp.Expr, layers: int) -> Any:
    return value(to_term(e), model(layers))


class Simulation:
    """The program run with numbers: when each array is made and last used, and what it costs."""

    def __init__(self, program: Program, layers: int) -> None:
        self.program, self.layers = program, layers
        self.made: dict[tuple[str, Any], int] = {}
        self.last: dict[tuple[str, Any], int] = {}
        self.forward: set[Any] = set()
        self.stored: set[Any] = set()
        self.cost = 0
        for d in program.inputs:
            if not d.backward:
                self.made[d.ref.name, self.at(d.ref.index, None)] = 0
                self.forward.add((d.ref.name, self.at(d.ref.index, None)))
        step = 0
        skipped = {(r.name, self.at(r.index, None)) for r in program.skip}
        arrived = False
        for stage in program.stages:
            layers_ = range(int(number(stage.lo, layers)), int(number(stage.hi, layers)) + 1)
            for k in reversed(layers_) if stage.down else layers_:
                for a in stage.body:
                    step += 1
                    if stage.backward and not arrived:
                        arrived = True
                        for d in program.inputs:
                            if d.backward:
                                self.made[d.ref.name, self.at(d.ref.index, None)] = step
                    target = (a.target.name, self.at(a.target.index, k))
                    if target in skipped:
                        continue
                    self.made[target] = step
                    if not stage.backward:
                        self.forward.add(target)
                    for u in a.value.uses:
                        source = (u.name, self.at(u.index, k))
                        if source in self.made:
                            self.last[source] = step
                            if stage.backward and source in self.forward:
                                self.stored.add(source)
                    self.cost += self.price(a.value, k)
        self.steps = step
        for o in program.outputs:
            for key in self.made:
                if key[0] == (o if isinstance(o, str) else o.name) and \
                        (isinstance(o, str) or key[1] == self.at(o.index, None)):
                    self.last[key] = step

    def at(self, index: sp.Expr | None, k: int | None) -> Any:
        if index is None:
            return None
        return number(index if k is None else index.xreplace({l: sp.Integer(k)}), self.layers)

    def size(self, key: tuple[str, Any]) -> int:
        index = None if key[1] is None else sp.Integer(int(key[1]))
        dims = self.dims(Ref(key[0], index))
        return int(sp.prod(dims))

    def dims(self, ref: Ref) -> list[Any]:
        return [number(x, self.layers) for x in shape(self.program, ref)]

    def price(self, v: Any, k: int) -> int:
        if isinstance(v, MatMul):
            a, b = (self.dims(Ref(u.name, None if u.index is None else sp.Integer(int(self.at(u.index, k))),
                                  u.transposed)) for u in v.uses)
            return int(a[0] * a[1] * b[1])
        return int(number(v.cost.xreplace({l: sp.Integer(k)}), self.layers)) if isinstance(v, Custom) else 0

    def live(self, step: int) -> int:
        return sum(self.size(key) for key, made in self.made.items()
                   if made <= step <= max(made, self.last.get(key, made)))


PROGRAMS = {
    f"{'train' if training else 'run'}-{w}-{gradient}": dense_network(
        n, w, L, training=training, input_gradient=gradient)
    for w in (K, width) for training in (False, True) for gradient in (False, True)
} | {
    "activations": Program(
        [declare(W[l], (width[l - 1], width[l]), (l, 1, L))], [declare(X[0], (B, width[0]))],
        [loop((l, 1, L), assign(Z[l], matmul(X[l - 1], W[l])), assign(X[l], elementwise(Z[l])))], [X[L]]),
    "loss": Program(
        [declare(W[l], (K, K), (l, 1, L))], [declare(X[0], (n, K))],
        [loop((l, 1, L), assign(X[l], matmul(X[l - 1], W[l]))), once(assign(dX[L], elementwise(X[L]))),
         loop((l, 1, L), assign(dW[l], matmul(X[l - 1].T, dX[l])), assign(dX[l - 1], matmul(dX[l], W[l].T)),
              down=True, backward=True)], ["dW", dX[0]]),
    "shared": Program([declare(W.whole, (K, K))], [declare(X[0], (n, K))],
                      [loop((l, 1, L), assign(X[l], matmul(X[l - 1], W.whole)))], [X[L]]),
    "convolution": Program([], [declare(X[0], (n, n, D))], [
        loop((l, 1, L), assign(X[l], custom([X[l - 1]], (n, n, D), 9 * n**2 * D**2)))], [X[L]]),
}


@pytest.mark.parametrize("layers", [1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", PROGRAMS)
def test_counts_agree_with_a_simulation(name: str, layers: int) -> None:
    program = PROGRAMS[name]
    simulation = Simulation(program, layers)
    assert number(multiplications(program), layers) == simulation.cost
    assert number(steps(program), layers) == simulation.steps
    for step in range(1, simulation.steps + 1):
        assert number(live_values(program, step), layers) == simulation.live(step), step
    peak = max(simulation.live(s) for s in range(1, simulation.steps + 1))
    assert number(peak_memory(program), layers) == peak + number(parameters(program), layers)
    assert number(stored_values(program), layers) == sum(simulation.size(k) for k in simulation.stored)


@pytest.mark.parametrize("layers", [1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", [name for name, p in PROGRAMS.items() if "dW" in p.outputs])
def test_memory_when_an_array_is_made_agrees_with_a_simulation(name: str, layers: int) -> None:
    program = PROGRAMS[name]
    simulation = Simulation(program, layers)
    handed_out = {(k, at) for k, at in simulation.made if k == "dW" or (k == "dX" and at == 0 and dX[0] in program.outputs)}
    places = number(parameters(program), layers) + sum(map(simulation.size, handed_out))
    for (array, at), step in simulation.made.items():
        if step == 0 or at is None or any(d.ref.name == array and number(d.ref.index, layers) == at for d in program.inputs):
            continue
        alive = sum(simulation.size(k) for k, made in simulation.made.items() if k not in handed_out
                    and made <= step <= max(made, simulation.last.get(k, made)))
        assert number(memory_when(program, Array(array)[int(at)]), layers) == places + alive, (array, at)


def test_nothing_is_in_closed_form() -> None:
    j = sp.Symbol("j", integer=True)
    p = dense_network(n, K, L, training=True)
    assert multiplications(p, backward=False) == sp.Sum(n * K**2, (l, 1, L))
    assert multiplications(p, forward=False) == sp.Sum(n * K**2, (l, 1, L)) + sp.Sum(n * K**2, (l, 2, L))
    assert stored_values(p) == sp.Sum(n * K, (j, 0, L - 1))
    assert gradient_values(p) == sp.Sum(K**2, (j, 1, L))
    assert training_memory(p) == parameters(p) + gradient_values(p) + stored_values(p)


def test_shapes() -> None:
    p = PROGRAMS["train-width-True"]
    assert shape(p, X[L]) == (n, width[L])
    assert shape(p, dW[l]) == (width[l - 1], width[l])
    assert shape(p, dX[0]) == (n, width[0])


def test_index_names_do_not_clash() -> None:
    j = sp.Symbol("j", integer=True)
    p = dense_network(j, K, L, training=True)
    e = stored_values(p)
    assert e.free_symbols == {j, K, L}


STEP = assign(X[l], matmul(X[l - 1], W[l]))


@pytest.mark.parametrize(("make", "words"), [
    (lambda: Program([declare(W[l], (K, K), (l, 1, L))], [declare(X[0], (n, D))], [loop((l, 1, L), STEP)]),
     "must fit together"),
    (lambda: Program([declare(W[l], (K, D), (l, 1, L))], [declare(X[0], (n, K))], [loop((l, 1, L), STEP)]),
     "inner sizes must agree"),
    (lambda: Program([], [declare(X[0], (n, K))], [loop((l, 1, L), STEP)]), "nothing that defines it"),
    (lambda: Program([declare(W[l], (K, K), (l, 1, L))], [], [loop((l, 1, L), STEP)]),
     "no input of this name"),
    (lambda: Program([], [declare(X[0], (n, K))], [loop((l, 1, L), assign(X[l], elementwise(X[2 * l])))]),
     "shift the loop instead"),
    (lambda: memory_when(dense_network(n, K, L), dW[1]), "no assignment to it"),
    (lambda: live_values(Program([], [declare(X[0], (n, K))], [
        once(assign(Z[1], elementwise(X[0]))), once(assign(Z[1], elementwise(X[0])))]), 1), "once"),
    (lambda: live_values(Program([], [declare(X[0], (n, K))], [
        once(assign(Z[2], elementwise(Z[1]))), once(assign(Z[1], elementwise(X[0])))]), 1), "before the use"),
    (lambda: assign(X[l].T, matmul(X[l], W[l])), "transpose the right side"),
])
def test_errors(make: Any, words: str) -> None:
    with pytest.raises(StatementError, match=words):
        make()
