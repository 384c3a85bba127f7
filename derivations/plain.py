"""Formulas as plain text.

For terminals and JSON: the names as the author typed them, brackets where they are needed, and no
markup.
"""

from __future__ import annotations

from derivations.kernel.term import BINDERS, Term, num, open_with, var

# how tightly a form binds: an argument that binds less than is asked for gets brackets
_ATOM, _POWER, _SIGN, _PRODUCT, _SUM, _RELATION, _NOT, _AND, _IMPLIES = 9, 8, 7, 6, 5, 4, 3, 2, 1
_INFIX = {"eq": (" = ", _RELATION), "ne": (" != ", _RELATION), "le": (" <= ", _RELATION),
          "lt": (" < ", _RELATION), "and": (" and ", _AND), "or": (" or ", _AND),
          "imp": (" implies ", _IMPLIES), "iff": (" if and only if ", _IMPLIES),
          "mul": ("*", _PRODUCT), "div": ("/", _PRODUCT), "pow": ("**", _POWER)}
_NAMES = {"var": "Var", "cov": "Cov", "relu": "ReLU", "ind": "Ind", "sum": "Sum", "prod": "Product",
          "maxover": "MaxOver", "count": "Count", "abs": "Abs", "ceil": "ceiling", "isleast": "least",
          "indep": "independent", "samelaw": "same_law", "fam": "family", "ite": "If"}
_LETTERS = "ijklmnstuvwxyz"


def plain(t: Term) -> str:
    """The formula in one line."""
    return _Plain({name for _, name, _ in t.symbols}).write(t)


class _Plain:
    def __init__(self, taken: set[str]) -> None:
        self.taken = taken

    def write(self, t: Term, least: int = 0) -> str:
        text, binds = self._form(t)
        return text if binds >= least else f"({text})"

    def _list(self, *terms: Term) -> str:
        return ", ".join(map(self.write, terms))

    def _form(self, t: Term) -> tuple[str, int]:
        head, args = t.head, t.args
        if head == "num":
            text = str(t.data)
            return text, _PRODUCT if "/" in text else _SIGN if text.startswith("-") else _ATOM
        if head in ("v", "r", "b"):
            return str(t.data), _ATOM
        if head in ("f", "g"):
            return f"{t.data}[{self._list(*args)}]", _ATOM
        if head == "add":
            return self._sum(t), _SUM
        if head == "neg":
            return f"-{self.write(args[0], _PRODUCT)}", _SIGN - 1
        if head == "tup":
            return f"({self._list(*args)})", _ATOM
        if head == "isint":
            return f"{self.write(args[0], _SUM)} is an integer", _RELATION
        if head == "condE":
            return f"E({self.write(args[0])} | {self.write(args[1])})", _ATOM
        if head in _INFIX:
            word, binds = _INFIX[head]
            # nothing of the same strength on the right: a/(b/c), a - (b - c), a implies (b implies c)
            first = binds + (head in ("pow", "imp", "iff") or binds == _RELATION)
            rest = [self.write(a, binds if head in ("mul", "and", "or") and a.head != "div" else binds + 1)
                    for a in args[1:]]
            return word.join([self.write(args[0], first), *rest]), binds
        if head in BINDERS:
            return self._binder(t)
        return f"{_NAMES.get(head, head)}({self._list(*args)})" if args else head, _ATOM

    def _sum(self, t: Term) -> str:
        out = ""
        for a in t.args:
            minus = a.head == "neg" or (a.head == "num" and str(a.data).startswith("-"))
            if minus and out:
                inner = a.args[0] if a.head == "neg" else num(-a.data)  # type: ignore[operator]
                out += " - " + self.write(inner, _PRODUCT)
            else:
                out += (" + " if out else "") + self.write(a, _PRODUCT if out else _SUM)
        return out

    def _binder(self, t: Term) -> tuple[str, int]:
        name = next((c for c in _LETTERS if c not in self.taken), None) or f"k{len(self.taken)}"
        self.taken.add(name)
        (place,) = BINDERS[t.head]
        body = open_with(t.args[place], [var(name)])
        if t.head in ("forall", "exists"):
            text = f"{'for all' if t.head == 'forall' else 'for some'} {name}: {self.write(body)}", _IMPLIES
        elif t.head == "isleast":
            text = f"{self.write(t.args[0], _SUM)} is the least {name} with {self.write(body, _AND)}", _NOT
        else:
            limits = f"({name}, {self._list(*t.args[:2])})"
            text = f"{_NAMES[t.head]}({self.write(body)}, {limits})", _ATOM
        self.taken.discard(name)
        return text
