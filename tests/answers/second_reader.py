"""A second reading of the data, in floating point.

Nothing of the package is used: this module reads the declarations and lines of a problem, draws small
instances that satisfy the declarations, and says at how many of them each line holds. It keeps the labels of the data honest;
it is no judge: it decides nothing, reads only what the data needs, and raises ``Unread`` for the rest.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Value = Any
Env = dict[str, Any]
Code = Callable[[Env], Value]


class Unread(Exception):
    """The text is outside what this module reads."""


class Undefined(Exception):
    """A value does not exist at this instance."""


# ---------------------------------------------------------------- tokens

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+\.\d+|\d+|[A-Za-z]|\S", re.DOTALL)
SKIP = {"\\left", "\\right", "\\big", "\\Big", "\\bigg", "\\Bigg", "\\bigl", "\\bigr", "\\Bigl", "\\Bigr", "\\,", "\\;", "\\!", "\\:",
        "\\ ", "~", "\\displaystyle", "\\nonumber", "\\limits", "\\biggl", "\\biggr"}
SAME = {"\\dfrac": "\\frac", "\\tfrac": "\\frac", "\\leq": "\\le", "\\geq": "\\ge", "\\neq": "\\ne", "\\ln": "\\log", "\\mid": "|",
        "\\lvert": "|", "\\rvert": "|", "\\lVert": "\\|", "\\rVert": "\\|", "\\implies": "\\Rightarrow", "\\Leftrightarrow": "\\iff",
        "\\dots": "\\ldots", "\\cdots": "\\ldots", "\\leftarrow": "=", "\\coloneqq": "=", "\\triangleq": "=", "\\equiv": "=", "\\rightarrow": "\\to",
        "\\lbrace": "\\{", "\\rbrace": "\\}", "\\bm": "\\mathbf", "\\boldsymbol": "\\mathbf", "\\vec": "\\mathbf"}
WORDS = {"Var": "Var", "Cov": "Cov", "E": "E", "ReLU": "ReLU", "tr": "tr", "Tr": "tr", "det": "det", "diag": "diag", "softmax": "softmax",
         "sign": "sign", "sigmoid": "sigmoid", "relu": "ReLU", "KL": "KL", "rank": "rank", "T": "T", "in": "in", "out": "out"}
STYLED = re.compile(r"\\(?:operatorname|text|mathrm|mathsf|mathbb|textrm|mathop|textnormal|sf)\s*\*?\{([^{}$]*)\}")
ACCENTS = {"\\hat", "\\tilde", "\\bar", "\\widehat", "\\widetilde", "\\overline", "\\mathbf", "\\mathcal", "\\vec"}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "\\exp": np.exp, "\\log": np.log, "\\sin": np.sin, "\\cos": np.cos, "\\tanh": np.tanh, "\\tan": np.tan, "\\cosh": np.cosh,
    "\\sinh": np.sinh, "@ReLU": lambda x: np.maximum(x, 0), "@sign": np.sign, "@sigmoid": lambda x: 1 / (1 + np.exp(-x)), "\\Gamma": lambda x: math.gamma(x),
    "\\arctan": np.arctan}
RELATIONS = {"=", "\\le", "\\ge", "<", ">", "\\ne", "\\approx"}


def tokens(text: str) -> list[str]:
    """The tokens, with layout, reasons and equivalent spellings taken out."""
    text = re.sub(r"\\mathbb\{1\}|\\mathbf\{1\}_\{", lambda m: "\\indicator " if "bb" in m.group() else m.group(), text)
    text = re.sub(r"\\begin\{[bp]matrix\}", r"\\openmatrix ", text)
    text = re.sub(r"\\end\{[bp]matrix\}", r"\\closematrix ", text)
    text = re.sub(r"\\(?:tag|label)\{[^{}]*\}", "", text)
    text = re.sub(r"\\q?quad\s*\(\d+\)\s*$", "", text)
    text = re.sub(r"\\([dt]?frac)\s*(\d)(\d)", r"\\\1{\2}{\3}", text)
    text = text.replace("\\{", "\\lbrace ").replace("\\}", "\\rbrace ")

    def styled(match: re.Match[str]) -> str:
        word = match.group(1).strip()
        if word in WORDS:
            return f"\\word{WORDS[word]} "
        if word in ("where", "for", "if", "so", "and", "or", ""):
            return " " if word != "and" else " , "
        if len(word) == 1:
            return f"\\plain{word} "
        return " \\reason "
    text = STYLED.sub(styled, text)
    text = re.sub(r"\\text\{(?:[^{}]|\{[^{}]*\}|\$[^$]*\$)*\}", r" \\reason ", text)
    out: list[str] = []
    for tok in TOKEN.findall(text):
        tok = SAME.get(tok, tok)
        if tok in SKIP:
            continue
        if tok == "\\reason":
            break
        if tok.startswith("\\word"):
            tok = "@" + tok[5:]
        elif tok.startswith("\\plain"):
            tok = tok[6:]
        elif tok == "\\det":
            tok = "@det"
        out.append(tok)
    while out and out[-1] in {",", ".", ";", "\\\\", "&", "\\quad", "\\qquad", "("}:
        out.pop()
    return join_braces(out)


def join_braces(toks: list[str]) -> list[str]:
    """``_{i}`` and ``\\hat{m}`` without their braces, ``:=`` as ``=``."""
    out: list[str] = []
    i = 0
    while i < len(toks):
        tok = toks[i]
        if tok in ACCENTS | {"_", "^"} and i + 3 < len(toks) + 1 and toks[i + 1:i + 2] == ["{"] and toks[i + 3:i + 4] == ["}"]:
            out += [tok, toks[i + 2]]
            i += 4
            continue
        if tok == ":" and toks[i + 1:i + 2] == ["="]:
            i += 1
            continue
        out.append(tok)
        i += 1
    return out


CLOSE = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil", "\\openmatrix": "\\closematrix", "\\langle": "\\rangle"}


def group(toks: list[str], at: int) -> int:
    """The index just after the bracket that opens at ``at``."""
    depth, i = 0, at
    while i < len(toks):
        if toks[i] in CLOSE:
            depth += 1
        elif toks[i] in CLOSE.values():
            depth -= 1
            if depth == 0:
                return i + 1
        i += 1
    raise Unread("bracket not closed")


def split(toks: list[str], marks: set[str]) -> list[tuple[str, list[str]]]:
    """Pieces between top-level marks, each with the mark before it."""
    out: list[tuple[str, list[str]]] = [("", [])]
    depth = 0
    for tok in toks:
        if tok in CLOSE:
            depth += 1
        elif tok in CLOSE.values():
            depth -= 1
        if depth == 0 and tok in marks:
            out.append((tok, []))
        else:
            out[-1][1].append(tok)
    return out


# ---------------------------------------------------------------- values

def tidy(value: Value) -> Value:
    if isinstance(value, np.ndarray) and value.size == 1:
        return float(value.reshape(-1)[0])
    return value


def times(a: Value, b: Value) -> Value:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape[1] != b.shape[0]:
            raise Unread(f"product of {a.shape} and {b.shape}")
        return tidy(a @ b)
    return a * b


def plus(a: Value, b: Value) -> Value:
    if isinstance(a, Identity) or isinstance(b, Identity):
        return a + b
    a, b = tidy(a), tidy(b)
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape != b.shape:
        raise Unread(f"sum of {a.shape} and {b.shape}")
    if isinstance(a, np.ndarray) != isinstance(b, np.ndarray) and not (np.isscalar(a) and a == 0):
        raise Unread("sum of a matrix and a number")
    return a + b


def over(a: Value, b: Value) -> Value:
    if isinstance(b, np.ndarray):
        raise Unread("division by a matrix")
    if b == 0:
        raise Undefined("division by zero")
    return a / b


def power(a: Value, b: Value) -> Value:
    if isinstance(a, np.ndarray):
        if b == -1:
            return np.linalg.inv(a)
        if float(b).is_integer():
            return np.linalg.matrix_power(a, int(b))
        raise Unread("power of a matrix")
    if a == 0 and b < 0:
        raise Undefined("zero to a negative power")
    if a < 0 and not float(b).is_integer():
        raise Undefined("root of a negative number")
    if a == 0 and b == 0:
        return 1.0
    return a ** (int(b) if float(b).is_integer() and abs(b) < 400 else b)


class Family:
    """Values by index, given, computed or drawn."""

    def __init__(self, rule: Callable[..., Value]):
        self.rule, self.known = rule, {}

    def __call__(self, *index: int) -> Value:
        if index not in self.known:
            self.known[index] = self.rule(*index)
        return self.known[index]

    def moved(self, index: tuple[int, ...], by: float) -> Family:
        new = Family(self.rule)
        new.known = dict(self.known)
        new.known[index] = self(*index) + by
        return new


class Random(Family):
    """A family whose members are arrays over the outcomes."""


class Lazy:
    """A definition, computed anew in every environment."""

    def __init__(self, params: tuple[str, ...], code: Code):
        self.params, self.code = params, code


# ---------------------------------------------------------------- reading

class Reader:
    """Reads expressions, given the declared names (as tuples of tokens) and which of them are functions."""

    def __init__(self, names: set[tuple[str, ...]], functions: set[str]):
        self.names = sorted(names, key=len, reverse=True)
        self.functions = functions

    def expr(self, toks: list[str]) -> Code:
        toks = [x for x in toks if x not in {"&", "\\\\", "\\quad", "\\qquad"}]
        if not toks:
            raise Unread("empty expression")
        code, at = self.total(toks, 0)
        if at != len(toks):
            raise Unread(f"left over: {' '.join(toks[at:])}")
        return code

    def total(self, toks: list[str], at: int) -> tuple[Code, int]:
        terms: list[tuple[int, Code]] = []
        sign = 1
        if toks[at] in "+-−":
            sign = 1 if toks[at] == "+" else -1
            at += 1
        code, at = self.product(toks, at)
        terms.append((sign, code))
        while at < len(toks) and toks[at] in {"+", "-", "−"}:
            sign = 1 if toks[at] == "+" else -1
            if toks[at + 1:at + 2] == ["\\ldots"]:
                return self.dots(terms, sign, toks, at + 2)
            code, at = self.product(toks, at + 1)
            terms.append((sign, code))

        def value(env: Env) -> Value:
            out: Value = 0
            for n, (s, c) in enumerate(terms):
                v = c(env)
                out = (v if s > 0 else -v) if n == 0 else plus(out, v if s > 0 else -v)
            return out
        return (terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else value), at

    def dots(self, terms: list[tuple[int, Code]], sign: int, toks: list[str], at: int) -> tuple[Code, int]:
        """``a + b + \\dots + z`` where the terms are geometric: ratio b / a, as many terms as reach z."""
        if toks[at:at + 1] not in (["+"], ["-"]):
            raise Unread("dots")
        last, at = self.product(toks, at + 1)

        def value(env: Env) -> Value:
            first, second, end = (terms[0][1](env), terms[1][1](env), last(env))
            ratio = second / first
            count = round(math.log(end / first) / math.log(ratio))
            if not math.isclose(first * ratio ** count, end, rel_tol=1e-9) or count < 0:
                return math.nan
            return sum(first * ratio ** k for k in range(count + 1))
        return value, at

    def product(self, toks: list[str], at: int) -> tuple[Code, int]:
        code, at = self.factor(toks, at)
        while at < len(toks):
            tok = toks[at]
            if tok in {"\\cdot", "\\times"} or (False):
                right, at = self.factor(toks, at + 1)
                code = self.two(times, code, right)
            elif tok == "\\odot":
                right, at = self.factor(toks, at + 1)
                code = self.two(lambda a, b: a * b, code, right)
            elif tok == "/":
                right, at = self.factor(toks, at + 1)
                code = self.two(over, code, right)
            elif tok in {"+", "-", "−", ",", ")", "]", "}", "\\}", "\\rfloor", "\\rceil", ";", "\\rangle"} | RELATIONS:
                break
            else:
                right, at = self.factor(toks, at)
                code = self.two(times, code, right)
        return code, at

    @staticmethod
    def two(op: Callable[[Value, Value], Value], a: Code, b: Code) -> Code:
        return lambda env: op(a(env), b(env))

    def name_at(self, toks: list[str], at: int) -> tuple[str, ...] | None:
        for name in self.names:
            if tuple(toks[at:at + len(name)]) == name:
                return name
        return None

    def argument(self, toks: list[str], at: int) -> tuple[list[str], int]:
        """One argument of a command: a group or a token."""
        if toks[at] == "{":
            end = group(toks, at)
            return toks[at + 1:end - 1], end
        return [toks[at]], at + 1

    def factor(self, toks: list[str], at: int) -> tuple[Code, int]:
        code, at = self.atom(toks, at)
        while at < len(toks):
            if toks[at] == "^":
                if toks[at + 1] in {"\\top", "T", "@T", "\\intercal"} and ("T",) not in self.names:
                    inner = code
                    code = (lambda c: lambda env: (lambda v: v.T if isinstance(v, np.ndarray) else v)(c(env)))(inner)
                    at += 2
                    continue
                arg, at = self.argument(toks, at + 1)
                if arg and arg[0] == "-" and arg[1:] in (["\\top"], ["T"]):
                    code = (lambda c: lambda env: np.linalg.inv(c(env)).T)(code)
                    continue
                code = self.two(power, code, self.expr(arg))
            elif toks[at] == "!":
                code = (lambda c: lambda env: math.factorial(int(c(env))))(code)
                at += 1
            elif toks[at] == "_" and toks[at + 1] == "+":
                code = (lambda c: lambda env: max(c(env), 0.0))(code)
                at += 2
            elif toks[at] == "_":
                arg, at = self.argument(toks, at + 1)
                codes = self.indices(arg)
                code = (lambda c, cs: lambda env: entry(c(env), [round(x(env)) for x in cs]))(code, codes)
            else:
                break
        return code, at

    def indices(self, toks: list[str]) -> list[Code]:
        pieces = [p for _, p in split(toks, {","})]
        if len(pieces) == 1 and len(pieces[0]) > 1 and all(len(x) == 1 and x.isalnum() for x in pieces[0]):
            pieces = [[x] for x in pieces[0]]
        return [self.expr(p) for p in pieces]

    def atom(self, toks: list[str], at: int) -> tuple[Code, int]:
        if at >= len(toks):
            raise Unread("something missing at the end")
        tok = toks[at]
        name = self.name_at(toks, at)
        if name is not None:
            return self.named(name, toks, at + len(name))
        if tok[0].isdigit():
            return (lambda v: lambda env: v)(float(tok) if "." in tok else int(tok)), at + 1
        if tok in {"(", "[", "{"}:
            end = group(toks, at)
            return self.expr(toks[at + 1:end - 1]), end
        if tok == "\\{":
            end = group(toks, at)
            return self.expr(toks[at + 1:end - 1]), end
        if tok in {"\\lfloor", "\\lceil"}:
            end = group(toks, at)
            inner = self.expr(toks[at + 1:end - 1])
            up = tok == "\\lceil"
            return (lambda env: (lambda v: math.ceil(v - 1e-9) if up else math.floor(v + 1e-9))(inner(env))), end
        if tok == "\\langle":
            end = group(toks, at)
            a, b = (self.expr(p) for _, p in split(toks[at + 1:end - 1], {","}))
            return (lambda env: float(np.sum(a(env) * b(env)))), end
        if tok == "\\openmatrix":
            end = group(toks, at)
            rows = [[self.expr(c) for _, c in split(r, {"&"})] for _, r in split(toks[at + 1:end - 1], {"\\\\"})]
            return (lambda env: np.array([[c(env) for c in r] for r in rows], float)), end
        if tok in {"|", "\\|"}:
            end = at + 1
            while toks[end] != tok:
                end = group(toks, end) if toks[end] in CLOSE else end + 1
            inner = self.expr(toks[at + 1:end])
            is_norm = tok == "\\|"

            def size(env: Env) -> Value:
                v = inner(env)
                if isinstance(v, np.ndarray):
                    return float(np.linalg.norm(v)) if is_norm or v.shape[1] == 1 else float(np.linalg.det(v))
                return abs(v)
            end += 1
            if toks[end:end + 2] == ["_", "F"] or toks[end:end + 2] == ["_", "2"]:
                end += 2
            return size, end
        if tok == "\\frac":
            return self.fraction(toks, at)
        if tok == "\\binom":
            a, at = self.argument(toks, at + 1)
            b, at = self.argument(toks, at)
            x, y = self.expr(a), self.expr(b)
            return (lambda env: math.comb(round(x(env)), round(y(env)))), at
        if tok == "\\sqrt":
            arg, at = self.argument(toks, at + 1)
            inner = self.expr(arg)
            return (lambda env: power(inner(env), 0.5)), at
        if tok in {"\\sum", "\\prod"}:
            return self.big(toks, at)
        if tok == "\\int":
            return self.integral(toks, at)
        if tok == "\\lim":
            return self.limit(toks, at)
        if tok in {"\\max", "\\min"}:
            return self.extreme(toks, at)
        if tok == "\\nabla":
            return self.gradient(toks, at)
        if tok == "\\underbrace":
            arg, at = self.argument(toks, at + 1)
            if toks[at:at + 1] == ["_"]:
                _, at = self.argument(toks, at + 1)
            return self.expr(arg), at
        if tok == "\\indicator":
            end = group(toks, at + 1)
            test = self.relation(toks[at + 2:end - 1])
            return (lambda env: 1.0 if test(env) else 0.0), end
        if tok in {"@E", "@Var", "@Cov"} or (tok == "E" and toks[at + 1:at + 2] in (["["], ["_"])):
            return self.expectation(tok, toks, at)
        if tok in {"p", "P"} and toks[at + 1:at + 2] == ["("]:
            end = group(toks, at + 1)
            pieces = split(toks[at + 2:end - 1], {"|"})
            test = self.relation(pieces[0][1])
            given = self.relation(pieces[1][1]) if len(pieces) > 1 else None
            return (lambda env: chance(env, test, given)), end
        if tok in FUNCTIONS or tok in {"@tr", "@det", "@diag", "@softmax"}:
            return self.apply_builtin(tok, toks, at)
        if tok == "\\delta" and toks[at + 1:at + 2] == ["_"]:
            arg, at = self.argument(toks, at + 2)
            a, b = self.indices(arg)
            return (lambda env: 1.0 if a(env) == b(env) else 0.0), at
        if tok == "\\pi":
            return (lambda env: math.pi), at + 1
        if tok == "e":
            return (lambda env: math.e), at + 1
        if tok == "\\infty":
            return (lambda env: math.inf), at + 1
        if tok == "I" or toks[at:at + 2] == ["\\mathbf", "I"]:
            at += 1 if tok == "I" else 2
            if toks[at:at + 1] == ["_"]:
                _, at = self.argument(toks, at + 1)
            return (lambda env: Identity()), at
        raise Unread(f"unknown {tok}")

    def named(self, name: tuple[str, ...], toks: list[str], at: int) -> tuple[Code, int]:
        key = " ".join(name)
        if key in self.functions:
            order = 0
            while toks[at:at + 1] == ["'"]:
                order, at = order + 1, at + 1
            if toks[at:at + 2] == ["^", "\\prime"]:
                order, at = 1, at + 2
            if toks[at:at + 1] != ["("]:
                raise Unread(f"function {key} without argument")
            end = group(toks, at)
            inner = self.expr(toks[at + 1:end - 1])
            return (lambda env: env[key](inner(env), order)), end
        index: list[Code] = []
        while at < len(toks):
            if toks[at] == "_" and toks[at + 1] != "+":
                arg, at = self.argument(toks, at + 1)
                index += self.indices(arg)
            elif toks[at] == "^" and toks[at + 1] == "{" and toks[at + 2] in {"(", "["} and group(toks, at + 2) == group(toks, at + 1) - 1:
                end = group(toks, at + 1)
                index += self.indices(toks[at + 3:end - 2])
                at = end
            elif toks[at] == "[":
                end = group(toks, at)
                index += self.indices(toks[at + 1:end - 1])
                at = end
            else:
                break

        def value(env: Env) -> Value:
            return lookup(env, key, tuple(round(float(c(env))) for c in index))
        return value, at

    def fraction(self, toks: list[str], at: int) -> tuple[Code, int]:
        top, after = self.argument(toks, at + 1)
        bottom, after = self.argument(toks, after)
        if top and bottom and top[0] in {"\\partial", "d"} and bottom[0] == top[0] and len(bottom) > 1 and (top[0] != "d" or ("d",) not in self.names):
            order, rest = 1, top[1:]
            if rest[:2] == ["^", "2"]:
                order, rest = 2, rest[2:]
            wrt = bottom[1:]
            if order == 2:
                pieces = [p for _, p in split(wrt, {top[0]})]
                if len(pieces) == 1:
                    targets = [self.target(wrt[:-2])] * 2
                else:
                    targets = [self.target(p) for p in pieces]
            else:
                targets = [self.target(wrt)]
            if rest:
                body = self.expr(rest)
            else:
                body, after = self.product(toks, after)
            for target in targets:
                body = (lambda b, t: lambda env: derivative(b, env, t))(body, target)
            return body, after
        return self.two(over, self.expr(top), self.expr(bottom)), after

    def target(self, toks: list[str]) -> tuple[str, list[Code], int]:
        """What a derivative is taken by: a name, its indices, and a power (2 for sigma squared)."""
        name = self.name_at(toks, 0)
        if name is None:
            raise Unread(f"derivative by {' '.join(toks)}")
        rest, index, degree = toks[len(name):], [], 1
        if rest[:1] == ["_"]:
            arg, end = self.argument(rest, 1)
            index, rest = self.indices(arg), rest[end:]
        if rest[:1] == ["^"] and rest[1:2] == ["{"] and rest[2] == "(":
            arg, end = self.argument(rest, 1)
            index, rest = self.indices(arg[1:-1]), rest[end:]
        if rest == ["^", "2"]:
            degree, rest = 2, []
        if rest:
            raise Unread(f"derivative by {' '.join(toks)}")
        return " ".join(name), index, degree

    def gradient(self, toks: list[str], at: int) -> tuple[Code, int]:
        if toks[at + 1] != "_":
            raise Unread("nabla without an index")
        arg, at = self.argument(toks, at + 2)
        target = self.target(arg)
        body, at = self.product(toks, at)
        return (lambda env: derivative(body, env, target)), at

    def body(self, toks: list[str], at: int, bound: list[str]) -> tuple[Code, int]:
        """What a big operator covers: the product, and further terms while the bound index occurs in them."""
        start, (_, end) = at, self.product(toks, at)
        while end < len(toks) and toks[end] in {"+", "-"}:
            _, further = self.product(toks, end + 1)
            if not self.free(toks[end:further], bound[0]):
                break
            end = further
        return self.expr(toks[start:end]), end

    def free(self, toks: list[str], name: str) -> bool:
        """Whether a name occurs, other than below a big operator that binds it."""
        at = 0
        while at < len(toks):
            if toks[at] in {"\\sum", "\\prod"} and toks[at + 1:at + 4] == ["_", "{", name]:
                _, at = self.product(toks, at)
                continue
            if toks[at] == name:
                return True
            at += 1
        return False

    def big(self, toks: list[str], at: int) -> tuple[Code, int]:
        adds = toks[at] == "\\sum"
        at += 1
        low: list[str] = []
        high: list[str] = []
        while at < len(toks) and toks[at] in {"_", "^"}:
            which = toks[at]
            arg, at = self.argument(toks, at + 1)
            low, high = (arg, high) if which == "_" else (low, arg)
        if "=" not in low:
            raise Unread("sum without a range")
        parts = split(low, {"="})
        first = parts[0][1]
        bound = first[0]
        pieces = split(parts[1][1], {","})
        lo = self.expr(pieces[0][1])
        skip = None
        if len(pieces) > 1:
            skip = self.with_bound(bound, lambda: self.relation(pieces[1][1]))
        hi = self.expr(high)
        inner, at = self.with_bound(bound, lambda: self.body(toks, at, [bound]))

        def value(env: Env) -> Value:
            top = hi(env)
            if top == math.inf:
                top = 4000
            total: Value = None
            for k in range(round(lo(env)), round(top) + 1):
                new = {**env, bound: k}
                if skip is not None and not skip(new):
                    continue
                v = inner(new)
                total = v if total is None else (plus(total, v) if adds else times(total, v))
            return (0 if adds else 1) if total is None else total
        return value, at

    def with_bound(self, bound: str, work: Callable[[], Any]) -> Any:
        old = self.names
        self.names = sorted({*old, (bound,)}, key=len, reverse=True)
        try:
            return work()
        finally:
            self.names = old

    def integral(self, toks: list[str], at: int) -> tuple[Code, int]:
        low: list[str] = []
        high: list[str] = []
        at += 1
        while toks[at] in {"_", "^"}:
            which = toks[at]
            arg, at = self.argument(toks, at + 1)
            low, high = (arg, high) if which == "_" else (low, arg)
        end, depth = at, 0
        while not (depth == 0 and toks[end] == "d" and end + 1 < len(toks) and len(toks[end + 1]) >= 1 and toks[end + 1][-1].isalpha()):
            depth += (toks[end] in CLOSE) - (toks[end] in CLOSE.values())
            end += 1
            if end >= len(toks):
                raise Unread("integral without d")
        bound = toks[end + 1]
        inner = self.with_bound(bound, lambda: self.expr(toks[at:end]) if end > at else lambda env: 1.0)
        lo, hi = self.expr(low), self.expr(high)
        return (lambda env: quadrature(lambda x: inner({**env, bound: x}), lo(env), hi(env))), end + 2

    def limit(self, toks: list[str], at: int) -> tuple[Code, int]:
        arg, at = self.argument(toks, at + 2)
        bound = arg[0]
        goal = arg[2:]
        side = 0
        if goal[-2:-1] == ["^"] and goal[-1] in "+-":
            side, goal = (1 if goal[-1] == "+" else -1), goal[:-2]
        where = self.expr(goal)
        inner, at = self.with_bound(bound, lambda: self.product(toks, at))

        def value(env: Env) -> Value:
            w = where(env)
            if w == math.inf:
                return inner({**env, bound: 200000})
            if w == -math.inf:
                return inner({**env, bound: -200000})
            h = 1e-5
            if side:
                return inner({**env, bound: w + side * h})
            return (inner({**env, bound: w + h}) + inner({**env, bound: w - h})) / 2
        return value, at

    def extreme(self, toks: list[str], at: int) -> tuple[Code, int]:
        pick = max if toks[at] == "\\max" else min
        at += 1
        if toks[at] == "_":
            raise Unread("maximum over an index")
        end = group(toks, at)
        inner = [self.expr(p) for _, p in split(toks[at + 1:end - 1], {","})]
        return (lambda env: pick(c(env) for c in inner)), end

    def expectation(self, tok: str, toks: list[str], at: int) -> tuple[Code, int]:
        kind = tok.removeprefix("@")
        at += 1
        if toks[at] == "_":
            _, at = self.argument(toks, at + 1)
        squared = 0
        if toks[at] == "^":
            _arg, at = self.argument(toks, at + 1)
            squared = 2
        if toks[at] in {"[", "(", "\\{"}:
            end = group(toks, at)
            inside = toks[at + 1:end - 1]
        else:
            _, end = self.factor(toks, at)
            inside = toks[at:end]
        pieces = split(inside, {"|"})
        given: Callable[[Env], Any] | None = None
        if len(pieces) > 1:
            cond = pieces[1][1]
            if any(x in RELATIONS for x in cond):
                given = self.relation(cond)
            else:
                codes = [self.expr(c) for _, c in split(cond, {","})]
                given = (lambda cs: lambda env: matches(cs, env))(codes)
        codes = [self.expr(p) for _, p in split(pieces[0][1], {","})]

        def value(env: Env) -> Value:
            if kind == "E":
                return mean(env, codes[0], given)
            a = codes[0]
            b = codes[1] if kind == "Cov" else a
            return mean(env, lambda e: a(e) * b(e), given) - mean(env, a, given) * mean(env, b, given)
        return (self.two(power, value, lambda env: squared) if squared else value), end

    def apply_builtin(self, tok: str, toks: list[str], at: int) -> tuple[Code, int]:
        at += 1
        exponent: Code | None = None
        if toks[at] == "^":
            arg, at = self.argument(toks, at + 1)
            exponent = self.expr(arg)
        if toks[at] in {"(", "[", "\\{", "{"}:
            end = group(toks, at)
            inner = self.expr(toks[at + 1:end - 1])
        else:
            end = at
            stop = {"+", "-", ",", ")", "]", "}", "|", "\\|", "\\}", "\\cdot", "\\times", "\\sum", "(", "\\rfloor", "/", "\\odot"} | RELATIONS | set(FUNCTIONS)
            inner, end = self.factor(toks, end)
            while end < len(toks) and toks[end] not in stop:
                more, end = self.factor(toks, end)
                inner = self.two(times, inner, more)
        if tok == "@tr":
            def code(env):
                return float(np.trace(np.atleast_2d(inner(env))))
        elif tok == "@det":
            def code(env):
                return float(np.linalg.det(np.atleast_2d(inner(env))))
        elif tok == "@diag":
            def code(env):
                return np.diag(inner(env).reshape(-1))
        elif tok == "@softmax":
            def code(env):
                return (lambda v: np.exp(v) / np.exp(v).sum(axis=0 if v.shape[1] == 1 else 1, keepdims=True))(inner(env))
        else:
            fn = FUNCTIONS[tok]

            def code(env: Env) -> Value:
                v = inner(env)
                if tok == "\\log" and not isinstance(v, np.ndarray) and v <= 0:
                    raise Undefined("logarithm of no positive number")
                return fn(v)
        if exponent is not None:
            code = self.two(power, code, exponent)
        return code, end

    # ---- statements

    def relation(self, toks: list[str]) -> Callable[[Env], bool]:
        links = split(toks, RELATIONS)
        codes = [self.expr(p) for _, p in links]
        marks = [m for m, _ in links][1:]
        shown = [p for _, p in links]

        def test(env: Env) -> bool:
            values = [c(env) for c in codes]
            return all(holds(m, a, b, shown[k + 1]) for k, (m, a, b) in enumerate(zip(marks, values, values[1:], strict=False)))
        return test


class Identity:
    """A multiple of the unit matrix of whatever size is needed."""

    __array_ufunc__ = None

    def __init__(self, by: float = 1.0):
        self.by = by

    def full(self, other: Value) -> Value:
        return self.by * np.eye(len(other)) if isinstance(other, np.ndarray) else self.by

    def __add__(self, other: Value) -> Value:
        return Identity(self.by + other.by) if isinstance(other, Identity) else other + self.full(other)

    __radd__ = __add__

    def __neg__(self) -> Identity:
        return Identity(-self.by)

    def __sub__(self, other: Value) -> Value:
        return self + (-other)

    def __rsub__(self, other: Value) -> Value:
        return -self + other

    def __mul__(self, other: Value) -> Value:
        return self.by * other if isinstance(other, np.ndarray) else Identity(self.by * other)

    def __rmul__(self, other: Value) -> Value:
        return self * other


def entry(value: Value, index: list[int]) -> Value:
    if not isinstance(value, np.ndarray):
        raise Unread("index of a number")
    if min(index) < 1 or index[0] > value.shape[0] or (len(index) > 1 and index[1] > value.shape[1]):
        raise Undefined("index out of range")
    return float(value[index[0] - 1, index[1] - 1 if len(index) > 1 else 0])


def lookup(env: Env, key: str, index: tuple[int, ...]) -> Value:
    value = env[key]
    if isinstance(value, Lazy):
        if len(value.params) > len(index):
            raise Unread(f"{key} needs an index")
        inner = {**env, **dict(zip(value.params, index, strict=False))}
        out = value.code(inner)
        rest = list(index[len(value.params):])
        return entry(out, rest) if rest else out
    if isinstance(value, Random):
        return float(value(*index)[env["#"]])
    if isinstance(value, Family):
        out = value(*index[:value.arity]) if hasattr(value, "arity") else value(*index)
        rest = list(index[value.arity:]) if hasattr(value, "arity") else []
        return entry(out, rest) if rest else out
    if index:
        return entry(value, list(index))
    return value


def matches(codes: list[Code], env: Env) -> list[float]:
    return [c(env) for c in codes]


def outcomes(env: Env) -> Iterator[Env]:
    for k in range(len(env["#p"])):
        yield {**env, "#": k}


def mean(env: Env, code: Code, given: Callable[[Env], Any] | None) -> Value:
    here = given(env) if given is not None else None
    total: Value = 0.0
    weight = 0.0
    for k, inner in enumerate(outcomes(env)):
        if given is not None:
            there = given(inner)
            if isinstance(there, bool):
                if not there:
                    continue
            elif not np.allclose(there, here):
                continue
        p = env["#p"][k]
        total = total + p * code(inner)
        weight += p
    if weight == 0:
        raise Undefined("condition of probability zero")
    return total / weight


def chance(env: Env, test: Callable[[Env], bool], given: Callable[[Env], bool] | None) -> float:
    return float(mean(env, lambda e: 1.0 if test(e) else 0.0, given))


def derivative(body: Code, env: Env, target: tuple[str, list[Code], int]) -> Value:
    """The derivative by central differences of fourth order."""
    key, index, degree = target
    value = env[key]
    h = 2e-3

    def moved(by: float, at: tuple[int, ...] | None) -> Value:
        if isinstance(value, Random):
            raise Unread("derivative by a random quantity")
        if isinstance(value, Family):
            assert at is not None
            return value.moved(at, by)
        if isinstance(value, np.ndarray):
            new = value.copy()
            assert at is not None
            new[at[0] - 1, at[1] - 1 if len(at) > 1 else 0] += by
            return new
        return value + by

    def by(at: tuple[int, ...] | None) -> Value:
        f = [body({**env, key: moved(k * h, at)}) for k in (-2, -1, 1, 2)]
        return (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h)
    if isinstance(value, Lazy):
        raise Unread("derivative by a defined quantity")
    if isinstance(value, np.ndarray) and not index:
        cells = [[by((r + 1, c + 1)) for c in range(value.shape[1])] for r in range(value.shape[0])]
        if isinstance(cells[0][0], np.ndarray):                     # a Jacobian of a vector by a vector
            return np.hstack([c for row in cells for c in row])
        return np.array(cells, float)
    slope = by(tuple(int(c(env)) for c in index) if index else None)
    return slope / (2 * value) if degree == 2 else slope


NODES, WEIGHTS = np.polynomial.legendre.leggauss(60)


def quadrature(f: Callable[[float], float], lo: float, hi: float) -> float:
    if lo == -math.inf and hi == math.inf:
        return quadrature(lambda u: f(u / (1 - u * u)) * (1 + u * u) / (1 - u * u) ** 2, -1, 1)
    if hi == math.inf:
        return quadrature(lambda u: f(lo + u / (1 - u)) / (1 - u) ** 2, 0, 1)
    if lo == -math.inf:
        return quadrature(lambda u: f(hi - u / (1 - u)) / (1 - u) ** 2, 0, 1)
    total = 0.0
    for a, b in itertools.pairwise(np.linspace(lo, hi, 13)):
        for x, w in zip(NODES, WEIGHTS, strict=True):
            total += w * f((a + b) / 2 + x * (b - a) / 2) * (b - a) / 2
    return float(total)


def holds(mark: str, a: Value, b: Value, shown: list[str]) -> bool:
    if isinstance(a, Identity):
        a = a.full(b)
    if isinstance(b, Identity):
        b = b.full(a)
    a, b = tidy(a), tidy(b)
    if isinstance(a, np.ndarray) != isinstance(b, np.ndarray):
        zero = b if isinstance(a, np.ndarray) else a
        if not (np.isscalar(zero) and zero == 0):
            raise Unread("a matrix compared with a number")
    elif isinstance(a, np.ndarray) and a.shape != b.shape:
        raise Unread(f"{a.shape} compared with {b.shape}")
    scale = float(1 + np.max(np.abs(a)) + np.max(np.abs(b)))
    if not math.isfinite(scale):
        raise Undefined("not finite")
    if mark == "\\approx":
        text = "".join(shown)
        decimals = len(text.split(".")[1]) if re.fullmatch(r"\d+\.\d+", text) else 0
        return abs(a - b) <= 0.5 * 10.0 ** -decimals * 1.0001
    far = float(np.max(np.abs(a - b))) / scale
    if mark == "=":
        return far < 3e-5
    if mark == "\\ne":
        return far > 1e-6
    slack = 1e-7 * scale
    return {"\\le": a <= b + slack, "\\ge": a >= b - slack, "<": a < b, ">": a > b}[mark]
