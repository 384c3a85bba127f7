"""Small instances of the declarations in the data.

Reads the declarations of a problem and draws numbers, arrays, sequences and finite laws that satisfy them. See ``confirm_labels.py``.
"""

from __future__ import annotations

import math
import random
import re
from typing import Any

import numpy as np
from second_reader import Reader
from second_tokens import RELATIONS, Undefined, Unread, group, split, tokens
from second_values import Env, Family, Lazy, Random

KINDS = {"positive", "integer", "real", "sequence", "function", "random", "nonnegative", "non-negative", "nonzero", "non-zero", "negative"}
INDICES = set("ijklnprst")            # letters that stand for an index in a definition
WORDY = {"iid", "random", "differentiable", "twice differentiable", "convex", "not constant", "symmetric", "diagonal", "orthogonal", "invertible",
         "full column rank", "symmetric positive definite", "positive definite", "symmetric about 0", "superscript is a name", "positive", "integer", "real",
         "positive integer", "non-zero", "nonzero", "nonnegative", "increasing", "sequence", "odd", "even"}


def comma_parts(text: str) -> list[str]:
    depth, out = 0, [""]
    for c in text:
        depth += (c in "([{") - (c in ")]}")
        if c == "," and depth == 0:
            out.append("")
        else:
            out[-1] += c
    return [p.strip() for p in out]


class Declared:
    """One declared name and what is said of it."""

    def __init__(self, text: str):
        self.text = text                        # as written, with index
        toks = tokens(text)
        self.index: list[str] = []
        self.attrs: list[str] = []
        self.ranges: dict[str, tuple[str, str]] = {}
        self.toks = toks

    def strip_index(self) -> None:
        """``w_i`` with a range for i is the family w."""
        for _ in range(3):
            toks = self.toks
            if len(toks) > 2 and toks[-2] == "_" and toks[-1] in self.ranges:
                self.index.insert(0, toks[-1])
                self.toks = toks[:-2]
            elif toks and toks[-1] == "}":
                start = max(k for k in range(len(toks)) if toks[k] == "{" and group(toks, k) == len(toks))
                inner = [t for t in toks[start + 1:-1] if t not in {"(", ")", ","}]
                if inner and all(t in self.ranges for t in inner):
                    self.index = inner + self.index
                    self.toks = toks[:start - 1]

    @property
    def key(self) -> str:
        return " ".join(self.toks)


def strip_kind(part: str) -> tuple[str, list[str]]:
    """The name and the kind words that follow it."""
    attrs: list[str] = []
    m = re.match(r"^(.*?)\s*\\in\s*(\\mathbb\{R\}.*|\\\{.*)$", part)
    if m:
        return m.group(1).strip(), ["in " + m.group(2).strip()]
    words = part.split()
    while words and words[-1] in KINDS:
        attrs.insert(0, words.pop())
    return " ".join(words), attrs


class Context:
    """The declarations and givens of a problem, ready to draw instances."""

    def __init__(self, problem: dict[str, Any]):
        self.problem = problem
        self.declared: dict[str, Declared] = {}
        self.lets: list[tuple[list[str], list[str]]] = []
        self.tests: list[list[str]] = []
        self.divides: list[tuple[list[str], list[str]]] = []
        self.givens: list[list[str]] = [tokens(g) for g in problem.get("given", [])]
        for text in problem.get("let", []):
            self.declare(text)
        names = {tuple(d.toks) for d in self.declared.values()}
        self.definitions: dict[str, tuple[tuple[str, ...], list[str]]] = {}
        for left, right in self.lets:
            params: list[str] = []
            base = list(left)
            while len(base) > 2 and base[-2] == "_" and base[-1] in INDICES and base[-1] in right:
                params.insert(0, base[-1])
                base = base[:-2]
            while (len(base) > 4 and base[-1] == "}" and base[-3] == "(") or (len(base) > 4 and base[-2:] == [")", "}"]):
                k = len(base) - 1
                while base[k] != "{":
                    k -= 1
                params.insert(0, base[k + 2])
                base = base[:k - 1]
            if len(base) > 4 and base[-1] == "}" and "_" in base:      # x_{ij}
                k = len(base) - 1
                while base[k] != "{":
                    k -= 1
                inner = [t for t in base[k + 1:-1] if t != ","]
                if all(len(t) == 1 and t.isalpha() and t in right for t in inner):
                    params, base = inner, base[:k - 1]
            self.definitions[" ".join(base)] = (tuple(params), right)
            names.add(tuple(base))
        functions = {d.key for d in self.declared.values() if "function" in d.attrs}
        self.reader = Reader(names, functions)
        self.names = names

    def declare(self, text: str) -> None:
        if text.startswith("let "):
            toks = tokens(text[4:])
            at = next(k for k, t in enumerate(toks) if t == "=" and sum((x == "{") - (x == "}") for x in toks[:k]) == 0)
            self.lets.append((toks[:at], toks[at + 1:]))
            return
        if " divides " in text:
            a, b = text.split(" divides ")
            self.divides.append((tokens(a), tokens(b)))
            return
        if " independent of " in text:
            return
        if " one-hot in " in text:
            a, b = text.split(" one-hot in ")
            d = Declared(a)
            d.attrs = ["one-hot " + b.strip()]
            self.declared[d.key] = d
            return
        parts = comma_parts(text)
        names: list[Declared] = []
        attrs: list[str] = []
        ranges: dict[str, tuple[str, str]] = {}
        naming = True
        for part in parts:
            m = re.match(r"^([a-zA-Z])\s*=\s*(.+?)\s*\.\.\s*(.+)$", part)
            if m:
                ranges[m.group(1)] = (m.group(2), m.group(3))
                naming = False
                continue
            if part in WORDY or part.startswith("\\in "):
                attrs.append("in " + part[4:] if part.startswith("\\in ") else part)
                naming = False
                continue
            if any(t in RELATIONS for t in tokens(part)) or "\\sim" in part:
                attrs.append("say " + part)
                naming = False
                continue
            if naming:
                name, kinds = strip_kind(part)
                names.append(Declared(name))
                if kinds:
                    attrs += [" ".join(kinds), *kinds]
                    naming = False
                continue
            attrs.append(part)
        for d in names:
            d.ranges = ranges
            d.strip_index()
            old = self.declared.get(d.key)
            d.attrs = attrs
            if old is not None:
                old.attrs += attrs
                old.ranges.update(ranges)
                old.index = old.index or d.index
            else:
                self.declared[d.key] = d
        for a in attrs:
            if a.startswith("say ") and "\\sim" not in a and not re.search(r"(E|Var|\})\s*\[", a) and "\\sum" not in a:
                self.tests.append(tokens(a[4:]))

    # ---- drawing

    def draw(self, seed: int) -> Env:
        for attempt in range(400):
            rng = random.Random(seed * 100003 + attempt)
            try:
                env = self.try_draw(rng)
                if env is not None:
                    return env
            except Undefined:
                continue
        raise Unread("no instance found")

    def scalar(self, d: Declared, rng: random.Random) -> float:
        attrs = " ".join(a for a in d.attrs if not a.startswith("say"))
        wide = self.problem.get("range", 5)
        if "integer" in attrs:
            return rng.randint(1 if "positive" in attrs else -1, wide)
        v = rng.uniform(0.2, 2.2)
        if rng.random() < 0.5:
            v = rng.uniform(0.1, 0.95)
        if "positive" in attrs:
            return v
        return v * rng.choice((1, -1)) if "nonnegative" not in attrs else v

    def number(self, text: str, env: Env) -> int:
        return round(self.reader.expr(tokens(text))(env))

    def shape(self, text: str, env: Env) -> tuple[int, int]:
        m = re.match(r"\\mathbb\{R\}\^(.*)$", text)
        assert m
        inner = m.group(1).strip()
        if inner.startswith("{"):
            inner = inner[1:-1]
        dims = [self.number(x, env) for x in inner.split("\\times")]
        return (dims[0], dims[1] if len(dims) > 1 else 1)

    def array(self, d: Declared, env: Env, rng: random.Random, where: str) -> np.ndarray:
        rows, cols = self.shape(where, env)
        gen = np.random.default_rng(rng.randrange(10**9))
        a = np.round(gen.normal(size=(rows, cols)), 2)
        said = " ".join(d.attrs)
        if "positive definite" in said:
            a = a @ a.T + 0.5 * np.eye(rows)
        elif "orthogonal" in said:
            a = np.linalg.qr(gen.normal(size=(rows, rows)))[0]
        elif "diagonal" in said:
            a = np.diag(np.diag(a))
        elif "symmetric" in said:
            a = a + a.T
        if "positive" in d.attrs:
            a = np.abs(a) + 0.1
        if "full column rank" in said and rows < cols:
            raise Undefined("rank")
        if ("full column rank" in said or "invertible" in said) and np.linalg.svd(a)[1].min() < 0.1:
            raise Undefined("rank")
        return a

    def try_draw(self, rng: random.Random) -> Env | None:
        env: Env = {"#p": [1.0], "#": 0}
        late: list[Declared] = []
        for d in self.declared.values():
            kinds = " ".join(a for a in d.attrs if not a.startswith("say"))
            if d.index or "sequence" in kinds or "function" in kinds or "random" in kinds or "in \\" in kinds or "one-hot" in kinds:
                late.append(d)
            else:
                env[d.key] = self.scalar(d, rng)
        for g in self.givens:                       # a name on its own is set
            at = g.index("=") if "=" in g else -1
            if at > 0 and " ".join(g[:at]) in env and "=" not in g[at + 1:]:
                env[" ".join(g[:at])] = self.reader.expr(g[at + 1:])(env)
        early = [t for t in self.tests if self.ready(t, env)]
        if not all(self.reader.relation(t)(env) for t in early):
            return None
        for a, b in self.divides:
            x, y = self.reader.expr(a)(env), self.reader.expr(b)(env)
            if round(y) % round(x):
                return None
        for key, (params, right) in self.definitions.items():
            env[key] = Lazy(params, self.reading(params, right))
        factors: list[tuple[list[float], list[float]]] = []
        members: dict[str, dict[tuple[int, ...], int]] = {}
        shared: list[Declared] = []
        for d in late:
            said = " ".join(a for a in d.attrs)
            plain = " ".join(a for a in d.attrs if not a.startswith("say"))
            if "random" in plain:
                if "\\sim" in said or re.search(r"(?:E|\})\s*\[", said):
                    members[d.key] = {}
                    for index in self.cells(d, env):
                        members[d.key][index] = len(factors)
                        factors.append(self.law(d, index, env))
                else:
                    shared.append(d)
            elif "sequence" in plain:
                env[d.key] = Family(lambda *k, r=rng: r.uniform(0.2, 2) * r.choice((1, -1)))
            elif "function" in plain:
                env[d.key] = smooth(plain, rng)
            elif "one-hot" in plain:
                n = self.number(next(a for a in d.attrs if a.startswith("one-hot"))[8:], env)
                vec = np.zeros((n, 1))
                vec[rng.randrange(n), 0] = 1
                env[d.key] = vec
            elif "in \\mathbb" in plain:
                where = next(a for a in d.attrs if a.startswith("in "))[3:]
                if d.index:
                    fam = Family(lambda *k: None)
                    fam.arity = len(d.index)
                    for index in self.cells(d, env):
                        fam.known[index] = self.array(d, env, rng, where)
                    env[d.key] = fam
                else:
                    env[d.key] = self.array(d, env, rng, where)
            else:
                fam = Family(missing)
                for index in self.cells(d, env):
                    if "in \\{" in plain:
                        opts = re.search(r"in \\\{(.*?)\\\}", plain)
                        assert opts
                        fam.known[index] = int(rng.choice(opts.group(1).split(",")))
                    elif "integer" in plain:
                        fam.known[index] = rng.randint(1 if "positive" in plain else -2, 4)
                    else:
                        v = rng.uniform(0.2, 2.2)
                        fam.known[index] = v if "positive" in plain else v * rng.choice((1, -1))
                for a in d.attrs:
                    if a.startswith("say ") and "\\sum" in a and "_" in a:
                        total = sum(fam.known.values())
                        ks = list(fam.known)
                        if re.search(r"\^2", a):
                            raise Unread(a)
                        if "positive" in plain:
                            fam.known = {k: fam.known[k] / total for k in ks}
                        else:
                            fam.known = {k: fam.known[k] + (1 - total) / len(ks) for k in ks}
                env[d.key] = fam
        if shared:
            count = 6
            probs = [rng.uniform(0.5, 1.5) for _ in range(count)]
            total = sum(probs)
            at = len(factors)
            factors.append((list(range(count)), [p / total for p in probs]))
        if factors:
            grids = np.meshgrid(*[np.arange(len(v)) for v, _ in factors], indexing="ij")
            flat = [g.reshape(-1) for g in grids]
            p = np.ones(len(flat[0]))
            if len(p) > 7000:
                return None
            for f, (_, w) in zip(flat, factors, strict=True):
                p = p * np.array(w)[f]
            env["#p"] = list(p)
            env["#"] = rng.randrange(len(p))
            for key, where in members.items():
                fam = Random(missing)
                fam.known = {index: np.array(factors[k][0], float)[flat[k]] for index, k in where.items()}
                env[key] = fam
            for n, d in enumerate(shared):
                fam = Random(missing)
                for index in self.cells(d, env):
                    values = [rng.choice((0.5, 1.5, -1.0)) if n else rng.uniform(0.2, 3) for _ in range(6)]
                    fam.known[index] = np.array(values)[flat[at]]
                env[d.key] = fam
        self.recurrences(env)
        for t in self.tests:
            if t not in early and not self.bounded(t, env):
                return None
        for g in self.givens:
            if not self.solve(g, env):
                return None
        return env

    def reading(self, params: tuple[str, ...], right: list[str]) -> Any:
        old = self.reader.names
        self.reader.names = sorted({*old, *((p,) for p in params)}, key=len, reverse=True)
        try:
            return self.reader.expr(right)
        finally:
            self.reader.names = old

    def ready(self, toks: list[str], env: Env) -> bool:
        try:
            self.reader.relation(toks)(env)
            return True
        except (KeyError, TypeError, Unread, Undefined):
            return False

    def bounded(self, toks: list[str], env: Env) -> bool:
        """A condition on every member of a family, such as ``p_k < 1``."""
        for d in self.declared.values():
            if d.index and any(tuple(toks[k:k + len(d.toks)]) == tuple(d.toks) for k in range(len(toks))):
                old = self.reader.names
                self.reader.names = sorted({*old, *((p,) for p in d.index)}, key=len, reverse=True)
                try:
                    test = self.reader.relation(toks)
                finally:
                    self.reader.names = old
                return all(test({**env, **dict(zip(d.index, index, strict=True))}) for index in self.cells(d, env))
        return bool(self.reader.relation(toks)(env))

    def cells(self, d: Declared, env: Env) -> list[tuple[int, ...]]:
        out: list[tuple[int, ...]] = [()]
        for i in d.index:
            lo, hi = d.ranges[i]
            out = [(*o, k) for o in out for k in range(self.number(lo, env), self.number(hi, env) + 1)]
        return out

    def law(self, d: Declared, index: tuple[int, ...], env: Env) -> tuple[list[float], list[float]]:
        mean, var, second = 0.0, 1.0, None
        inner = {**env, **dict(zip(d.index, index, strict=True))}
        symmetric = "symmetric about 0" in d.attrs
        old = self.reader.names
        self.reader.names = sorted({*old, *((p,) for p in d.index)}, key=len, reverse=True)
        try:
            for a in d.attrs:
                if not a.startswith("say "):
                    continue
                text = a[4:]
                if "\\sim" in text:
                    name, args = re.search(r"\\sim\s*(.*?)\((.*)\)\s*$", text).groups()
                    values = [self.reader.expr(tokens(x))(inner) for x in comma_parts(args)]
                    if "N" in name:
                        m, s = values[0], math.sqrt(values[1])
                        return half_normal(m, s)
                    if "Bern" in name:
                        return [0.0, 1.0], [1 - values[0], values[0]]
                    raise Unread(text)
                left, right = text.split("=", 1)
                value = self.reader.expr(tokens(right))(inner)
                if "Var" in left:
                    var = value
                elif "^2" in left:
                    second = value
                else:
                    mean = value
        finally:
            self.reader.names = old
        if second is not None:
            var = second - mean * mean
        if var < 0:
            raise Undefined("variance")
        s = math.sqrt(var)
        if symmetric:
            return [-1.5 * s, -0.5 * s, 0.5 * s, 1.5 * s], [(0.75 / 2) / 2, (1.25 / 2) / 2, (1.25 / 2) / 2, (0.75 / 2) / 2]
        return [mean + s * math.sqrt(0.7 / 0.3), mean - s * math.sqrt(0.3 / 0.7)], [0.3, 0.7]

    def recurrences(self, env: Env) -> None:
        """Sequences that a given equation computes, upwards or downwards; later values are worked out when asked for."""
        rules: dict[str, list[tuple[int, str, Any, int]]] = {}
        starts: dict[str, dict[int, float]] = {}
        self.used: list[list[str]] = []
        seqs = {d.key: d for d in self.declared.values() if "sequence" in d.attrs}
        for g in self.givens:
            for piece in (p for _, p in split(g, {",", "\\quad"})):
                if "=" not in piece:
                    continue
                for key, d in seqs.items():
                    n = len(d.toks)
                    if piece[:n] != d.toks:
                        continue
                    rest = piece[n:]
                    if rest[0] == "^":
                        end = group(rest, 1)
                        inside = rest[3:end - 2]
                    elif rest[1] == "{":
                        end = group(rest, 1)
                        inside = rest[2:end - 1]
                    else:
                        end, inside = 2, [rest[1]]
                    if rest[end] != "=":
                        continue
                    right = rest[end + 1:]
                    last = right.index("=") if "=" in right else None
                    if last is not None:
                        for other in (p for _, p in split(piece, {"="})[:-1]):
                            k = next((s for s in seqs if other[:len(seqs[s].toks)] == seqs[s].toks), None)
                            starts.setdefault(k, {})[0] = float(split(piece, {"="})[-1][1][0])
                        self.used.append(g)
                        break
                    if inside[0].isalpha() and inside[0].islower():       # a capital is a bound: W^{(L)} = 1 is a start
                        var = next(t for t in inside if t.isalpha())
                        shift = int(inside[2]) * (1 if inside[1] == "+" else -1) if len(inside) == 3 else 0
                        rules.setdefault(key, []).append((shift, var, self.reading((var,), right), 0))
                    else:
                        k = round(self.reader.expr(inside)(env))
                        starts.setdefault(key, {})[k] = self.reader.expr(right)(env)
                    self.used.append(g)
                    break
        for key in set(rules) | set(starts):
            rule = rules.get(key)
            if not rule:
                env[key].known.update({(k,): v for k, v in starts[key].items()})
                continue
            shift, var, code, _ = rule[0]

            def value(k: int, shift: int = shift, var: str = var, code: Any = code, key: str = key) -> float:
                if k < -30 or k > 400:
                    raise Undefined("sequence does not start")
                return code({**env, var: k - shift})
            drawn = env[key]
            env[key] = Family(value)
            env[key].known.update({(k,): v for k, v in starts.get(key, {}).items()})
            if shift > 0 and not starts.get(key):
                starts[key] = {0: drawn(0)}
                env[key].known[(0,)] = drawn(0)
        for key, rule in rules.items():             # upwards from the start, so that no call goes deep
            if rule[0][0] > 0 and starts.get(key):
                low = min(starts[key])
                for k in range(low + 1, low + 30):
                    try:
                        env[key](k)
                    except (Undefined, KeyError, RecursionError):
                        break

    def solve(self, g: list[str], env: Env) -> bool:
        """Whether a given holds; a scalar in it is moved to make it hold."""
        if g in self.used:
            return True
        test = self.reader.relation(g)
        if test(env):
            return True
        if "=" not in g:
            return False
        at = g.index("=")
        a, b = self.reader.expr(g[:at]), self.reader.expr(g[at + 1:])
        for d in self.declared.values():
            if d.key in env and isinstance(env[d.key], float) and d.key not in self.definitions and "integer" not in d.attrs:
                def gap(v: float, key: str = d.key) -> float:
                    return a({**env, key: v}) - b({**env, key: v})
                root = find_root(gap, 0.05 if "positive" in d.attrs else -5, 8)
                if root is not None:
                    env[d.key] = root
                    rebuilt = all(self.reader.relation(t)(env) for t in self.tests if self.ready(t, env))
                    return rebuilt
        return False


def missing(*index: int) -> float:
    raise Undefined(f"no member {index}")


def half_normal(m: float, s: float) -> tuple[list[float], list[float]]:
    r = math.sqrt(2 / math.pi)
    # nodes a < b and weights p, 1 - p of the half Gaussian with moments 1, r, 1, 2r
    # monic orthogonal polynomial x^2 + c1 x + c0
    c1 = -(2 * r - r) / (1 - r * r)
    c0 = -1 - c1 * r
    disc = math.sqrt(c1 * c1 - 4 * c0)
    a, b = (-c1 - disc) / 2, (-c1 + disc) / 2
    p = (b - r) / (b - a)
    return [m - s * b, m - s * a, m + s * a, m + s * b], [(1 - p) / 2, p / 2, p / 2, (1 - p) / 2]


def smooth(kind: str, rng: random.Random) -> Any:
    a, b = rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.9)

    def f(x: Any, order: int = 0) -> Any:
        if "convex" in kind:
            return [0.5 * a * x * x + b * np.exp(0.5 * x), a * x + 0.5 * b * np.exp(0.5 * x), a + 0.25 * b * np.exp(0.5 * x)][order]
        t = np.tanh(a * x)
        return [t + 0.3 * b * x * x + 0.1, a * (1 - t * t) + 0.6 * b * x, -2 * a * a * t * (1 - t * t) + 0.6 * b][order]
    return f


def find_root(f: Any, lo: float, hi: float) -> float | None:
    grid = np.linspace(lo, hi, 60)
    old = None
    for x in grid:
        try:
            y = f(x)
        except (Undefined, Unread, ZeroDivisionError, OverflowError):
            old = None
            continue
        if y == 0:
            return float(x)
        if old is not None and old[1] * y < 0:
            a, fa, b = old[0], old[1], x
            for _ in range(80):
                mid = (a + b) / 2
                fm = f(mid)
                if fa * fm <= 0:
                    b = mid
                else:
                    a, fa = mid, fm
            if abs(f(a)) < 1e-6:
                return float(a)
        old = (x, y)
    return None
