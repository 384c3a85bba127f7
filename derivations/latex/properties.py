"""Properties that a declaration gives in words.

Every word that says something about a name becomes a formula here or is refused; none is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivations.kernel.term import Term, bind, close_over, forall, make, num, op
from derivations.latex.meaning import shown_symbol
from derivations.latex.scope import Symbol, range_facts
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Algebra, Array, fresh_index, same
from derivations.latex.write import write

ONE_HOT = frozenset(["one-hot", "onehot"])
_DEFINITE = frozenset(["definite", "positive-definite"])
_SQUARE = frozenset(["symmetric", "orthogonal", "invertible", "nonsingular", "diagonal", "square", *_DEFINITE])
_OF_FUNCTIONS = frozenset(
    ["differentiable", "smooth", "convex", "concave", "increasing", "decreasing", "continuous", "continuously", "twice"]
)
_OF_RANDOM = frozenset(["iid", "i.i.d.", "independent", "identically", "distributed", "mean", "integrable"])


def refuse_words(s: Symbol, words: set[str]) -> None:
    """Errors: Unreadable for words that say nothing about a symbol of this kind, or two things."""

    def no(message: str) -> Unreadable:
        return Unreadable(message, 0, 1)

    if "complex" in words:
        raise no("only real numbers are supported")
    if "monotone" in words:
        raise no("monotone can be read as increasing and as decreasing; say which")
    if "bounded" in words:
        raise no("give the bound of what is bounded, for example |x| \\le 1")
    if "not" in words and not (words & {"constant"} and s.random):
        raise no("of properties that do not hold, only 'not constant' of a random variable is read")
    if "definite" in words and ("positive" not in words or words & {"negative", "nonnegative", "non-negative"}):
        raise no("of definite matrices, positive definite ones are read")
    if words & _OF_FUNCTIONS and not s.arguments:
        raise no(f"{min(words & _OF_FUNCTIONS)} is said of a function; declare '{s.base} function'")
    if words & _OF_RANDOM and not s.random:
        raise no(f"{min(words & _OF_RANDOM)} is said of a random variable; declare '{s.base} random'")
    if ("mean" in words) != ("zero" in words):
        raise no("of means in words, 'zero mean' is read; write E[x] = \\mu for another")
    entries = len(s.shape) or s.outer
    if ("vector" in words and not entries) or ("matrix" in words and len(s.shape) + s.outer < 2):
        raise no(f"give the size, for example {s.base} \\in \\mathbb{{R}}^{{m \\times n}}")


def general(s: Symbol, fact: Callable[[Term, tuple[Term, ...]], list[Term]]) -> list[Term]:
    """Formulas about every member and entry of a symbol."""
    index = tuple(fresh_index() for _ in range(s.outer + len(s.shape)))
    t = s.term(index)
    spans = [*s.spans, *[None] * (len(index) - len(s.spans))]
    out = []
    for f in fact(t, index):
        f = op("surely", f) if f.random else f
        for i, r in reversed(list(zip(index, spans, strict=False))):
            f = forall(i, range_facts(i, r), f)
        out.append(f)
    return out


def one_hot(s: Symbol) -> Iterator[Term]:
    """One entry is 1 and the others are 0.  Errors: Unreadable if it is no vector."""
    spans = s.spans[s.outer :] or s.spans
    if len(spans) != 1 or spans[0] is None or spans[0][1] is None:
        raise Unreadable("one-hot is said of a vector with a declared number of entries", 0, 1)
    yield from general(s, lambda t, _: [op("or", op("eq", t, 0), op("eq", t, 1))])
    k = fresh_index()
    index = tuple(fresh_index() for _ in range(s.outer + len(s.shape) - 1))
    whole = op("eq", bind("sum", k, spans[0][0], spans[0][1], s.term((*index, k))), 1)
    whole = op("surely", whole) if whole.random else whole
    for i, r in reversed(list(zip(index, s.spans, strict=False))):
        whole = forall(i, range_facts(i, r), whole)
    yield whole


def signs(words: set[str]) -> list[Callable[[Term], Term]]:
    """What the words about signs and integers say of a number."""
    out: list[Callable[[Term], Term]] = []
    whole = bool(words & {"integer", "natural", "even", "odd", "index", "size"})
    if whole:
        out.append(lambda t: op("isint", t))
    if ("positive" in words and "definite" not in words) or "size" in words:
        out.append((lambda t: op("le", 1, t)) if whole else (lambda t: op("lt", 0, t)))
    if "negative" in words:
        out.append((lambda t: op("le", t, -1)) if whole else (lambda t: op("lt", t, 0)))
    if words & {"nonnegative", "non-negative", "natural"}:
        out.append(lambda t: op("le", 0, t))
    if words & {"nonzero", "non-zero"}:
        out.append(lambda t: op("ne", t, 0))
    if "even" in words or "odd" in words:
        twice = op("mul", 2, make("b", (), 0))
        half = op("add", twice, 1) if "odd" in words else twice
        out.append(lambda t: op("exists", op("and", op("isint", make("b", (), 0)), op("eq", t, half))))
    return out


def matrix_facts(s: Symbol, words: set[str]) -> Iterator[Term]:
    """Symmetric, orthogonal and the like, of every member of a family.  Errors: Unreadable."""
    said = words & (_SQUARE | {"rank"})
    spans = s.spans
    if s.random and len(spans) < 2:
        said -= {"symmetric"}       # of the law
    if s.arguments or not said:
        return
    word = min(said)
    if len(spans) < 2:
        raise Unreadable(f"{word} is said of a matrix, {shown_symbol(s)} is none", 0, 1)
    if s.random and "symmetric" in said:
        raise Unreadable("symmetric can be read of a random matrix and of its law; write the equation", 0, 1)
    shape: list[Term] = []
    for r in spans[-2:]:
        if r is None or r[0] is not num(1) or r[1] is None:
            raise Unreadable(f"{word} is said of a matrix whose indices run from 1", 0, 1)
        shape.append(r[1])
    m, n = shape
    if said & _SQUARE and not same(m, n):
        size = f"{write(m)} by {write(n)}"
        raise Unreadable(f"{min(said & _SQUARE)} is said of a square matrix, this one is {size}", 0, 1)
    if "rank" in words and not {"full", "column"} <= words:
        raise Unreadable("of ranks, 'full column rank' is read", 0, 1)
    front = tuple(fresh_index() for _ in spans[:-2])
    algebra = Algebra(write)
    i, j, k = fresh_index(), fresh_index(), fresh_index()

    def for_all(f: Term) -> Term:
        f = op("surely", f) if f.random else f
        for x, r in reversed(list(zip(front, spans, strict=False))):
            f = forall(x, range_facts(x, r), f)
        return f

    def over(f: Term, *extra: Term) -> Term:
        rows = forall(j, [*range_facts(j, (num(1), n)), *extra], f)
        return for_all(forall(i, range_facts(i, (num(1), m)), rows))

    def entry(index: tuple[Term, ...]) -> Term:
        return s.term((*front, *index))

    def gram() -> Array:
        matrix = Array((m, n), entry)
        product = algebra.times(algebra.transposed(matrix), matrix)
        assert isinstance(product, Array)
        return product

    if words & ({"symmetric"} | _DEFINITE):
        yield over(op("eq", entry((i, j)), entry((j, i))))
    if "diagonal" in words:
        yield over(op("eq", entry((i, j)), 0), op("ne", i, j))
    if "orthogonal" in words:
        yield over(op("eq", gram().at((i, j)), op("ite", op("eq", i, j), 1, 0)))
    if words & {"invertible", "nonsingular"}:
        yield for_all(op("ne", op("det", algebra.block(Array((m, m), entry))), 0))
    if words & _DEFINITE:
        minor = op("lt", 0, op("det", algebra.block(Array((k, k), entry))))
        yield for_all(forall(k, range_facts(k, (num(1), m)), minor))
    if "rank" in words:
        yield for_all(op("ne", op("det", algebra.block(gram())), 0))


def function_facts(s: Symbol, words: set[str]) -> Iterator[Term]:
    """What words say of a function.  Errors: Unreadable for functions of several variables."""
    plain = {"function", "real", "deterministic", "known", "given", "fixed", "loss", "sequence", "superscript", "name"}
    said = words - plain - {"scalar", "strictly"}
    if s.arguments != 1 or s.outer:
        if said:
            raise Unreadable(f"{min(said)} is read of a function of one variable", 0, 1)
        return
    x, y, t, v = (fresh_index() for _ in range(4))

    def f(a: Term) -> Term:
        return s.term((a,))

    strict = "strictly" in words
    if words & {"differentiable", "smooth"}:
        body = close_over(f(y), [y])
        yield forall(x, [], bind("exists", v, op("hasderiv", body, x, v)))
        if words & {"twice", "smooth"}:
            first = op("deriv", body, x)
            z = fresh_index()
            yield forall(z, [], bind("exists", v, op("hasderiv", close_over(first, [x]), z, v)))
    for fact in signs(words - {"even", "odd"}):
        yield forall(x, [], fact(f(x)))
    if "even" in words:
        yield forall(x, [], op("eq", f(op("neg", x)), f(x)))
    if "odd" in words:
        yield forall(x, [], op("eq", f(op("neg", x)), op("neg", f(x))))
    if words & {"increasing", "decreasing"}:
        a, b = (x, y) if "increasing" in words else (y, x)
        yield forall(x, [], forall(y, [op("lt", x, y)], op("lt" if strict else "le", f(a), f(b))))
    if words & {"convex", "concave"}:
        mixed = f(op("add", op("mul", t, x), op("mul", op("add", 1, op("neg", t)), y)))
        chord = op("add", op("mul", t, f(x)), op("mul", op("add", 1, op("neg", t)), f(y)))
        low, high = (mixed, chord) if "convex" in words else (chord, mixed)
        where = [op("lt", 0, t), op("lt", t, 1)] if strict else [op("le", 0, t), op("le", t, 1)]
        apart = [op("ne", x, y)] if strict else []
        order = op("lt" if strict else "le", low, high)
        yield forall(x, [], forall(y, apart, forall(t, where, order)))
