"""Ready-made layer programs.

The dense network without biases, forward only or with its backward pass, as a layer program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sympy import Expr, IndexedBase, Symbol

from derivations.statement.heads import Expressionlike, expression
from derivations.statement.program import Array, Program, assign, declare, loop, matmul

Width: TypeAlias = Expressionlike | IndexedBase | Callable[[Expr], Expr]


def dense_network(batch: Expressionlike, width: Width, layers: Expressionlike, *, training: bool = False,
                  input_gradient: bool = False) -> Program:
    """``X[l] = X[l-1] W[l]`` for l from 1 to ``layers``.

    Shapes: X[l] is (batch, width of layer l), W[l] is (width of l - 1, width of l).  ``width`` is a
    number, an IndexedBase or a function of the layer.  ``training`` adds the backward pass from
    dX[layers] with the gradients dW; ``input_gradient`` decides whether dX[0] is computed.
    """
    l = Symbol("l", integer=True)
    n, last = expression(batch, "dense_network"), expression(layers, "dense_network")

    def wide(layer: Expr) -> Expr:
        if isinstance(width, IndexedBase):
            return width[layer]
        return width(layer) if callable(width) else expression(width, "dense_network")
    X, W, dX, dW = map(Array, ("X", "W", "dX", "dW"))
    weights = [declare(W[l], (wide(l - 1), wide(l)), (l, 1, last))]
    forward = loop((l, 1, last), assign(X[l], matmul(X[l - 1], W[l])))
    start = declare(X[0], (n, wide(expression(0, "dense_network"))))
    if not training:
        return Program(weights, [start], [forward], outputs=[X[last]])
    backward = loop((l, 1, last), assign(dX[l - 1], matmul(dX[l], W[l].T)),
                    assign(dW[l], matmul(X[l - 1].T, dX[l])), down=True, backward=True)
    loss = declare(dX[last], (n, wide(last)), backward=True)
    return Program(weights, [start, loss], [forward, backward], outputs=["dW"],
                   skip=[] if input_gradient else [dX[0]])
