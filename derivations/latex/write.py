"""Terms and statements as LaTeX.

``write`` gives a formula the way it would stand on a blackboard; ``relation`` takes it apart at its
relation sign for aligned chains; ``facts`` lists several assumptions compactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from derivations.kernel.term import Term, bvar, op
from derivations.latex.binders import reaches, subject, upper, value
from derivations.latex.pieces import ADD, AND, IFF, IMP, LINE, MUL, OR, REL, Piece, brackets, wrap
from derivations.latex.reals import Reals

_SIGNS = {"eq": "=", "ne": r"\ne", "le": r"\le", "lt": "<"}
_TURNED = {"le": r"\ge", "lt": ">"}
_LAWS = {"law_normal": r"\mathcal{N}", "law_bernoulli": r"\operatorname{Bernoulli}",
         "law_uniform": r"\operatorname{Uniform}", "law_exponential": r"\operatorname{Exp}",
         "law_beta": r"\operatorname{Beta}", "law_poisson": r"\operatorname{Poisson}"}
_TENDS = ("tends", "tends_up", "tends_seq")
_COMMA = r",\ "
_LEAVES = ("v", "r", "b", "f", "g")
_INTEGERS, _INDICES, _REALS = "n m k t i j l r s", "i j k l m n r s", "x y z u v s t a b"
_CONSTANTS = "C D x y z"


@dataclass(frozen=True)
class Relation:
    """A formula taken apart: ``left rel right tail``.  Without a relation, all stands in ``left``."""

    left: str
    rel: str
    right: str
    tail: str                          # "for all integers ...", with its space; or empty
    right_parts: tuple[str, ...]       # the right side cut before its top-level signs

    @property
    def whole(self) -> str:
        """The formula in one line."""
        return " ".join(x for x in (self.left, self.rel, self.right) if x) + self.tail


@dataclass
class _Bounds:
    """What is assumed of one quantified variable."""

    name: str
    integer: bool = False
    low: str = ""           # "0 \\le" and the like
    high: str = ""
    low_number: str = ""    # "\\ge 0" where the lower bound is a numeral

    def text(self) -> str:
        if self.low and self.high:
            return f"{self.low} {self.name} {self.high}"
        if self.low_number and not self.high:
            return f"{self.name} {self.low_number}"
        return " ".join(x for x in (self.low, self.name, self.high) if x)


class Writer(Reals):
    """Writes terms of every sort with one choice of names."""

    def write(self, t: Term) -> str:
        """The formula for a term of any sort."""
        if t.sort == "R":
            return self.real(t).tex
        if t.sort == "K":
            return self.block(t)
        return self.relation(t).whole

    # -- statements -----------------------------------------------------------------------------

    def statement(self, t: Term) -> Piece:
        """The piece for a statement inside another formula."""
        match t.head:
            case "true" | "false":
                return Piece(rf"\text{{{t.head}}}", REL)
            case "and":
                parts = self.merged(t.args)
                return Piece(r" \text{ and } ".join(parts), AND if len(parts) > 1 else REL)
            case "or":
                return Piece(r" \text{ or } ".join(wrap(self.statement(a), REL) for a in t.args), OR)
            case "imp":
                left, right = self.statement(t.args[0]), self.statement(t.args[1])
                return Piece(rf"{wrap(left, OR)} \Rightarrow {wrap(right, IMP)}", IMP)
            case "iff":
                left, right = self.statement(t.args[0]), self.statement(t.args[1])
                return Piece(rf"{wrap(left, IMP)} \iff {wrap(right, IMP)}", IFF)
            case "not":
                if t.args[0].head == "isint":
                    return Piece(rf"{self.real(t.args[0].args[0]).tex} \notin \mathbb{{Z}}", REL)
                if t.args[0].head == "exists":
                    return self._symbolic(t.args[0], article="no ")
                return Piece(rf"\text{{not }} {brackets(self.statement(t.args[0]).tex, LINE)}", REL)
            case "exists" if t.args[0].head == "hasderiv" and t.args[0].args[2] is bvar(0):
                return Piece(self._differentiable(t.args[0]), REL)
            case "exists" if t.args[0].head in _TENDS and t.args[0].args[-1] is bvar(0):
                with self.binding("?"):
                    return Piece(rf"{self.limit(t.args[0]).tex} \text{{ exists}}", AND)
            case "forall" | "exists":
                return self._symbolic(t)
            case "surely":
                return Piece(rf"{self.statement(t.args[0]).tex} \text{{ surely}}", AND)
        sides = self.sides(t)
        if sides is None:
            return Piece(self._property(t), REL)
        left, rel, right, _ = sides
        return Piece(f"{left.tex} {rel} {right.tex}", REL, max(left.tall, right.tall))

    def sides(self, t: Term, turn: bool = True) -> tuple[Piece, str, Piece, Term | None] | None:
        """The two sides of a relation, its sign, and the term on the right if there is one."""
        if t.head in _SIGNS:
            a, b = t.args
            if turn and t.head in _TURNED and a.head == "num" and b.head != "num":
                return self.real(b), _TURNED[t.head], self.real(a), a
            return self.real(a), _SIGNS[t.head], self.real(b), b
        if t.head == "isint":
            return self.real(t.args[0]), r"\in", Piece(r"\mathbb{Z}"), None
        if t.head in _LAWS:
            inside = [self.real(a) for a in t.args[1:]]
            law = _LAWS[t.head] + brackets(", ".join(p.tex for p in inside), max(p.tall for p in inside),
                                           display=False)
            return self.real(t.args[0]), r"\sim", Piece(law), None
        if t.head == "samelaw":
            first, second = (Piece(self.block(a)) for a in t.args)
            return first, r"\overset{\mathrm{law}}{=}", second, None
        if t.head == "isleast":
            return self.real(t.args[0]), "=", Piece(self._least(t)), None
        if t.head in _TENDS:
            return self.limit(t), "=", self.real(t.args[-1]), t.args[-1]
        if t.head == "hasderiv":
            return self.real(op("deriv", *t.args[:2])), "=", self.real(t.args[2]), t.args[2]
        return None

    def _property(self, t: Term) -> str:
        if t.head == "integrable":
            inner = self.real(t.args[0])
            exponent = value(t.args[0].args[1]) if t.args[0].head == "pow" else None
            if exponent is not None and exponent.denominator == 1 and exponent % 2 == 0:
                return rf"{self.real(op('E', t.args[0])).tex} < \infty"
            return rf"\mathbb{{E}}{brackets(inner.tex, inner.tall, '|', '|', self.display)} < \infty"
        if t.head == "indep":
            return r",\; \allowbreak ".join(self.block(a) for a in t.args) + r" \text{ independent}"
        if t.head == "near":
            name = self.letter(t, _REALS, soft=False)
            with self.binding(name):
                inner = self.statement(t.args[0])
            return rf"{inner.tex} \text{{ for all }} {name} \text{{ close to }} {self.real(t.args[1]).tex}"
        raise ValueError(f"write: no way to write the head {t.head!r}; add it to the writer")

    def _differentiable(self, t: Term) -> str:
        """``t`` is the hasderiv inside a statement that there is a derivative."""
        name = self.letter(t, _REALS, soft=False)
        with self.binding("?"), self.binding(name):
            inner = self.real(t.args[0])
        with self.binding("?"):
            point = self.real(t.args[1])
        return rf"{name} \mapsto {wrap(inner, ADD)} \text{{ differentiable at }} {point.tex}"

    def _least(self, t: Term) -> str:
        body = t.args[1]
        parts = list(body.args) if body.head == "and" else [body]
        name = self.letter(t, _INTEGERS if any(p.head == "isint" for p in parts) else _REALS, soft=True)
        with self.binding(name):
            bounds, rest = self._bounds(name, parts)
            conditions = self.merged(rest)
        if bounds.integer and bounds.low_number and not bounds.high:
            return rf"\min\{{ {name} \in \mathbb{{Z}}_{{{bounds.low_number}}} : {', '.join(conditions)} \}}"
        if bounds.low or bounds.high:
            conditions.insert(0, bounds.text())
        kind = r"\mathbb{Z}" if bounds.integer else r"\mathbb{R}"
        shown = f" : {_COMMA.join(conditions)}" if conditions else ""
        return rf"\min\{{ {name} \in {kind}{shown} \}}"

    # -- quantifiers ----------------------------------------------------------------------------

    def _bounds(self, name: str, facts: Iterable[Term]) -> tuple[_Bounds, list[Term]]:
        """Sorts out what concerns the innermost bound variable alone; the rest is handed back."""
        found, rest = _Bounds(name), []
        for p in facts:
            mine = [a.head == "b" and a.data == 0 for a in p.args]
            if p.head == "isint" and mine[0]:
                found.integer = True
            elif p.head in ("le", "lt") and mine == [False, True] and not found.low \
                    and not reaches(p.args[0]):
                found.low = f"{self.real(p.args[0]).tex} {_SIGNS[p.head]}"
                if p.args[0].head == "num":
                    found.low_number = f"{_TURNED[p.head]} {self.real(p.args[0]).tex}"
            elif p.head in ("le", "lt") and mine == [True, False] and not found.high \
                    and not reaches(p.args[1]):
                found.high = f"{_SIGNS[p.head]} {self.real(p.args[1]).tex}"
            else:
                rest.append(p)
        return found, rest

    def _opened(self, t: Term, stack: ExitStack) -> tuple[list[_Bounds], list[str], Term]:
        """Enters the quantifiers at the top of ``t``: variables, further conditions, and the matrix."""
        variables: list[_Bounds] = []
        conditions: list[str] = []
        while t.head == "forall":
            premises: list[Term] = []
            inner = t.args[0]
            while inner.head == "imp":
                premises.extend(inner.args[0].args if inner.args[0].head == "and" else [inner.args[0]])
                inner = inner.args[1]
            integer = any(p.head == "isint" and p.args[0].head == "b" for p in premises)
            above = any(p.head in ("le", "lt") and p.args[0].head == "b" for p in premises)
            positive = any(p.head == "lt" and p.args[0].head == "num" for p in premises)
            small = "epsilon delta " if positive and inner.head == "exists" else ""
            usual = (_INDICES if above else _INTEGERS) if integer else small + _REALS
            name = self.letter(t, usual, soft=False)
            stack.enter_context(self.binding(name))
            bounds, rest = self._bounds(name, premises)
            variables.append(bounds)
            conditions += self.merged(rest)
            t = inner
        return variables, conditions, t

    def _symbolic(self, t: Term, article: str = "a ") -> Piece:
        with ExitStack() as stack:
            if t.head == "forall":
                variables, conditions, matrix = self._opened(t, stack)
                body = self.statement(matrix).tex if matrix.head == "exists" else wrap(self.statement(matrix), AND)
                domain = _COMMA.join(self._domain(b) for b in variables)
                given = "".join(rf" \text{{ with }} {c}" for c in [_COMMA.join(conditions)] if c)
                if matrix.head == "exists":
                    return Piece(rf"\text{{for all }} {domain}{given} \text{{ }} {body}", IFF)
                return Piece(rf"{body} \text{{ for all }} {domain}{given}", IFF)
            names: list[str] = []
            while True:         # "there is x such that there is y" is said once
                parts = list(t.args[0].args) if t.args[0].head == "and" else [t.args[0]]
                integer = any(p.head == "isint" and p.args[0].head == "b" for p in parts)
                constant = any(p.head == "forall" for p in parts)
                name = self.letter(t, _INTEGERS if integer else _CONSTANTS if constant else _REALS, soft=False)
                stack.enter_context(self.binding(name))
                bounds, rest = self._bounds(name, parts)
                again = len(rest) == 1 and rest[0].head == "exists" and not integer
                names.append(bounds.text())
                if not again:
                    break
                t = rest[0]
            conditions = self.merged(rest)
            kind = f"{article}{'integer' if integer else 'real'}".replace("a i", "an i")
            start = f"there is {kind}" if len(names) == 1 else f"there are {article.strip('a ')} real".replace("  ", ""
                                                                                                                     " "
                                                                                                                     "")
            given = "".join(rf" \text{{ with }} {c}" for c in [r" \text{ and } ".join(conditions)] if c)
            return Piece(rf"\text{{{start} }} {_COMMA.join(names)}{given}", IFF)

    def _domain(self, b: _Bounds) -> str:
        kind = r"\mathbb{Z}" if b.integer else r"\mathbb{R}"
        if b.integer and b.low.endswith(r"\le") and b.high.startswith(r"\le"):
            return rf"{b.name} \in \{{{b.low[:-4].strip()}, \dots, {b.high[4:].strip()}\}}"
        if b.low_number and not b.high:
            return rf"{b.name} \in {kind}_{{{b.low_number}}}"
        return rf"{b.name} \in {kind}" + (rf",\ {b.text()}" if b.low or b.high else "")

    def _tail(self, variables: Sequence[_Bounds], conditions: Sequence[str]) -> str:
        groups: list[str] = []
        for integer, one in ((True, "all integers"), (False, "all real")):
            mine = [b.text() for b in variables if b.integer is integer]
            if mine:
                groups.append(f"{one} }} {_COMMA.join(mine)}")
        text = (r"\quad " if self.display else r"\ ") + r"\text{for " + r" \text{ and ".join(groups)
        return text + (rf" \text{{ with }} {_COMMA.join(conditions)}" if conditions else "")

    # -- lists of facts -------------------------------------------------------------------------

    def merged(self, parts: Iterable[Term]) -> list[str]:
        """The written parts of a conjunction, with what belongs together put together."""
        return [f.text for f in self._facts(parts)]

    def _facts(self, parts: Iterable[Term]) -> Iterator[_Fact]:
        todo = list(parts)
        while todo:
            p = todo.pop(0)
            about = subject(p)
            if about is None:
                yield _Fact("", self._lone(p), "", False)
                continue
            mine = [p] + [q for q in todo if subject(q) is about or upper(q) is about]
            integer = next((q for q in mine if q.head == "isint"), None)
            low = next((q for q in mine if q.head in ("le", "lt") and q.args[1] is about), None)
            high = next((q for q in mine if q.head in ("le", "lt") and q.args[0] is about), None)
            used = [q for q in (integer, low, high) if q is not None]
            if p not in used:
                yield _Fact("", self._lone(p), "", False)
                continue
            todo = [q for q in todo if q not in used]
            yield self._fact(about, integer is not None, low, high)

    def _fact(self, subject: Term, integer: bool, low: Term | None, high: Term | None) -> _Fact:
        name, leaf = self.real(subject).tex, subject.head in _LEAVES
        below = f"{self.real(low.args[0]).tex} {_SIGNS[low.head]}" if low else ""
        above = f"{_SIGNS[high.head]} {self.real(high.args[1]).tex}" if high else ""
        number = value(low.args[0]) if low else None
        if integer and low and high and low.head == high.head == "le":
            inside = rf"{self.real(low.args[0]).tex}, \dots, {self.real(high.args[1]).tex}"
            return _Fact("", name, rf" \in \{{{inside}\}}", leaf)
        domain = r" \in \mathbb{Z}" if integer else ""
        if low and not high and number is not None:
            if integer:
                least = number // 1 + 1 if low.head == "lt" else number
                return _Fact("", name, rf" \in \mathbb{{Z}}_{{\ge {least}}}", leaf)
            return _Fact("", name, f" {_TURNED[low.head]} {self.real(low.args[0]).tex}", leaf)
        if integer and (low or high):
            return _Fact("", name, rf"{domain},\ {' '.join(x for x in (below, name, above) if x)}", False)
        return _Fact(f"{below} " if below else "", name, f" {above}" if above else domain, leaf)

    def _lone(self, p: Term) -> str:
        return self.relation(p).whole if p.head == "forall" else wrap(self.statement(p), OR)

    def facts(self, parts: Iterable[Term]) -> list[str]:
        """Several assumptions as a list of formulas: alike ones share one formula."""
        grouped: dict[tuple[str, str], list[str]] = {}
        plain: list[Term] = []
        tails: dict[str, list[str]] = {}
        for p in parts:
            if p.head == "forall":
                rel = self.relation(p)
                tails.setdefault(rel.tail, []).append(replace(rel, tail="").whole)
            else:
                plain.append(p)
        for k, f in enumerate(self._facts(plain)):
            key = (f.before, f.after) if f.leaf and f.after + f.before else (f.before, f"{f.after}%{k}")
            grouped.setdefault(key, []).append(f.subject)
        return [*(before + ", ".join(subjects) + after.partition("%")[0]
                  for (before, after), subjects in grouped.items()),
                *(r" \text{ and } ".join(mine) + tail for tail, mine in tails.items())]

    # -- blocks of random variables -------------------------------------------------------------

    def block(self, t: Term) -> str:
        """A block: one variable, a tuple, or a family."""
        if t.sort == "R":
            return self.real(t).tex
        if t.head == "tup":
            return "(" + ", ".join(self.block(a) for a in t.args) + ")"
        lo, hi, body = t.args
        with ExitStack() as stack:
            ranges: list[str] = []
            single = body.head in ("f", "g") and body.args == tuple(a for a in body.args if a.head == "b")
            if single and len(body.args) == 1:
                return self._listed(lo, hi, body)
            while t.head == "fam":
                lo, hi, body = t.args
                low, high = self.small(lo), self.small(hi)
                name = self.letter(t, "i j k l m n", soft=True)
                stack.enter_context(self.binding(name))
                ranges.append(rf"{low} \le {name} \le {high}")
                t = body
            inner, joined = self.block(t), r",\, ".join(ranges)
            shown = inner if t.head == "tup" else f"({inner})"
            return rf"{shown}_{{{joined}}}"

    def _listed(self, lo: Term, hi: Term, body: Term) -> str:
        ends = []
        for bound in (lo, hi):
            with self.script():
                written = self.real(bound).tex
            with self.binding(written):
                ends.append(self.real(body).tex)
        return rf"{ends[0]}, \dots, {ends[1]}"

    # -- taking formulas apart ------------------------------------------------------------------

    def relation(self, t: Term, turn: bool = True) -> Relation:
        """A statement in parts, for one line of a chain; with ``turn``, ``0 < x`` reads ``x > 0``."""
        with ExitStack() as stack:
            tail = ""
            if t.head == "forall":
                variables, conditions, t = self._opened(t, stack)
                tail = self._tail(variables, conditions)
                if t.head == "exists":      # whose choice depends on them: they come first
                    first = tail.removeprefix(r"\quad ").removeprefix(r"\ ")
                    return Relation(rf"{first} \text{{ }} {self.statement(t).tex}", "", "", "", ())
            if t.head in ("iff", "imp"):
                premises, goal = [t.args[0]], t.args[1]
                while t.head == "imp" and goal.head == "imp":
                    premises.append(goal.args[0])
                    goal = goal.args[1]
                left = r" \text{ and } ".join(self.merged(premises)) if t.head == "imp" \
                    else wrap(self.statement(t.args[0]), IMP)
                right = wrap(self.statement(goal), IMP)
                return Relation(left, r"\iff" if t.head == "iff" else r"\Rightarrow", right, tail, (right,))
            sides = self.sides(t, turn)
            if sides is None:
                return Relation(self.statement(t).tex, "", "", tail, ())
            one, rel, other, right_term = sides
            parts = self.cut(right_term) if right_term is not None else [other.tex]
            return Relation(one.tex, rel, other.tex, tail, tuple(parts))

    def cut(self, t: Term) -> list[str]:
        """A term as pieces that may stand on lines of their own: "a", "+ b", "- c"."""
        if t.head == "add":
            return [(("- " if minus else "+ ") if k else ("-" if minus else ""))
                    + wrap(piece, MUL, self.display)
                    for k, (minus, piece) in enumerate(self.summands(t))]
        return [self.real(t).tex]


@dataclass(frozen=True)
class _Fact:
    """``before subject after``; facts about leaves that agree in the rest can share a formula."""

    before: str
    subject: str
    after: str
    leaf: bool

    @property
    def text(self) -> str:
        return self.before + self.subject + self.after


def _used(t: Term, avoid: Iterable[str]) -> set[str]:
    return set(avoid) | {name for kind, name, _ in t.symbols if kind in "vr"}


def write(t: Term, names: Mapping[str, str] | None = None, *, avoid: Iterable[str] = (),
          display: bool = True) -> str:
    """The LaTeX of a term, without dollar signs.

    ``names`` tells how symbols are spelled (see ``names.py``); ``avoid`` lists names that the index
    of a sum must not take; ``display=False`` keeps brackets small for running text.
    """
    return Writer(names or {}, _used(t, avoid), display).write(t)


def write_relation(t: Term, names: Mapping[str, str] | None = None, *, avoid: Iterable[str] = (),
                   display: bool = True, turn: bool = True) -> Relation:
    """A formula taken apart at its relation sign; without ``turn``, ``0 < x`` keeps its order."""
    return Writer(names or {}, _used(t, avoid), display).relation(t, turn)


def write_facts(parts: Iterable[Term], names: Mapping[str, str] | None = None) -> list[str]:
    """Assumptions for running text, each a formula; alike ones share one."""
    return Writer(names or {}, (), False).facts(parts)
