"""Terms, locally nameless and shared.

A term is an immutable tree.  Bound variables are de Bruijn indices, free symbols carry their
name and their kind, and equal terms are the same object, so ``is`` decides syntactic identity.
The meaning of every head is given in ``docs/certificates.md``; nothing here rewrites anything:
``x/x`` stays ``x/x``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from weakref import WeakValueDictionary

Data = Fraction | str | int | None

MAX_DEPTH = 300
MAX_SHOWN = 20_000      # nodes of a term that is written out in a message

# head -> (sorts of the arguments, sort of the result).  "R" a real number, "B" a truth value,
# "K" a block of random variables.  A trailing "*" repeats the last sort (at least once more).
SIGNATURE: dict[str, tuple[str, str]] = {
    "add": ("RR*", "R"), "mul": ("RR*", "R"), "neg": ("R", "R"), "div": ("RR", "R"),
    "pow": ("RR", "R"), "sqrt": ("R", "R"), "exp": ("R", "R"), "log": ("R", "R"),
    "e": ("", "R"), "pi": ("", "R"),
    "abs": ("R", "R"), "sign": ("R", "R"), "relu": ("R", "R"), "max": ("RR", "R"),
    "min": ("RR", "R"), "floor": ("R", "R"), "ceil": ("R", "R"),
    "sin": ("R", "R"), "cos": ("R", "R"), "tanh": ("R", "R"),
    "ite": ("BRR", "R"), "ind": ("B", "R"),
    "E": ("R", "R"), "var": ("R", "R"), "cov": ("RR", "R"), "P": ("B", "R"), "condE": ("RB", "R"),
    "sum": ("RRR", "R"), "prod": ("RRR", "R"), "maxover": ("RRR", "R"), "count": ("RRB", "R"),
    "true": ("", "B"), "false": ("", "B"),
    "eq": ("RR", "B"), "ne": ("RR", "B"), "le": ("RR", "B"), "lt": ("RR", "B"),
    "and": ("BB*", "B"), "or": ("BB*", "B"), "not": ("B", "B"), "imp": ("BB", "B"),
    "iff": ("BB", "B"), "forall": ("B", "B"), "exists": ("B", "B"), "isint": ("R", "B"),
    "isleast": ("RB", "B"),
    "surely": ("B", "B"), "integrable": ("R", "B"), "indep": ("K*", "B"), "samelaw": ("KK", "B"),
    "fam": ("RRK", "K"), "tup": ("RR*", "K"),
    "law_normal": ("RRR", "B"), "law_bernoulli": ("RR", "B"), "law_uniform": ("RRR", "B"),
    "law_exponential": ("RR", "B"), "law_beta": ("RRR", "B"), "law_poisson": ("RR", "B"),
    "deriv": ("RR", "R"), "hasderiv": ("RRR", "B"), "near": ("BR", "B"),
    "integral": ("RRR", "R"), "integral_up": ("RR", "R"), "integral_line": ("R", "R"),
    "limit": ("RR", "R"), "limit_up": ("R", "R"), "limit_seq": ("R", "R"),
    "tends": ("RRR", "B"), "tends_up": ("RR", "B"), "tends_seq": ("RR", "B"),
    "inv": ("KRR", "R"), "det": ("K", "R"),
    "gamma": ("R", "R"), "arctan": ("R", "R"), "erf": ("R", "R"),
}
# head -> positions of the arguments that stand under the one variable it binds
BINDERS: dict[str, tuple[int, ...]] = {
    "sum": (2,), "prod": (2,), "maxover": (2,), "count": (2,), "fam": (2,),
    "forall": (0,), "exists": (0,), "isleast": (1,),
    "deriv": (0,), "hasderiv": (0,), "near": (0,),
    "integral": (2,), "integral_up": (1,), "integral_line": (0,),
    "limit": (0,), "limit_up": (0,), "limit_seq": (0,), "tends": (0,), "tends_up": (0,), "tends_seq": (0,),
}
RANGED = frozenset({"sum", "prod", "maxover", "count", "fam"})
# heads about the values of their body close to a point, which is their second argument
LOCAL = frozenset({"deriv", "hasderiv", "near"})
# heads whose value does not depend on the outcome, whatever stands inside
MODAL = frozenset({"E", "var", "cov", "P", "condE", "surely", "integrable", "indep", "samelaw"}
                  | {h for h in SIGNATURE if h.startswith("law_")})


class TermError(ValueError):
    """A tree that is not a term: wrong head, arity, sort, a name that is not text, or too deep."""


class Capture(TermError):
    """A random term would come to stand inside a modal head, where it would mean something else."""


class Term:
    """One node.  ``head`` with ``args``, or a leaf with ``data``.

    Leaves: ``num`` (a Fraction), ``v`` a deterministic symbol, ``r`` a random symbol, ``b`` a
    bound index.  ``f`` and ``g`` apply a deterministic and a random family to indices; ``p``,
    for axiom schemes alone, stands for a statement.
    """

    __slots__ = ("__weakref__", "args", "bound", "data", "depth", "head", "key", "random", "sort",
                 "symbols")
    head: str
    args: tuple[Term, ...]
    data: Data
    sort: str
    bound: int                      # 0 if closed, else 1 + the largest loose index
    depth: int
    random: bool                    # a random symbol stands outside every modal head
    symbols: frozenset[tuple[str, str, int]]   # free (kind, name, arity)
    key: str | None                 # where it stands in the order of atoms, once that was asked for

    def __repr__(self) -> str:
        size = tree_size(self)      # shared terms may be trees of any size, and messages show trees
        return show(self) if size <= MAX_SHOWN else f"[a term of {size} nodes]"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a term never changes")

    def __reduce__(self) -> tuple[Callable[..., Term], tuple[object, ...]]:
        return (make, (self.head, self.args, self.data))


_TABLE: WeakValueDictionary[tuple[object, ...], Term] = WeakValueDictionary()
_SET = object.__setattr__
_EMPTY: frozenset[tuple[str, str, int]] = frozenset()


def _check_sorts(head: str, args: tuple[Term, ...]) -> str:
    try:
        spec, sort = SIGNATURE[head]
    except KeyError:
        raise TermError(f"term: the head {head!r} does not exist") from None
    wanted = spec[:-1] + spec[-2] * (len(args) - len(spec) + 1) if spec.endswith("*") else spec
    if len(args) != len(wanted):
        raise TermError(f"term: {head} takes {spec or 'no'} arguments, found {len(args)}")
    for arg, want in zip(args, wanted, strict=True):
        if arg.sort != want and not (want == "K" and arg.sort == "R"):
            raise TermError(f"term: {head} wants sort {want} where {arg!r} of sort {arg.sort} stands")
    return sort


def make(head: str, args: Sequence[Term] = (), data: Data = None) -> Term:
    """The term with this head, arguments and leaf data.  Errors: TermError."""
    args = tuple(args)
    key = (head, data, *map(id, args))
    found = _TABLE.get(key)
    if found is not None:
        return found
    symbols: frozenset[tuple[str, str, int]] = _EMPTY.union(*(a.symbols for a in args))
    random = any(a.random for a in args)
    bound = 0
    if head == "num":
        if not isinstance(data, Fraction) or args:
            raise TermError(f"term: a number holds a Fraction, found {data!r}")
        sort = "R"
    elif head == "b":
        if not isinstance(data, int) or data < 0 or args:
            raise TermError(f"term: a bound index is a natural number, found {data!r}")
        sort, bound = "R", data + 1
    elif head in ("v", "r", "f", "g", "p"):
        if not isinstance(data, str) or not data or (head != "p" and bool(args) != (head in "fg")):
            raise TermError(f"term: a symbol of kind {head} needs a name, found {data!r}")
        if any(a.sort != "R" for a in args):
            raise TermError(f"term: the indices of {data} must be numbers")
        sort = "B" if head == "p" else "R"
        symbols |= {(head, data, len(args))}
        random = random or head in "rgp"
    else:
        if data is not None:
            raise TermError(f"term: {head} holds no data")
        sort = _check_sorts(head, args)
        if head in MODAL:
            random = False
    under = BINDERS.get(head, ())
    for k, a in enumerate(args):
        bound = max(bound, a.bound - 1 if k in under else a.bound)
    depth = 1 + max((a.depth for a in args), default=0)
    if depth > MAX_DEPTH:
        raise TermError(f"term: nested deeper than {MAX_DEPTH} levels; split the expression")
    t = object.__new__(Term)
    for name, value in (("head", head), ("args", args), ("data", data), ("sort", sort),
                        ("bound", bound), ("depth", depth), ("random", random),
                        ("symbols", symbols), ("key", None)):
        _SET(t, name, value)
    _TABLE[key] = t
    return t


# -- building -----------------------------------------------------------------------------------

Number = int | Fraction
Termlike = Term | int | Fraction


def num(value: Number) -> Term:
    """An exact rational number."""
    return make("num", (), Fraction(value))


def term(value: Termlike) -> Term:
    """A term from a term or an exact number."""
    return value if isinstance(value, Term) else num(value)


def var(name: str) -> Term:
    """A deterministic real symbol."""
    return make("v", (), name)


def rvar(name: str) -> Term:
    """A random variable."""
    return make("r", (), name)


def bvar(index: int) -> Term:
    """The variable of the binder ``index`` levels out."""
    return make("b", (), index)


def at(name: str, *indices: Termlike, random: bool = False) -> Term:
    """A family at its indices: ``m(t)``, or the random ``w(i)``."""
    return make("g" if random else "f", [term(i) for i in indices], name)


def op(head: str, *args: Termlike) -> Term:
    """An operator applied to arguments."""
    return make(head, [term(a) for a in args])


def add(*args: Termlike) -> Term:
    """The sum of any number of terms (0 for none)."""
    return num(0) if not args else term(args[0]) if len(args) == 1 else op("add", *args)


def mul(*args: Termlike) -> Term:
    """The product of any number of terms (1 for none)."""
    return num(1) if not args else term(args[0]) if len(args) == 1 else op("mul", *args)


def sub(a: Termlike, b: Termlike) -> Term:
    """``a - b``, written as a sum with a negation."""
    return op("add", a, op("neg", b))


def eq(a: Termlike, b: Termlike) -> Term:
    """The equation ``a = b``."""
    return op("eq", a, b)


def imps(premises: Iterable[Term], goal: Term) -> Term:
    """``p1 -> (p2 -> ... goal)``."""
    for p in reversed(list(premises)):
        goal = op("imp", p, goal)
    return goal


def in_range(x: Term, lo: Term, hi: Term) -> tuple[Term, Term, Term]:
    """What holds of the variable of a ranged binder: an integer from ``lo`` to ``hi``."""
    return (op("isint", x), op("le", lo, x), op("le", x, hi))


def literal(t: Term) -> Fraction | None:
    """The value of a literal number."""
    return t.data if isinstance(t.data, Fraction) else None


_COMPARE: dict[str, Callable[..., bool]] = {
    "isint": lambda x: bool(x.denominator == 1), "ne": operator.ne, "le": operator.le, "lt": operator.lt}


def evident(p: Term) -> bool:
    """Whether ``p`` compares literal numbers, or says that one is an integer, and is true."""
    values = [literal(a) for a in p.args]
    return p.head in _COMPARE and None not in values and _COMPARE[p.head](*values)


def negation(p: Term) -> Term:
    """The opposite statement, with the order relations turned round."""
    match p.head:
        case "eq" | "ne":
            return op("ne" if p.head == "eq" else "eq", *p.args)
        case "le" | "lt":
            return op("lt" if p.head == "le" else "le", p.args[1], p.args[0])
        case "true" | "false":
            return op("false" if p.head == "true" else "true")
    return p.args[0] if p.head == "not" else op("not", p)


def is_square(k: Term) -> bool:
    """A matrix with numbers for entries: ``fam(1, n, fam(1, n, entry))``."""
    if k.head != "fam" or k.args[2].head != "fam":
        return False
    (lo, hi, rows), one = k.args, num(1)
    return lo is one and rows.args[0] is one and rows.args[1] is shift(hi, 1) and rows.args[2].sort == "R"


# -- binding ------------------------------------------------------------------------------------

Leaf = Callable[[Term, int, bool], Term | None]


def _map(t: Term, leaf: Leaf, level: int = 0, modal: bool = False,
         memo: dict[tuple[int, int, bool], Term] | None = None) -> Term:
    """Rebuild ``t``; ``leaf(node, binders crossed, whether a modal head was)`` gives a replacement or None to go
    down."""
    memo = {} if memo is None else memo
    key = (id(t), level, modal)
    if t.args and key in memo:
        return memo[key]
    new = leaf(t, level, modal)
    if new is t or not t.args:
        return new or t
    if new is None:
        under, inner = BINDERS.get(t.head, ()), modal or t.head in MODAL
        args = [_map(a, leaf, level + (k in under), inner, memo) for k, a in enumerate(t.args)]
        new = t if all(map(operator.is_, args, t.args)) else make(t.head, args, t.data)
    memo[key] = new
    return new


def _index(n: Term) -> int:
    assert isinstance(n.data, int)
    return n.data


def shift(t: Term, by: int) -> Term:
    """Raise every loose index by ``by``."""
    def leaf(n: Term, level: int, modal: bool) -> Term | None:
        if n.bound <= level:
            return n
        return bvar(_index(n) + by) if n.head == "b" else None
    return _map(t, leaf) if by else t


def open_with(body: Term, values: Sequence[Term]) -> Term:
    """Replace the outermost loose indices: index k becomes ``values[k]``.

    An index stands for one real number, so inside a modal head no random term may take its place:
    ``E[#0 * Y]`` at the number that X happens to be is ``X * E[Y]``, not ``E[X * Y]``.
    Errors: Capture if that would happen.
    """
    def leaf(n: Term, level: int, modal: bool) -> Term | None:
        if n.bound <= level:
            return n
        if n.head != "b":
            return None
        k = _index(n) - level
        if k >= len(values):
            return bvar(_index(n) - len(values))
        if modal and values[k].random:
            raise Capture(f"the random term {values[k]!r} would be captured by a modal head in {body!r}")
        return shift(values[k], level)
    return _map(body, leaf)


def close_over(t: Term, symbols: Sequence[Term]) -> Term:
    """The body that ``open_with`` turns back into ``t``: ``symbols[k]`` becomes index k."""
    place = {s: k for k, s in enumerate(symbols)}
    wanted = {("v", s.data, 0) for s in symbols}

    def leaf(n: Term, level: int, modal: bool) -> Term | None:
        if n in place:
            return bvar(place[n] + level)
        if n.bound <= level and not (n.symbols & wanted):
            return n
        return bvar(_index(n) + len(symbols)) if n.head == "b" else None
    return _map(t, leaf)


def bind(head: str, symbol: Term, *args: Termlike) -> Term:
    """A binder over ``symbol``: ``bind("sum", k, lo, hi, body)``."""
    under = BINDERS[head]
    return make(head, [close_over(term(a), [symbol]) if k in under else term(a)
                       for k, a in enumerate(args)])


def forall(symbol: Term, premises: Iterable[Term], goal: Term) -> Term:
    """``for every symbol: premises -> goal``."""
    return bind("forall", symbol, imps(premises, goal))


Instance = dict[tuple[str, str, int], Term]


def instantiate(t: Term, values: Instance) -> Term:
    """Replace free symbols, without capture.

    A symbol of arity n > 0 is replaced by a body whose index k stands for its k-th argument.  ``not``
    of a statement symbol becomes the ``negation`` of what is put in.
    Errors: TermError if a deterministic symbol is given a random body, Capture as ``open_with``.
    """
    for (kind, name, arity), body in values.items():
        if kind in "vf" and body.random:
            raise TermError(f"instantiate: {name} is deterministic, {body!r} is random")
        if body.bound > arity:
            raise TermError(f"instantiate: the body for {name} has a loose index")
        if body.sort != ("B" if kind == "p" else "R"):
            raise TermError(f"instantiate: {name} stands for something of another sort, found {body!r}")
    wanted = frozenset(values)

    def leaf(n: Term, level: int, modal: bool) -> Term | None:
        if not (n.symbols & wanted):
            return n
        if n.head == "not" and n.args[0].head == "p":
            return negation(_map(n.args[0], leaf, level, modal))
        body = values.get((n.head, str(n.data), len(n.args)))
        # the arguments may hold loose indices of outer binders: open_with keeps them
        return None if body is None else open_with(body, [_map(a, leaf, level) for a in n.args])
    return _map(t, leaf)


def subterms(t: Term) -> list[Term]:
    """Every node of ``t``, each once, children first."""
    seen: dict[Term, None] = {}

    def walk(n: Term) -> None:
        if n not in seen:
            for a in n.args:
                walk(a)
            seen[n] = None
    walk(t)
    return list(seen)


def tree_size(t: Term) -> int:
    """How many nodes the term has as a tree, shared ones counted each time."""
    sizes: dict[Term, int] = {}

    def walk(n: Term) -> int:
        if n not in sizes:
            sizes[n] = 1 + sum(map(walk, n.args))
        return sizes[n]
    return walk(t)


def fresh(stem: str, *avoid: Term) -> Term:
    """A deterministic symbol whose name occurs in none of the terms."""
    taken = {name for t in avoid for _, name, _ in t.symbols}
    name, k = stem, 0
    while name in taken:
        k += 1
        name = f"{stem}'{k}" if k > 1 else f"{stem}'"
    return var(name)


_INFIX = {"add": " + ", "mul": "*", "div": "/", "pow": "^", "eq": " = ", "ne": " != ",
          "le": " <= ", "lt": " < ", "and": " & ", "or": " | ", "imp": " -> ", "iff": " <-> "}


def show(t: Term) -> str:
    """A compact one-line form for messages and debugging."""
    parts = list(map(show, t.args))
    if t.head in _INFIX:
        return f"({_INFIX[t.head].join(parts)})"
    name = t.head if t.data is None else f"#{t.data}" if t.head == "b" else str(t.data)
    return name + (f"({', '.join(parts)})" if parts else "")
