"""Real-valued terms as LaTeX.

Only the picture is arranged here: a leading minus moves behind a positive summand, negative powers
become denominators.  What is drawn is equal to the term by the commutative ring laws alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction

from derivations.kernel.term import BINDERS, RANGED, Term, bvar, num, op
from derivations.latex.abbreviations import Abbreviations
from derivations.latex.binders import differentiated, factorial, flat, indexed, value
from derivations.latex.measure import width
from derivations.latex.names import in_script, letters_for, spell, top_level
from derivations.latex.pieces import (
    ADD,
    ATOM,
    FRACTION,
    LIMITS,
    LINE,
    MUL,
    OPEN,
    POW,
    Piece,
    brackets,
    call,
    wrap,
)

_NAMED = {"sign": r"\operatorname{sign}", "relu": r"\operatorname{ReLU}", "log": r"\log", "sin": r"\sin",
          "cos": r"\cos", "tanh": r"\tanh", "arctan": r"\arctan", "erf": r"\operatorname{erf}", "gamma": r"\Gamma"}
_FENCES = {"abs": ("|", "|"), "floor": (r"\lfloor", r"\rfloor"), "ceil": (r"\lceil", r"\rceil")}
_CONSTANTS = {"e": "e", "pi": r"\pi"}
_POWERED = ("sin", "cos", "tanh", "log")
_MOMENTS = {"E": r"\mathbb{E}", "var": r"\operatorname{Var}", "cov": r"\operatorname{Cov}"}
_INTEGRALS = ("integral", "integral_up", "integral_line")
_LIMITS = ("limit", "limit_up", "limit_seq")
_COLLECTORS = frozenset({"sum", "prod", "maxover", "ite", "E", "var", "cov", "condE", "P", *_INTEGRALS, *_LIMITS})
_SPACED = (r"\operatorname", r"\max", r"\min", r"\exp", r"\log", r"\sin", r"\cos", r"\tanh", r"\left",
           r"\sum", r"\prod")      # TeX sets these off by itself
_RANGED_LETTERS = "i j k l m n r s p q"
_WHOLE_LETTERS, _REAL_LETTERS = "n m k t l", "x y z u v s r a b"
_SHORT_EXPONENT = 7.0
_HALF = Fraction(1, 2)


_BELOW = {"le": r"\le", "lt": "<"}


class Reals:
    """Writes real-valued terms; ``statement`` is supplied by the writer of statements."""

    def __init__(self, names: Mapping[str, str], avoid: Iterable[str] = (), display: bool = True,
                 abbreviations: Abbreviations | None = None) -> None:
        self.names = names
        self.abbreviations = abbreviations
        self.avoid = frozenset(avoid)
        self.display = display
        self.bound: list[str] = []      # written names of the enclosing binders, outermost first
        self.scripts = 0                # how many sub- and superscripts deep
        self.fractions = 0

    def statement(self, t: Term) -> Piece:
        raise NotImplementedError

    # -- bound variables ------------------------------------------------------------------------

    def letter(self, t: Term, usual: str, soft: bool) -> str:
        """A letter for the variable that ``t`` binds, which nothing in its scope uses."""
        taken = {name for _, name, _ in t.symbols} | set(self.bound)
        taken |= {spell(name, (), self.names) for kind, name, _ in t.symbols if kind in "vr"}
        families = [f for k in BINDERS[t.head] for f in indexed(t.args[k])]
        if soft:
            taken |= self.avoid
        if t.head not in RANGED and self.abbreviations is not None:
            taken |= self.abbreviations.families
        candidates = letters_for(families, usual, self.names, index=t.head in RANGED)
        for name in candidates + [f"{c}'" for c in candidates]:
            shown = spell(name, (), self.names)
            if name not in taken and shown not in taken:
                return shown
        return f"{candidates[0]}_{{{len(self.bound)}}}"

    @contextmanager
    def binding(self, name: str) -> Iterator[None]:
        self.bound.append(name)
        try:
            yield
        finally:
            self.bound.pop()

    @contextmanager
    def script(self) -> Iterator[None]:
        self.scripts += 1
        try:
            yield
        finally:
            self.scripts -= 1

    def small(self, t: Term) -> str:
        """A term set as a sub- or superscript."""
        with self.script():
            return self.real(t).tex

    # -- terms ----------------------------------------------------------------------------------

    def real(self, t: Term) -> Piece:
        """The piece for a real-valued term."""
        method = getattr(self, "_" + t.head, None)
        if method is not None:
            piece = method(t)
            assert isinstance(piece, Piece)
            return piece
        if t.head in ("e", "pi"):
            return Piece(_CONSTANTS[t.head])
        if t.head in _MOMENTS:
            inner = [self.real(a) for a in t.args]
            return self._boxed(_MOMENTS[t.head], ", ".join(p.tex for p in inner), max(p.tall for p in inner))
        if t.head not in _NAMED:
            raise ValueError(f"there is no notation for {t.head}")
        return self._applied(_NAMED[t.head], t.args[0])

    def _boxed(self, operator: str, inner: str, tall: int, left: str = "[", right: str = "]") -> Piece:
        return Piece(call(operator, inner, tall, left, right, self.display), ATOM, tall, boxed=True)

    def _applied(self, operator: str, argument: Term) -> Piece:
        inner = self.real(argument)
        if argument.head in ("v", "r", "b") and operator in _NAMED.values() and "rm{" not in inner.tex \
                and "name" not in operator and operator != r"\Gamma":
            return Piece(f"{operator} {inner.tex}", OPEN)
        return self._boxed(operator, inner.tex, inner.tall, "(", ")")

    def _num(self, t: Term) -> Piece:
        n = value(t)
        assert n is not None
        if n < 0:
            return Piece("-" + self._num(num(-n)).tex, ADD, LINE if n.denominator == 1 else FRACTION)
        if n.denominator == 1:
            return Piece(str(n), ATOM, numeric=True)
        piece = self._over(Piece(str(n.numerator), numeric=True), Piece(str(n.denominator), numeric=True))
        return Piece(piece.tex, piece.prec, piece.tall, numeric=True, frac=True)

    def _b(self, t: Term) -> Piece:
        assert isinstance(t.data, int)
        if t.data < len(self.bound):
            return Piece(self.bound[-1 - t.data])
        return Piece(rf"\bullet_{{{t.data - len(self.bound)}}}")     # a hole: only in terms taken apart

    def _v(self, t: Term) -> Piece:
        tex = spell(str(t.data), (), self.names)
        return Piece(tex, POW if top_level(tex, "^") else ATOM)

    _r = _v

    def _f(self, t: Term) -> Piece:
        name = str(t.data)
        if in_script(name, self.names):
            indices = [self.small(a) for a in t.args]
        else:
            indices = [self.real(a).tex for a in t.args]
        if name not in self.names and any(len(i) > 1 and width(i) > 2.5 for i in indices):
            tex = spell(name, [", ".join(indices)], self.names)
        else:
            tex = spell(name, indices, self.names)
        return Piece(tex, POW if top_level(tex, "^") else ATOM)

    _g = _f

    # -- sums, products, fractions --------------------------------------------------------------

    def signed(self, t: Term) -> tuple[bool, Term]:
        """A term as minus another one, where that reads better."""
        n = value(t)
        if n is not None and n < 0:
            return True, num(-n)
        if t.head == "neg":
            return True, t.args[0]
        if t.head == "mul":
            lead = value(t.args[0])
            if lead is not None and lead < 0:
                rest = t.args[1:] if lead == -1 else (num(-lead), *t.args[1:])
                return True, rest[0] if len(rest) == 1 else op("mul", *rest)
        if t.head == "div":
            minus, top = self.signed(t.args[0])
            if minus:
                return True, op("div", top, t.args[1])
        return False, t

    def summands(self, t: Term) -> list[tuple[bool, Piece]]:
        """The summands of a sum with their signs, a positive one first if there is one."""
        parts = [self.signed(a) for a in flat("add", t)]
        positive = next((k for k, (minus, _) in enumerate(parts) if not minus), None)
        if positive:
            parts.insert(0, parts.pop(positive))
        return [(minus, self.real(a)) for minus, a in parts]

    def _add(self, t: Term) -> Piece:
        out: list[str] = []
        pieces = self.summands(t)
        for k, (minus, piece) in enumerate(pieces):
            sign = ("- " if minus else "+ ") if out else ("-" if minus else "")
            text = wrap(piece, MUL, self.display)
            if text.startswith(r"\begin{cases}") and k + 1 < len(pieces):
                text = brackets(text, LIMITS, display=False)
            out.append(sign + text)
        return Piece(" ".join(out), ADD, max(p.tall for _, p in pieces))

    def _neg(self, t: Term) -> Piece:
        inner = self.real(t.args[0])
        return Piece("-" + wrap(inner, MUL, self.display), ADD, inner.tall)

    def _below(self, t: Term) -> tuple[Term, Term] | None:
        """``t`` as one over something: the base and the positive exponent."""
        if t.head == "pow":
            n = value(t.args[1])
            if n is not None and n < 0:
                return t.args[0], num(-n)
        if t.head == "div" and value(t.args[0]) == 1 and t.args[1].head != "num":
            return t.args[1], num(1)
        return None

    def _mul(self, t: Term) -> Piece:
        minus, positive = self.signed(t)
        if minus:
            inner = self.real(positive)
            return Piece("-" + wrap(inner, MUL, self.display), ADD, inner.tall)
        factors = list(flat("mul", t))
        if len(factors) > 1 and value(factors[0]) == 1:
            factors = factors[1:]
        below = [pair for f in factors if (pair := self._below(f))]
        if not below:
            return self._product([self.real(f) for f in factors])
        above = [f for f in factors if not self._below(f)]
        denominator = [base if value(n) == 1 else op("pow", base, n) for base, n in below]
        lead = value(above[0]) if above else None
        if lead is not None and lead > 0:
            above = above[1:] if lead.numerator == 1 else [num(lead.numerator), *above[1:]]
            if lead.denominator != 1:
                denominator.insert(0, num(lead.denominator))
        top = [f for f in above if f.head not in _COLLECTORS]
        if any(self.signed(f)[0] for f in top):
            top = []
        after = [f for f in above if f not in top]
        with self._inside_fraction():
            over = self._over(self._product([self.real(f) for f in top]) if top else Piece("1", numeric=True),
                              self._product([self.real(f) for f in denominator]))
        return self._product([over, *(self.real(f) for f in after)]) if after else over

    def _product(self, pieces: list[Piece]) -> Piece:
        if len(pieces) == 1:
            return pieces[0]
        out, before = "", None
        for k, piece in enumerate(pieces):
            last = k == len(pieces) - 1
            open_ended = piece.prec == OPEN or (piece.prec == MUL and "/" in piece.tex)
            weak = piece.prec < MUL or (open_ended and not last)
            if piece.tex.startswith(r"\begin{cases}"):
                weak = True
            text = brackets(piece.tex, piece.tall, display=self.display) if weak else piece.tex
            if before is not None:
                dot = piece.numeric or (weak and text.startswith("(-")) \
                    or (piece.frac and (before.frac or before.numeric)) \
                    or text.startswith("-") or (piece.prec == MUL and "/" in piece.tex)
                thin = (piece.boxed or before.boxed) and not text.startswith(_SPACED)
                out += r" \cdot " if dot else r" \, " if thin else " "
            out += text
            before = piece
        tall = max(p.tall for p in pieces)
        if pieces[-1].prec == OPEN:
            return Piece(out, OPEN, tall, numeric=pieces[0].numeric)
        return Piece(out, MUL, tall, numeric=pieces[0].numeric)

    @contextmanager
    def _inside_fraction(self) -> Iterator[None]:
        self.fractions += 1
        try:
            yield
        finally:
            self.fractions -= 1

    def _over(self, top: Piece, below: Piece) -> Piece:
        slim = self.fractions > 1
        if self.scripts or (slim and top.tall == below.tall == LINE):
            left = wrap(top, MUL)
            right = below.tex if below.prec > MUL else brackets(below.tex, below.tall)
            return Piece(f"{left}/{right}", MUL)
        return Piece(rf"\frac{{{top.tex}}}{{{below.tex}}}", POW, FRACTION, frac=True)

    def _div(self, t: Term) -> Piece:
        minus, positive = self.signed(t)
        if minus:
            inner = self.real(positive)
            return Piece("-" + inner.tex, ADD, inner.tall)
        with self._inside_fraction():
            top, below = (self.real(a) for a in t.args)
        return self._over(top, below)

    # -- powers and roots -----------------------------------------------------------------------

    def _pow(self, t: Term) -> Piece:
        base, exponent = t.args
        n = value(exponent)
        if n is not None and n < 0:
            with self._inside_fraction():
                below = self.real(base) if n == -1 else self._pow(op("pow", base, num(-n)))
            return self._over(Piece("1", numeric=True), below)
        if n == _HALF:
            return self._sqrt(op("sqrt", base))
        raised = self.small(exponent)
        if base.head in _POWERED and n is not None and n.denominator == 1 and n > 1 and not self.scripts:
            return self._applied_power(base, raised)
        inner = self.real(base)
        if base.head == "exp":
            return Piece(f"{brackets(inner.tex, inner.tall, display=self.display)}^{{{raised}}}", POW)
        return Piece(f"{wrap(inner, ATOM, self.display)}^{{{raised}}}", POW, inner.tall)

    def _applied_power(self, base: Term, raised: str) -> Piece:
        if base.head == "log":
            return Piece(f"({self.real(base).tex})^{{{raised}}}", POW)
        plain = self._applied(_NAMED[base.head], base.args[0])
        operator = _NAMED[base.head]
        return Piece(f"{operator}^{{{raised}}}" + plain.tex[len(operator):], OPEN, plain.tall)

    def _sqrt(self, t: Term) -> Piece:
        inner = self.real(t.args[0])
        return Piece(rf"\sqrt{{{inner.tex}}}", ATOM, inner.tall)

    def _exp(self, t: Term) -> Piece:
        raised = self.small(t.args[0])
        if width(raised) <= _SHORT_EXPONENT and not any(x in raised for x in (r"\sum", r"\prod", r"\begin")):
            return Piece(f"e^{{{raised}}}", POW)
        inner = self.real(t.args[0])
        return self._boxed(r"\exp", inner.tex, inner.tall, "(", ")")

    # -- operators over a range -----------------------------------------------------------------

    def _ranged(self, t: Term, operator: str) -> Piece:
        lo, hi, body = t.args
        low, high = self.small(lo), self.small(hi)
        name = self.letter(t, _RANGED_LETTERS, soft=True)
        with self.binding(name):
            inner = self.real(body)
        text = wrap(inner, MUL, self.display)
        return Piece(rf"{operator}_{{{name}={low}}}^{{{high}}} {text}", OPEN, LIMITS)

    def _sum(self, t: Term) -> Piece:
        return self._ranged(t, r"\sum")

    def _prod(self, t: Term) -> Piece:
        return self._ranged(t, r"\prod")

    def _maxover(self, t: Term) -> Piece:
        low, high = self.small(t.args[0]), self.small(t.args[1])
        name = self.letter(t, _RANGED_LETTERS, soft=True)
        with self.binding(name):
            inner = self.real(t.args[2])
        return Piece(rf"\max_{{{low} \le {name} \le {high}}} {wrap(inner, MUL, self.display)}", OPEN,
                     max(FRACTION, inner.tall))

    def _count(self, t: Term) -> Piece:
        low, high = self.real(t.args[0]).tex, self.real(t.args[1]).tex
        name = self.letter(t, _RANGED_LETTERS, soft=True)
        with self.binding(name):
            inner = self.statement(t.args[2])
        return Piece(rf"\#\{{ {low} \le {name} \le {high} : {inner.tex} \}}", ATOM, boxed=True)

    # -- derivatives ----------------------------------------------------------------------------

    def _deriv(self, t: Term) -> Piece:
        body, p = t.args
        given = self.names.get(str(body.data), "")
        if body.head == "f" and body.args == (bvar(0),) and given.endswith("(#1)"):
            point = self.real(p)
            return Piece(f"{given[:-4]}'{brackets(point.tex, point.tall)}")
        formula = differentiated(t)
        if formula is not None:
            short = self.abbreviations.name(formula, (p.head, str(p.data), len(p.args))) if self.abbreviations else None
            formula = formula if short is None else short
            alone = short is None and not p.args and formula.symbols == p.symbols
            inner, by = self.real(formula), ("d" if alone else r"\partial") + " " + self.real(p).tex
            if formula.head in ("v", "r", "f", "g"):
                return Piece(rf"\frac{{{by[:by.index(' ')]} {inner.tex}}}{{{by}}}", POW, FRACTION, frac=True)
            text = wrap(inner, OPEN, self.display)
            return Piece(rf"\frac{{{by[:by.index(' ')]}}}{{{by}}} {text}", OPEN, max(FRACTION, inner.tall))
        point = self.real(p)
        if body.head == "f" and body.args == (bvar(0),) and str(body.data) not in self.names:
            return Piece(rf"{spell(str(body.data), (), self.names)}'{brackets(point.tex, point.tall)}")
        name = self.letter(t, "u v s x y", soft=True)
        with self.binding(name):
            inner = self.real(body)
        text = rf"\frac{{d}}{{d {name}}} {wrap(inner, OPEN, self.display)}"
        return Piece(rf"\left. {text} \right|_{{{name} = {point.tex}}}", OPEN, max(FRACTION, inner.tall))

    # -- integrals and limits -------------------------------------------------------------------

    def _integral(self, t: Term) -> Piece:
        low = "-\\infty" if t.head == "integral_line" else self.small(t.args[0])
        high = self.small(t.args[1]) if t.head == "integral" else r"\infty"
        name = self.letter(t, _REAL_LETTERS, soft=True)
        with self.binding(name):
            inner = self.real(t.args[-1])
        text = wrap(inner, OPEN if inner.tall == LIMITS else MUL, self.display)
        return Piece(rf"\int_{{{low}}}^{{{high}}} {text} \, d{name}", OPEN, LIMITS)

    _integral_up = _integral_line = _integral

    def limit(self, t: Term) -> Piece:
        """The limit of the first argument of a ``limit`` or a ``tends``."""
        kind = t.head.partition("_")[2]
        point = r"\infty" if kind else self.small(t.args[1])
        name = self.letter(t, _WHOLE_LETTERS if kind == "seq" else _REAL_LETTERS, soft=True)
        with self.binding(name):
            inner = self.real(t.args[0])
        return Piece(rf"\lim_{{{name} \to {point}}} {wrap(inner, MUL, self.display)}", OPEN, max(FRACTION, inner.tall))

    _limit = _limit_up = _limit_seq = limit

    # -- matrices -------------------------------------------------------------------------------

    def matrix(self, t: Term) -> Piece:
        """A block of n x n numbers: the name of the matrix, or its entries with their range."""
        if t.head == "fam" and t.args[2].head == "fam":
            entry = t.args[2].args[2]
            given = self.names.get(str(entry.data), "").removesuffix("_{#1,#2}")
            if entry.head in ("f", "g") and len(entry.args) == 2 and "#" not in given:
                tex = given or spell(str(entry.data), (), {})
                if entry.args == (bvar(1), bvar(0)):
                    return Piece(tex, POW if top_level(tex, "^") else ATOM)
                if entry.args == (bvar(0), bvar(1)) and not top_level(tex, "^"):
                    return Piece(rf"{tex}^\top", POW)
        return Piece(self.block(t), OPEN)

    def block(self, t: Term) -> str:
        raise NotImplementedError

    def _det(self, t: Term) -> Piece:
        inner = self.matrix(t.args[0])
        return self._boxed(r"\det", inner.tex, inner.tall, "(", ")")

    def _inv(self, t: Term) -> Piece:
        inner = wrap(self.matrix(t.args[0]), ATOM)
        indices = ",".join(self.small(a) for a in t.args[1:])
        return Piece(rf"({inner}^{{-1}})_{{{indices}}}", ATOM)

    # -- functions ------------------------------------------------------------------------------

    def _fenced(self, t: Term) -> Piece:
        left, right = _FENCES[t.head]
        inner = self.real(t.args[0])
        if inner.tall == LINE:
            return Piece(f"{left} {inner.tex} {right}" if left[0] == "\\" else f"{left}{inner.tex}{right}")
        return Piece(brackets(inner.tex, inner.tall, left, right, self.display), ATOM, inner.tall)

    _abs = _floor = _ceil = _fenced

    def _extreme(self, t: Term) -> Piece:
        inner = [self.real(a) for a in t.args]
        listed = ", ".join(p.tex for p in inner)
        return self._boxed("\\" + t.head, listed, max(p.tall for p in inner), "(", ")")

    _max = _min = _extreme

    def _ite(self, t: Term) -> Piece:
        if [value(a) for a in t.args[1:]] == [1, 0]:
            return self._ind(t)
        number = factorial(t)
        if number is not None:
            return Piece(f"{wrap(self.real(number), ATOM)}!", POW)
        rows: list[str] = []
        while t.head == "ite":
            rows.append(rf"{self.real(t.args[1]).tex} & \text{{if }} {self.statement(t.args[0]).tex},")
            t = t.args[2]
        rows.append(rf"{self.real(t).tex} & \text{{otherwise}}")
        return Piece(r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}", OPEN, FRACTION)

    def _event(self, t: Term) -> Piece:
        if t.head != "and":
            return self.statement(t)
        parts: list[str] = []
        tall, chained = 0, False
        for n, a in enumerate(t.args):
            before = t.args[n - 1]
            if n and {a.head, before.head} <= set(_BELOW) and before.args[1] is a.args[0]:      # x <= y < z
                if not chained:
                    parts[-1] = f"{self.real(before.args[0]).tex} {_BELOW[before.head]} {self.real(a.args[0]).tex}"
                parts[-1] += f" {_BELOW[a.head]} {self.real(a.args[1]).tex}"
                chained = True
            else:
                parts.append(self.statement(a).tex)
                chained = False
            tall = max(tall, self.statement(a).tall)
        return Piece(r",\, ".join(parts), tall=tall)

    def _ind(self, t: Term) -> Piece:
        inner = self._event(t.args[0])
        return self._boxed(r"\mathbf{1}", inner.tex, inner.tall)

    def _P(self, t: Term) -> Piece:
        inner = self._event(t.args[0])
        return self._boxed(r"\mathbb{P}", inner.tex, inner.tall, "(", ")")

    def _condE(self, t: Term) -> Piece:
        mean, event = self.real(t.args[0]), self._event(t.args[1])
        return self._boxed(r"\mathbb{E}", rf"{mean.tex} \mid {event.tex}", max(mean.tall, event.tall))
