"""At how many instances each line of the data holds."""

from __future__ import annotations

from typing import Any

from instances_of_data import Context, find_root
from second_tokens import RELATIONS, Undefined, Unread, split, tokens
from second_values import Env

STEP = {"\\Rightarrow", "\\iff"}


def claims(context: Context, line: str, before: list[str] | None) -> tuple[list[tuple[str, list[str]]], list[str] | None]:
    """The statements of a line with the arrows between them, and the expression it ends with."""
    toks = [t for t in tokens(line) if t not in {"&"}]
    if toks and toks[0] in STEP:
        raise Unread("begins with an arrow")
    if toks and toks[0] in RELATIONS:
        if before is None:
            raise Unread("goes on from nothing")
        toks = [*before, *toks]
    toks = drop_dots(toks)
    parts: list[tuple[str, list[str]]] = []
    for mark, piece in split(toks, STEP):
        for n, (_, part) in enumerate(split(piece, {",", "\\quad", "\\qquad"})):
            if part:
                parts.append((mark if n == 0 else "", part))
    last = split(parts[-1][1], RELATIONS)[-1][1]
    return parts, last


def drop_dots(toks: list[str]) -> list[str]:
    out: list[str] = []
    for k, t in enumerate(toks):
        if t == "\\ldots" and toks[k - 1] in RELATIONS and toks[k + 1:k + 2] and toks[k + 1] in RELATIONS:
            out.pop()
            continue
        out.append(t)
    return out


def judge_line(context: Context, line: str, before: list[str] | None, envs: list[Env], undefined: bool) -> tuple[int, int, list[str] | None]:
    """At how many instances the line holds, of how many, and where the chain stands after it."""
    parts, last = claims(context, line, before)
    good = 0
    total = 0
    if any(m == "\\Rightarrow" or m == "\\iff" for m, _ in parts):
        for env in envs:
            got = arrow(context, parts, env)
            if got is not None:
                total += 1
                good += got
        return good, total, last
    tests = [context.reader.relation(p) for _, p in parts if any(t in RELATIONS for t in p)]
    if not tests:
        raise Unread("no relation")
    for env in envs:
        total += 1
        try:
            good += all(t(env) for t in tests)
        except (Undefined, ZeroDivisionError, OverflowError):
            good += undefined
    return good, total, last


def arrow(context: Context, parts: list[tuple[str, list[str]]], env: Env) -> bool | None:
    """A ⇒ B or A ⇔ B, at the roots of A (and of B) in one of its scalars."""
    seen = 0
    sides = [parts[0][1], parts[-1][1]]
    mark = next(m for m, _ in parts if m)
    pairs = [(sides[0], sides[1])] + ([(sides[1], sides[0])] if mark == "\\iff" else [])
    for a, b in pairs:
        at = a.index("=") if "=" in a else None
        test = context.reader.relation(b)
        for d in context.declared.values():
            if at is None or not isinstance(env.get(d.key), float) or not any(a[k:k + len(d.toks)] == d.toks for k in range(len(a))):
                continue
            f, g = context.reader.expr(a[:at]), context.reader.expr(a[at + 1:])
            root = find_root(lambda v, key=d.key, f=f, g=g: f({**env, key: v}) - g({**env, key: v}), 0.03 if "positive" in d.attrs else -6, 9)
            if root is None:
                continue
            new = {**env, d.key: root}
            if not all(context.reader.relation(t)(new) for t in context.tests if context.ready(t, new)):
                continue
            seen += 1
            if not test(new):
                return False
    return True if seen else None


def report(problem: dict[str, Any], count: int = 6, undefined: bool = False) -> list[tuple[int, int] | str]:
    """For each line the instances at which it holds and their number, or why it was not read.

    ``undefined`` says whether a line without a value at an instance counts as holding there.
    """
    context = Context(problem)
    envs = [context.draw(seed) for seed in range(count)]
    out: list[tuple[int, int] | str] = []
    before: list[str] | None = None
    for line in problem["lines"]:
        try:
            good, total, before = judge_line(context, line, before, envs, undefined)
            out.append((good, total))
        except (Unread, ValueError, IndexError, KeyError, TypeError, StopIteration) as err:
            out.append(f"{type(err).__name__}: {err}")
            try:
                before = claims(context, line, before)[1]
            except (Unread, IndexError):
                before = None
    return out
