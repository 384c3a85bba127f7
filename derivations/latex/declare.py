"""Declarations: what an answer's names stand for.

Reads strings such as ``w_i, i = 1..d, random, iid, E[w_i] = 0`` into symbols and the kernel formulas
they stand for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction

from derivations.kernel.term import Term, bind, close_over, forall, num, op, open_with
from derivations.latex import families
from derivations.latex.lines import neutral, read_line
from derivations.latex.meaning import Reader, factors, shown_symbol
from derivations.latex.notations.probability import spread_for_variance
from derivations.latex.parser import GREEK, RELATIONS, TRANSPOSED, Bound, Parser
from derivations.latex.properties import ONE_HOT, function_facts, general, matrix_facts, one_hot, refuse_words, signs
from derivations.latex.scope import Range, Scope, Symbol, items, kernel_name, range_facts
from derivations.latex.sets import is_whole, member, read_set
from derivations.latex.syntax import Node, Written
from derivations.latex.syntax import Range as Span
from derivations.latex.tokens import Macro, Token, expand, scan
from derivations.latex.unreadable import Unreadable
from derivations.latex.values import Array, Value, fresh_index, swapped

assert families.FAMILIES  # imported for what it registers

_WORDS = """
    real integer positive nonnegative non-negative negative nonzero non-zero natural random iid i.i.d.
    independent sequence function vector matrix scalar differentiable convex symmetric diagonal orthogonal
    invertible constant number increasing decreasing concave continuous smooth deterministic even odd one-hot
    onehot variable finite known given fixed probability strictly twice continuously definite full column rank
    is a an the not about of in superscript subscript name with bounded square nonsingular parameter parameters
    size index identically distributed mean zero positive-definite layer weights bias complex monotone
    integrable loss
"""
_KNOWN = frozenset(_WORDS.split())
_LAWS = {
    "N": "law_normal",
    "Bernoulli": "law_bernoulli",
    "Bern": "law_bernoulli",
    "Ber": "law_bernoulli",
    "Uniform": "law_uniform",
    "U": "law_uniform",
    "Unif": "law_uniform",
    "Exp": "law_exponential",
    "Exponential": "law_exponential",
    "Beta": "law_beta",
    "Poisson": "law_poisson",
    "Pois": "law_poisson",
    "Poi": "law_poisson",
}
_ARITY = {"law_normal": 2, "law_bernoulli": 1, "law_uniform": 2, "law_exponential": 1, "law_beta": 2, "law_poisson": 1}


@dataclass
class Context:
    """What the declarations say: names and formulas.  ``local`` gives the facts of range indices."""

    scope: Scope
    hyps: list[Term] = field(default_factory=list)
    macros: dict[str, Macro] = field(default_factory=dict)
    families: dict[str, Symbol] = field(default_factory=dict)  # families with independent members
    defined: dict[Term, str] = field(default_factory=dict)  # formulas that define a name
    start: Term | None = None  # what the question asks for: a first line may begin with a relation
    goal: Term | None = None  # what is to be shown

    def __post_init__(self) -> None:
        self.scope.facts = self.hyps

    def add(self, *facts: Term) -> None:
        """Add formulas, each once."""
        for f in facts:
            if f not in self.hyps:
                self.hyps.append(f)


@dataclass
class _Entry:
    """One declaration taken apart."""

    text: str
    names: list[Written] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    about: dict[str, list[Token]] = field(default_factory=dict)
    ranges: list[tuple[Written, list[Token], list[Token]]] = field(default_factory=list)
    member: list[Token] | None = None
    formulas: list[list[Token]] = field(default_factory=list)
    laws: list[tuple[list[Token], list[Token]]] = field(default_factory=list)
    apart: str = ""  # what it is independent of
    symbols: list[Symbol] = field(default_factory=list)


def _normal(text: str) -> str:
    """Greek names may be typed without a backslash."""
    out: list[str] = []
    word = ""
    for c in text + " ":
        if c.isalpha():
            word += c
            continue
        if word in GREEK and len(word) > 1 and not (out and out[-1].endswith("\\")):
            word = "\\" + word + " "
        out += [word, c]
        word = ""
    return "".join(out).strip()


def declare(
    lets: Sequence[str],
    givens: Sequence[str] = (),
    macros: Mapping[str, Macro] | None = None,
    context: Context | None = None,
    strict: bool = False,
) -> Context:
    """The context of some declarations and given equations.

    Errors: Unreadable, whose message begins with the declaration that is meant.
    """
    c = context or Context(Scope())
    c.scope.strict = strict
    c.macros.update(macros or {})
    entries: list[_Entry] = []
    lets_: list[str] = []
    late: list[tuple[str, str]] = []
    for text in lets:
        stripped = text.strip()
        with _where(text):
            if stripped.startswith("let "):
                lets_.append(stripped[4:])
                continue
            if " divides " in stripped:
                late.append(("divides", stripped))
                continue
            if " independent of " in stripped and stripped.split(" independent of ")[0].count(" ") == 0:
                late.append(("independent", stripped))
                continue
            entries += _taken_apart(stripped, c)
    for e in sorted(entries, key=lambda e: bool(e.ranges) + 2 * (e.member is not None)):
        with _where(e.text):
            _declare_names(c, e)
    for e in entries:
        with _where(e.text):
            _facts(c, e)
    for text in lets_:
        with _where(text):
            define_text(c, text)
    for e in entries:
        if e.apart:
            with _where(e.text):
                for x in e.symbols:
                    _apart(c, [x, *(_random_symbol(c, part, e.text) for part in _pieces(e.apart))])
    for kind, text in late:
        with _where(text):
            (_divides if kind == "divides" else _independent)(c, text)
    _independence(c)
    for text in givens:
        with _where(text):
            c.add(*given_facts(c, text))
    return c


@contextmanager
def _where(text: str) -> Iterator[None]:
    """Names the declaration in what goes wrong with it."""
    try:
        yield
    except Unreadable as stop:
        if not stop.message.startswith("in the declaration"):
            stop.message = f"in the declaration '{text}': {stop.message}"
            stop.args = (stop.message,)
        raise


# -- taking a declaration apart -----------------------------------------------------------------


def _pieces(text: str) -> list[str]:
    """The parts between commas that stand in no bracket."""
    out, level, start = [], 0, 0
    for k, ch in enumerate(text):
        level += (ch in "([{") - (ch in ")]}")
        if ch == "," and level <= 0:
            out.append(text[start:k])
            start = k + 1
    out.append(text[start:])
    return [p.strip() for p in out]


def _tokens(text: str, c: Context) -> list[Token]:
    return neutral(expand(scan(text), c.macros))


def _taken_apart(text: str, c: Context) -> list[_Entry]:
    """The entries of a declaration: a name that stands behind what is said of others begins a new one."""
    entries = [_Entry(text)]
    pieces = [p for p in _pieces(_normal(text)) if p]
    k = 0
    while k < len(pieces):
        piece = pieces[k]
        dots = pieces[k + 1 : k + 3]
        if len(dots) == 2 and dots[0] in ("\\dots", "\\ldots", "...", "\\cdots") and "=" in piece:
            piece = f"{piece}..{dots[1]}"
            k += 2
        e = entries[-1]
        count = len(e.names)
        if e.apart and not _has_words(piece):
            e.apart += "," + piece
            k += 1
            continue
        fresh = _Entry(text)
        law = "\\sim" in piece
        _piece(fresh if count and (e.words or e.member is not None) and not law else e, piece, c)
        if fresh.names:
            entries.append(fresh)
        else:
            _absorb(e, fresh)
        k += 1
    if not entries[0].names:
        raise Unreadable("a name is expected at the front", 0, len(text))
    return entries


def _absorb(e: _Entry, more: _Entry) -> None:
    """Adds what a piece without a name of its own says."""
    e.words += more.words
    e.about |= more.about
    e.ranges += more.ranges
    e.formulas += more.formulas
    e.laws += more.laws
    e.apart = more.apart or e.apart
    if more.member is not None:
        _member_of(e, more.member)


def _piece(e: _Entry, piece: str, c: Context) -> None:
    for dots in ("..", "\\dots", "\\ldots"):
        left, found, right = piece.partition(dots)
        if found and "=" in left and "{" + dots not in piece:
            name, low = left.split("=", 1)
            w = _name(name, c)
            e.ranges.append((w, _tokens(low.strip(" ,"), c), _tokens(right.strip(" .,"), c)))
            return
    if "\\in" in piece.replace("\\infty", "").replace("\\int", ""):
        head, _, rest = piece.partition("\\in")
        head = head.strip()
        rest, words = _trailing_words(rest.strip())
        if head:
            e.names.append(_name(head, c))
        _member_of(e, _tokens(rest, c))
        _take_words(e, words, c)
        return
    if "\\sim" in piece:
        left, right = piece.split("\\sim", 1)
        if not e.names:
            e.names.append(_name(left, c))
        e.laws.append((_tokens(left, c), _tokens(right, c)))
        return
    tokens = _tokens(piece, c) if not _has_words(piece) else []
    if any(t.text in RELATIONS for t in tokens):
        e.formulas.append(tokens)
        return
    words = piece.split()
    cut = next(
        (k for k, w in enumerate(words) if w.lower() in _KNOWN and not (k == 0 and len(w) == 1 and not e.names)),
        len(words),
    )
    if cut:
        e.names.append(_name(" ".join(words[:cut]), c))
    _take_words(e, words[cut:], c)


def _member_of(e: _Entry, tokens: list[Token]) -> None:
    if e.member is not None:
        raise Unreadable("one set for the names of a declaration is read", 0, len(e.text))
    e.member = tokens


def _has_words(piece: str) -> bool:
    return any(w.lower() in _KNOWN and len(w) > 2 for w in piece.split())


def _trailing_words(text: str) -> tuple[str, list[str]]:
    words = text.split()
    k = len(words)
    while k and words[k - 1].lower() in _KNOWN:
        k -= 1
    return " ".join(words[:k]), words[k:]


def _take_words(e: _Entry, words: Sequence[str], c: Context) -> None:
    k = 0
    while k < len(words):
        w = words[k].lower()
        if w in ("about", "of", "in") and k + 1 < len(words):
            rest = " ".join(words[k + 1 :])
            before = set(e.words)
            e.words.append(w)
            if w == "of" and "independent" in before:
                e.apart = rest
            elif w == "in" and not before & ONE_HOT:
                _member_of(e, _tokens(rest, c))
            elif w == "of" or (w == "about" and "symmetric" not in before):
                raise Unreadable(f"the words '{w} {rest}' are not read here", 0, len(e.text))
            else:
                e.about[w] = _tokens(rest, c)
            return
        if w not in _KNOWN:
            raise Unreadable(f"the word {words[k]!r} is not read in a declaration", 0, len(e.text))
        if w not in ("is", "a", "an", "the"):
            e.words.append(w)
        k += 1


def _name(text: str, c: Context) -> Written:
    return _named(_tokens(text.strip(), c))


def _named(tokens: list[Token]) -> Written:
    if not tokens:
        raise Unreadable("a name is expected", 0, 1)
    p = Parser(tokens, _Plain())
    name, _ = (
        p.bare_name()
        if not (
            tokens[0].kind == "char"
            and len(tokens) > 1
            and all(t.kind == "char" and t.text.isalpha() and not t.space for t in tokens)
        )
        else (_word_name(p), 0)
    )
    n = _bracketed(p, p._scripts(name, 0))
    if p.sees("("):
        args = p.arguments()
        n = Node("apply", (n, *args))
    if p.peek() is not None:
        raise p.error("a single name is expected")
    if n.kind == "apply":
        n = n.args[0]
    assert isinstance(n.data, Written)
    return n.data


def written_name(text: str) -> Written:
    """A single name with its scripts.  Errors: Unreadable."""
    return _name(text, Context(Scope()))


def _word_name(p: Parser) -> Written:
    text = "".join(t.text for t in p.tokens)
    p.pos = len(p.tokens)
    return Written(text, font="r")


class _Plain:
    """Names as the grammar sees them before anything is declared."""

    def is_function(self, w: Written) -> bool:
        return False

    def is_known(self, w: Written) -> bool:
        return True


# -- symbols ------------------------------------------------------------------------------------


def _declare_names(c: Context, e: _Entry) -> None:
    words = set(e.words)
    reader = Reader(c.scope)
    letters = [w for w, _, _ in e.ranges]
    ranges: list[Range] = []
    for w, low, high in e.ranges:
        lo = _number(reader, low)
        endless = any(t.text == "infty" for t in high) or not high
        hi = None if endless else _number(reader, high)
        ranges.append((lo, hi))
        c.scope.integers[w.base] = (lo, hi)
        if hi is not None:
            _sizes(c, hi)
    shape = _shape(c, e, reader)
    whole = e.member is not None and is_whole(_set(c, e))
    for w in e.names:
        old = c.scope.lookup(w)
        s = _symbol(e, w, words, letters, ranges, shape, whole)
        if old is not None and old.known and old.name == s.name:
            s = _merged(old, s)
        c.scope.declare(s)
        e.symbols.append(s)


def _sizes(c: Context, t: Term) -> None:
    """A bound that is a bare name nothing declares is a positive integer."""
    if t.head == "v":
        s = c.scope.symbols.get(str(t.data))
        if s is not None and not s.known:
            c.scope.declare(replace(s, integer=True, known=True))
            c.scope.notes[:] = [n for n in c.scope.notes if not n.startswith(shown_symbol(s) + " is not declared")]
            c.scope.note(f"{shown_symbol(s)} is not declared and is taken to be a positive integer")
            c.add(op("isint", t), op("le", 1, t))


def _number(r: Reader, tokens: Sequence[Token]) -> Term:
    return r.number(Parser(tokens, r.scope).whole())


def _shape(c: Context, e: _Entry, r: Reader) -> tuple[Term, ...]:
    one_hot = bool(set(e.words) & ONE_HOT)
    if e.member is None:
        if one_hot and "in" in e.about:
            size = _number(r, e.about["in"])
            _sizes(c, size)
            return (size,)
        return ()
    n = _set(c, e)
    if n.kind != "tuples":
        return ()
    sup = n.data
    if len(sup.nodes) != 1:
        raise Unreadable("a size such as \\mathbb{R}^{m \\times n} is expected", 0, len(e.text))
    out = tuple(r.number(f) for f in _sizes_of(sup.nodes[0]))
    if len(out) > 2:
        raise Unreadable("arrays with more than two indices are declared as families", 0, len(e.text))
    for t in out:
        _sizes(c, t)
    return out


def _set(c: Context, e: _Entry) -> Node:
    """The set behind ``\\in``."""
    assert e.member is not None
    p = Parser(e.member, c.scope)
    n = read_set(p)
    if p.peek() is not None:
        raise p.error("the end of the set is expected")
    return n


def _sizes_of(n: Node) -> list[Node]:
    if n.kind == "mul" and n.data == "*":
        return [*_sizes_of(n.args[0]), n.args[1]]
    return [n]


def _symbol(
    e: _Entry,
    w: Written,
    words: set[str],
    letters: Sequence[Written],
    ranges: Sequence[Range],
    shape: tuple[Term, ...],
    whole: bool,
) -> Symbol:
    bases = [x.base for x in letters]
    sub = list(items(w.sub))
    place = ""
    sup = ""
    outer = 0
    mine: list[Range | None] = []
    if w.sup is not None:
        named = "superscript" in words
        indices = [x.data.base for x in w.sup.nodes if x.kind == "name"]
        if not named and indices and all(b in bases for b in indices):
            place, outer = "sup", len(indices)
            mine += [ranges[bases.index(b)] for b in indices]
        elif named or not w.sup.paren:
            sup = w.sup.text
        else:
            raise Unreadable("give the range of the superscript, or say 'superscript is a name'", 0, len(e.text))
    if w.sub is not None and bases:
        flat = _indices(w)
        found = [b for b in flat if b in bases]
        if found:
            sub = [s for s in flat if s not in bases]
            place = place or "sub"
            outer += len(found)
            mine += [ranges[bases.index(b)] for b in found]
    if ranges and not outer:
        if len(ranges) == 1 and not w.sup and not w.sub:
            place, outer, mine = "", 1, [ranges[0]]
        else:
            raise Unreadable("the index of the range must stand in the name", 0, len(e.text))
    if "sequence" in words and not outer:
        outer, mine, place = 1, [None], ""
    letter = replace(w, sub=None, sup=None)
    integer = (whole or bool(words & {"integer", "natural", "even", "odd"})) and "random" not in words
    return replace(
        Symbol.written(kernel_name(letter, sub, sup), w, sub, sup),
        place=place,
        outer=outer,
        ranges=tuple(mine),
        shape=shape,
        random="random" in words or bool(e.laws),
        integer=integer,
        arguments=1 if "function" in words else 0,
        words=frozenset(words),
    )


def _indices(w: Written) -> list[str]:
    """The indices of a subscript, letters of ``ij`` apart."""
    assert w.sub is not None
    out: list[str] = []
    for text, node in zip(items(w.sub), w.sub.nodes or (None,) * 9, strict=False):
        parts = factors(node) if node is not None else []
        if len(parts) > 1 and all(x.kind == "name" for x in parts):
            out += [x.data.base for x in parts]
        else:
            out.append(text)
    return out


def _merged(old: Symbol, new: Symbol) -> Symbol:
    return replace(
        old,
        outer=max(old.outer, new.outer),
        ranges=new.ranges or old.ranges,
        shape=new.shape or old.shape,
        place=new.place or old.place,
        random=old.random or new.random,
        integer=old.integer or new.integer,
        arguments=max(old.arguments, new.arguments),
        words=old.words | new.words,
    )


# -- formulas -----------------------------------------------------------------------------------


def _facts(c: Context, e: _Entry) -> None:
    words = set(e.words)
    for s in [c.scope.symbols[x.name] for x in e.symbols]:
        refuse_words(s, words)
        if s.arguments:
            c.add(*function_facts(s, words))
            continue
        plain = signs(words)
        if plain:
            c.add(*general(s, lambda t, _, plain=plain: [f(t) for f in plain]))  # type: ignore[misc]
        _member_facts(c, e, s)
        c.add(*matrix_facts(s, words))
        if words & ONE_HOT:
            c.add(*one_hot(s))
        if s.random:
            _random_facts(c, e, s, words)
    for tokens in e.formulas:
        c.add(*statement_facts(c, Parser(tokens, c.scope).whole()))
    if "probability" in words:
        for s in [c.scope.symbols[x.name] for x in e.symbols]:
            _probability(c, s)


def _probability(c: Context, s: Symbol) -> None:
    """A number from 0 to 1, or members of a family or entries of a vector that are at least 0 and add up to 1."""
    c.add(*general(s, lambda t, _: [op("le", 0, t)]))
    spans = s.spans
    if not spans:
        c.add(*general(s, lambda t, _: [op("le", t, 1)]))
        return
    if len(spans) != 1 or spans[0] is None or spans[0][1] is None:
        raise Unreadable("a probability vector has one index with a declared range", 0, 1)
    k = fresh_index()
    whole = op("eq", bind("sum", k, spans[0][0], spans[0][1], s.term((k,))), 1)
    c.add(op("surely", whole) if whole.random else whole)


def _member_facts(c: Context, e: _Entry, s: Symbol) -> None:
    if e.member is None:
        return
    n = _set(c, e)
    if n.kind == "tuples":
        n = n.args[0]
    r = Reader(c.scope)
    if n.kind in ("span", "upto"):
        _sizes(c, r.number(n.args[-1]))
    c.add(*general(s, lambda t, _: _parts(member(r, t, n))))


def _parts(t: Term) -> list[Term]:
    return [] if t.head == "true" else list(t.args) if t.head == "and" else [t]


def _random_facts(c: Context, e: _Entry, s: Symbol, words: set[str]) -> None:
    moments = any("var" in (t.text.lower() for t in f) or "Var" in "".join(t.text for t in f) for f in e.formulas)
    for left, right in e.laws:
        named = c.scope.lookup(_named(left))
        if named is None or named.name not in {x.name for x in e.symbols}:
            raise Unreadable("a law stands behind the name that it is about", 0, len(e.text))
        if named.name == s.name:
            _law(c, s, right, e)
    if "symmetric" in words:
        about = _number(Reader(c.scope), e.about["about"]) if "about" in e.about else num(0)
        if about is num(0):
            c.add(*general(s, lambda t, _: [op("samelaw", t, op("neg", t))]))
        else:
            c.add(
                *general(
                    s, lambda t, _: [op("samelaw", op("add", t, op("neg", about)), op("add", about, op("neg", t)))]
                )
            )
    if {"zero", "mean"} <= words:
        c.add(*general(s, lambda t, _: [op("eq", op("E", t), 0)]))
    if "constant" in words and "not" in words:
        c.add(*general(s, lambda t, _: [op("lt", 0, op("var", t))]))
    if words & {"iid", "i.i.d."} or {"identically", "distributed"} <= words:
        i = tuple(fresh_index() for _ in range(s.outer + len(s.shape)))
        here = s.term(i)
        inner = general(s, lambda t, _: [op("samelaw", here, t)])[0]
        for k, r in reversed(list(zip(i, s.spans, strict=True))):
            inner = forall(k, range_facts(k, r), inner)
        c.add(inner)
    if words & {"iid", "i.i.d.", "independent"}:
        c.families[s.name] = s
    if e.laws or moments or "constant" in words:
        c.add(*general(s, lambda t, _: [op("integrable", op("pow", t, 2))]))
    else:
        c.add(*general(s, lambda t, _: [op("integrable", t)]))


def _law(c: Context, s: Symbol, tokens: list[Token], e: _Entry) -> None:
    p = Parser(tokens, c.scope)
    t = p.take()
    word = t.text
    if t.kind == "macro":
        word = "".join(x.text for x in p.braced())
    else:
        while p.peek() is not None and not p.sees("("):
            word += p.take().text
    head = _LAWS.get(word)
    if head is None:
        raise Unreadable(f"the law {word!r} is not known; known are {', '.join(sorted(set(_LAWS)))}", 0, len(e.text))
    if p.sees("["):
        inner = p._bracket()
        args = inner.args
    else:
        args = p.arguments()
    if len(args) != _ARITY[head]:
        raise Unreadable(f"this law has {_ARITY[head]} parameters, found {len(args)}", 0, len(e.text))
    r = Reader(c.scope)
    values = [r.value(a) for a in args]
    if any(not isinstance(v, Term) for v in values):
        if head == "law_normal" and len(s.shape) == 1:
            _normal_vector(c, s, values)
            return
        raise Unreadable("a law of numbers is expected", 0, len(e.text))
    if head == "law_normal" and isinstance(values[1], Term):
        spread_for_variance(r, values[1])
    c.add(*general(s, lambda t, _: [op(head, t, *[v for v in values if isinstance(v, Term)])]))


def _normal_vector(c: Context, s: Symbol, values: Sequence[Value]) -> None:
    mean, cov = values
    r = Reader(c.scope)
    n = s.shape[0]
    vector = Array(s.shape, lambda i: s.term(i))
    c.add(r.algebra.statement(r.algebra.each(vector, lambda t: op("E", t)), mean, lambda a, b: op("eq", a, b)))
    matrix = Array((n, n), lambda i: op("cov", s.term((i[0],)), s.term((i[1],))))
    c.add(r.algebra.statement(matrix, cov, lambda a, b: op("eq", a, b)))


def statement_facts(c: Context, n: Node) -> list[Term]:
    """A given statement, for all values of the indices that run."""
    r = Reader(c.scope)
    index = {w: fresh_index() for w in _running(c, n)}
    with c.scope.binding(list(index), list(index.values())):
        t = r.truth(n)
    out = []
    for part in _parts(t):
        part = op("surely", part) if part.random else part
        for w, i in index.items():
            if ("v", str(i.data), 0) not in part.symbols:
                continue
            mine = [b for x, b in r.uses if x is i]
            part = forall(i, _index_facts(c, w, i, part, mine[0] if mine else None), part)
        out.append(part)
    return out


def _running(c: Context, n: Node) -> list[Written]:
    """Free names in index places: those of declared ranges, and those that only sequences carry."""
    out: list[Written] = []
    seen: set[Written] = set()
    below = _in_scripts(n)
    bound = {w for y in n.walk() if isinstance(y.data, Span) for w in y.data.names}
    for x in n.walk():
        if x.kind != "name" or x.data.sub is not None or x.data.sup is not None or x.data in seen:
            continue
        seen.add(x.data)
        if c.scope.bound_term(x.data) is not None:
            continue
        s = c.scope.lookup(x.data)
        if s is not None and _is_size(c, s.term(())):
            continue
        runs = (s is None and x.data.base in c.scope.integers) or (x.data in below and (s is None or s.integer))
        if runs and x.data not in bound:
            out.append(x.data)
    return out


def _is_size(c: Context, t: Term) -> bool:
    """Whether a number bounds ranges: then it is fixed and does not run."""
    spans = [r for s in c.scope.symbols.values() for r in s.ranges if r is not None] + list(c.scope.integers.values())
    bounds = [b for r in spans for b in r if b is not None] + [n for s in c.scope.symbols.values() for n in s.shape]
    return any(t.symbols & b.symbols for b in bounds)


def _in_scripts(n: Node) -> set[Written]:
    """The bare names that stand in a script of another name, not as a power of a number."""
    out: set[Written] = set()
    for x in n.walk():
        if x.kind == "name":
            for s in (x.data.sub, x.data.sup if x.data.sup is not None and x.data.sup.paren else None):
                for m in () if s is None else s.nodes:
                    out |= {y.data for y in m.walk() if y.kind == "name" and y.data.sub is None and y.data.sup is None}
    return out


def _index_facts(c: Context, w: Written, i: Term, part: Term, used: Range | None) -> list[Term]:
    """The range of an index that runs: where a family is ``used`` at it, else its own declaration, else
    that of the families declared with the same letter."""
    s = c.scope.lookup(w)
    r = used if used is not None else c.scope.integers.get(w.base)
    if s is not None and s.known:
        # a rule for a sequence holds from its start on, wherever the letter itself was said to begin
        name = s.term(())
        about = [h for h in c.hyps if h.head in ("isint", "le", "lt", "ne") and ("v", s.name, 0) in h.symbols]
        low = [h for h in about if h.head in ("le", "lt") and h.args[1] is name]
        facts = [swapped(h, name, i) for h in about if h not in low]
        if r is not None and r[1] is not None and not any(h.head in ("le", "lt") and h.args[0] is name for h in about):
            facts = [*(facts or [op("isint", i)]), op("le", i, r[1])]
        r = used if low else r
        own = [] if r is None or r[0] is None else [op("le", r[0], i)]
        return [*(facts or [op("isint", i)]), *(own or [op("le", _lowest(part, i), i)])]
    if r is not None:
        return range_facts(i, r)
    return [op("isint", i), op("le", _lowest(part, i), i)]


def _lowest(t: Term, i: Term) -> Term:
    """From where on no index is negative."""
    worst = 0
    stack = [t]
    while stack:
        x = stack.pop()
        stack += x.args
        if x.head in ("f", "g"):
            for a in x.args:
                if a.head == "add" and i in a.args:
                    rest = [b for b in a.args if b is not i]
                    if len(rest) == 1:
                        value = rest[0].args[0].data if rest[0].head == "neg" else rest[0].data
                        if isinstance(value, Fraction):
                            worst = min(worst, int(-value if rest[0].head == "neg" else value))
    return num(-worst)


def given_facts(c: Context, text: str) -> list[Term]:
    """The formulas of a given line."""
    line = read_line(text, c.scope, c.macros)
    out: list[Term] = []
    for chain in line.chains:
        if any(p is None or p.kind == "dots" for p in chain.parts) or len(set(line.links)) > 1:
            raise Unreadable("a given is a complete equation or inequality", chain.start, chain.end)
        defined = _as_definition(c, chain.parts, chain.signs)
        if defined is not None:
            out += defined
            continue
        out += statement_facts(c, Node("chain", chain.parts, chain.signs, chain.start, chain.end))  # type: ignore[arg-type]
    return out


def _as_definition(c: Context, parts: Sequence[Node | None], signs: Sequence[str]) -> list[Term] | None:
    """A given ``y = ...`` for a name that nothing declares introduces the name."""
    if len(parts) != 2 or signs[0] not in ("=", ":=") or parts[0] is None or parts[1] is None:
        return None
    left = parts[0]
    if (
        left.kind != "name"
        or c.scope.is_known(left.data)
        or (left.data.sub is not None and left.data.sub.nodes and any(x.kind == "name" for x in left.data.sub.nodes))
    ):
        return None
    if left.data.sup is not None:
        return None
    before = len(c.hyps)
    define(c, left, parts[1])
    return c.hyps[before:]


# -- definitions --------------------------------------------------------------------------------


def define_text(c: Context, text: str) -> Symbol:
    """``y = ...``, ``x_i = ..., i = 1..d`` or ``f(x) = ...``.  Errors: Unreadable."""
    pieces = _pieces(_normal(text))
    letters: list[tuple[Written, Range]] = []
    for w, rng in _letters_behind(c, pieces[1:], len(text)):
        letters.append((w, rng))
    tokens = _tokens(pieces[0], c)
    cut = next(
        (k for k, t in enumerate(tokens) if t.text in ("=", ":", "coloneqq", "triangleq") and not _nested(tokens, k)),
        None,
    )
    if cut is None:
        raise Unreadable("a definition has the form y = ...", 0, len(text))
    right_tokens = tokens[cut + 1 :]
    if tokens[cut].text == ":":
        right_tokens = tokens[cut + 2 :]
    left_tokens = tokens[:cut]
    head = _definition_head(left_tokens)
    for w, rng in letters:
        if w not in [y.data for y in head.walk() if y.kind == "name"][1:]:
            raise Unreadable(f"{w.base} is no index of this definition; declare it", 0, len(text))
        c.scope.integers.setdefault(w.base, rng)
    body = Parser(right_tokens, _WithArguments(c.scope, head)).whole()
    return define(c, head, body, dict(letters))


def _letters_behind(c: Context, pieces: Sequence[str], length: int) -> Iterator[tuple[Written, Range]]:
    """The ranges of indices behind a definition: ``i = 1..d``, ``n \\ge 0``.  Errors: Unreadable for all else."""
    r = Reader(c.scope)
    for text in pieces:
        name, found, rest = text.partition("=")
        low, dots, high = rest.partition("..")
        if found and dots:
            yield _name(name, c), (_number(r, _tokens(low, c)), _number(r, _tokens(high.strip("."), c)))
            continue
        tokens = _tokens(text, c)
        p = Parser(tokens, c.scope)
        sign = None
        with suppress(Unreadable):
            w, _ = p.bare_name()
            sign = p.relation()
        if sign in (">=", ">"):
            least = r.number(p.sum())
            if p.peek() is None:
                yield w, (least if sign == ">=" else op("add", least, 1), None)
                continue
        raise Unreadable(f"'{text}' is not read behind a definition; declare it", 0, length)


def _nested(tokens: Sequence[Token], k: int) -> bool:
    level = 0
    for t in tokens[:k]:
        level += (t.kind == "open" or t.text in ("(", "[")) - (t.kind == "close" or t.text in (")", "]"))
    return level > 0


class _WithArguments(Bound):
    """The names of a scope, with the arguments of a function that is defined."""

    def __init__(self, scope: Scope, head: Node) -> None:
        arguments = head.args[1:] if head.kind == "apply" else ()
        super().__init__(scope, [a.data for a in arguments if a.kind == "name"])
        self.scope = scope

    def lookup(self, w: Written) -> Symbol | None:
        return self.scope.lookup(w)


def _definition_head(tokens: Sequence[Token]) -> Node:
    p = Parser(tokens, _Plain())
    name, start = p.bare_name()
    n = _bracketed(p, p._scripts(name, start))
    if p.sees("("):
        n = Node("apply", (n, *p.arguments()))
    if p.peek() is not None:
        raise p.error("a name is expected on the left of a definition")
    return n


def _bracketed(p: Parser, n: Node) -> Node:
    """``W[i,j]`` as a name with indices."""
    if not p.sees("[") or n.kind != "name":
        return n
    w = p.entries(n.data)
    if w is None:
        raise p.error("indices are expected in this bracket")
    return Node("name", (), w, n.start, p.last_end())


def _indexes(c: Context, x: Node, ranges: Mapping[Written, Range] | None, body: Node) -> bool:
    """Whether a script of a name that is being defined runs: then the definition is one of a family."""
    if x.kind != "name":
        return False
    if x.data.base in c.scope.integers or x.data in (ranges or {}):
        return True
    s = c.scope.lookup(x.data)
    if s is None or not s.known:
        return _mentioned(c, x.data, body)
    return s.integer and not s.outer and not _is_size(c, s.term(()))


def _mentioned(c: Context, w: Written, body: Node) -> bool:
    """Whether a letter stands free in an expression; scripts that belong to a name are no letters."""
    bound = any(isinstance(y.data, Span) and w in y.data.names for y in body.walk())
    return not bound and any(replace(y.data, sup=None) == w for y in _letters_in(c, body))


def _letters_in(c: Context, n: Node) -> Iterator[Node]:
    if n.kind == "name":
        yield n
        s = c.scope.lookup(n.data)
        below = n.data.sub.nodes[0 if s is None else len(s.sub) :] if n.data.sub is not None else ()
        above = n.data.sup.nodes if n.data.sup is not None and not (s is not None and s.sup) else ()
        for x in (*below, *above):
            yield from _letters_in(c, x)
    parts = n.data.parts() if isinstance(n.data, Span) else ()
    for x in (*n.args, *parts):
        yield from _letters_in(c, x)


def define(c: Context, head: Node, body: Node, ranges: Mapping[Written, Range] | None = None) -> Symbol:
    """Introduces a name for what an expression means.  Errors: Unreadable for a name that is taken."""
    arguments: list[Node] = list(head.args[1:]) if head.kind == "apply" else []
    name: Node = head.args[0] if head.kind == "apply" else head
    w: Written = name.data
    for k, a in enumerate(arguments):
        if a.kind != "name" or a.data in [x.data for x in arguments[:k]]:
            raise Unreadable("the arguments of a function that is defined are different names", a.start, a.end)
    indices: list[Node] = []
    for script in (w.sup, w.sub):
        if script is not None:
            found = factors(script.nodes[0]) if len(script.nodes) == 1 else list(script.nodes)
            if found and all(_indexes(c, x, ranges, body) for x in found):
                indices += found
            else:
                indices += [x for x in script.nodes if _indexes(c, x, ranges, body)]
            for x in script.nodes:
                inner = [y for y in x.walk() if y is not x and y not in indices]
                if x.kind in ("add", "neg") and any(_indexes(c, y, ranges, body) for y in inner):
                    raise Unreadable("a definition gives the member at a letter; write this equation as a given",
                                     x.start, x.end)
    running = {i.data.base for i in indices}
    whole_script = w.sub is not None and len(w.sub.nodes) == 1 and len(indices) > 1
    fixed_sub = [] if whole_script else [t for t in items(w.sub) if t not in running]
    letter = replace(w, sub=None, sup=None)
    sup = w.sup.text if w.sup is not None and not any(i in w.sup.nodes for i in indices) else ""
    _check_arguments(c, arguments, body)
    below = [] if w.sub is None else [y for y in w.sub.nodes if y.kind == "name"]
    at_letter = any(_mentioned(c, y.data, body) for y in below)
    kernel = kernel_name(letter, fixed_sub, sup)
    old = c.scope.symbols.get(kernel)
    if old is not None and old.known:
        raise Unreadable(f"{shown_symbol(old)} is declared already and cannot be defined anew", name.start, name.end)
    family = c.scope.lookup(w)
    if family is not None and family.known and family.primes == w.primes and (family.outer or family.shape):
        raise Unreadable(f"{shown_symbol(family)} is declared already, and its members cannot be defined anew",
                         name.start, name.end)
    said = frozenset({"defined", "at a letter"} if at_letter and fixed_sub else {"defined"})
    if any(_holds_array(c, x) for x in arguments):
        if indices:
            raise Unreadable("a family of functions of arrays is not read", name.start, name.end)
        s = replace(Symbol.written(kernel, w, fixed_sub, sup), arguments=len(arguments), words=said,
                    letters=tuple(x.data for x in arguments), meant=body)
        Reader(c.scope).value(body)
        c.scope.declare(s)
        return s
    r = Reader(c.scope)
    variables = [fresh_index() for _ in [*indices, *arguments]]
    letters = [x.data for x in [*indices, *arguments]]
    with c.scope.binding(letters, variables):
        value = r.value(body)
    if isinstance(value, Term) and value.sort != "R":
        raise Unreadable("a definition gives a number or an array", body.start, body.end)
    shape: tuple[Term, ...] = ()
    row = False
    if not isinstance(value, Term):
        if not isinstance(value, Array):
            raise Unreadable("the size of this array cannot be told", body.start, body.end)
        shape, row = value.shape, value.row
    entries = tuple(fresh_index() for _ in shape)
    whole = value if isinstance(value, Term) else value.at(entries)
    names = [*variables[: len(indices)], *entries, *variables[len(indices) :]]

    def definition(at: tuple[Term, ...], whole: Term = whole, names: list[Term] = names) -> Term:
        return open_with(close_over(whole, names), list(at))

    spans: list[Range | None] = []
    for n, v in zip(indices, variables, strict=False):
        used = [b for x, b in r.uses if x is v]
        spans.append((ranges or {}).get(n.data) or c.scope.integers.get(n.data.base) or (used[0] if used else None))
    place = "sup" if w.sup is not None and indices and indices[0] in w.sup.nodes else "sub" if indices else ""
    s = replace(
        Symbol.written(kernel, w, fixed_sub, sup),
        place=place,
        outer=len(indices),
        ranges=tuple(spans),
        shape=shape,
        random=whole.random,
        arguments=len(arguments),
        body=definition,
        letters=tuple(x.data for x in arguments),
        words=said,
    )
    c.scope.declare(s)
    t = op("eq", s.term(tuple(names)), whole)
    t = op("surely", t) if t.random else t
    limits = [*spans, *((num(1), n) for n in shape), *[None] * len(arguments)]
    for k in reversed(range(len(names))):
        runs = k < len(indices) + len(shape)
        t = forall(names[k], range_facts(names[k], limits[k]) if runs else [], t)
    c.add(t)
    c.defined[t] = s.name
    if row:
        c.scope.note(f"{shown_symbol(s)} is kept as a column")
    return s


def _check_arguments(c: Context, arguments: Sequence[Node], body: Node) -> None:
    """Errors: Unreadable for arguments that are no letters, or of which it is not told whether they are arrays."""
    for x in arguments:
        if x.kind != "name" or x.data.sub is not None or x.data.sup is not None:
            raise Unreadable("a function is defined at letters, as in f(x) = ...", x.start, x.end)
        if c.scope.lookup(x.data) is not None:
            continue
        for y in body.walk():
            inside = y.kind in ("norm", "angle") and any(z.kind == "name" and z.data == x.data for z in y.walk())
            turned = y.kind == "name" and y.data.base == x.data.base and y.data.sup is not None
            if inside or (turned and y.data.sup.text in TRANSPOSED):
                raise Unreadable(f"is {x.data.base} a number or a vector? Declare it", x.start, x.end)


def _holds_array(c: Context, x: Node) -> bool:
    s = c.scope.lookup(x.data)
    return s is not None and s.known and len(s.shape) + s.outer > 0


# -- between declarations -----------------------------------------------------------------------


def _divides(c: Context, text: str) -> None:
    left, right = text.split(" divides ", 1)
    r = Reader(c.scope)
    a, b = _number(r, _tokens(left, c)), _number(r, _tokens(right, c))
    q = fresh_index()
    c.add(bind("exists", q, op("and", op("isint", q), op("eq", b, op("mul", a, q)))))


def _independent(c: Context, text: str) -> None:
    left, right = text.split(" independent of ", 1)
    _apart(c, [_random_symbol(c, part, text) for part in [left, *_pieces(right)]])


def _random_symbol(c: Context, part: str, text: str) -> Symbol:
    s = c.scope.lookup(_name(part, c))
    if s is None or not s.random:
        raise Unreadable(f"{part.strip()} is not declared random", 0, len(text))
    return s


def _apart(c: Context, found: Sequence[Symbol]) -> None:
    """The first is independent of the others, which need not be independent of one another."""
    first, *others = found
    if all(s.spans == others[0].spans for s in others):
        c.add(op("indep", _block(first), _block(*others)))
    else:
        c.add(*(op("indep", _block(first), _block(s)) for s in others))
    for s in found:
        c.families.pop(s.name, None)


def _block(*symbols: Symbol) -> Term:
    """A family, or several of one range together: their members at one index may depend on each other."""
    s = symbols[0]
    index = tuple(fresh_index() for _ in range(s.outer + len(s.shape)))
    members = [x.term(index) for x in symbols]
    out = members[0] if len(members) == 1 else op("tup", *members)
    for i, r in reversed(list(zip(index, s.spans, strict=True))):
        if r is None or r[1] is None:
            raise Unreadable(f"{shown_symbol(s)} needs a finite range to be independent of others", 0, 1)
        out = bind("fam", i, r[0], r[1], out)
    return out


def _independence(c: Context) -> None:
    for s in c.families.values():
        if s.outer or s.shape:
            c.add(op("indep", _block(s)))
    c.families.clear()
