"""LaTeX text as tokens with positions.

The characters that may stand in a formula are listed; anything else is refused by its code point.
User macros are expanded here, with a counter, and TeX itself is never asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pylatexenc.latexwalker import LatexWalker, LatexWalkerEndOfStream, LatexWalkerError
from pylatexenc.macrospec import LatexContextDb

from derivations.latex.names import LOWER, UPPER
from derivations.latex.unreadable import Unreadable

MAX_TOKENS = 6_000
MAX_EXPANSIONS = 500
MAX_LENGTH = 40_000

_NONE = LatexContextDb()

_CAPITALS = UPPER.replace("Upsilon ", "")  # which looks like Y, and is refused
_GREEK = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ", f"{LOWER} {_CAPITALS}".split(), strict=True))
_SIGNS = {
    "≤": "le",
    "≥": "ge",
    "≠": "ne",
    "≈": "approx",
    "×": "times",
    "·": "cdot",
    "∑": "sum",
    "∏": "prod",
    "∂": "partial",
    "∇": "nabla",
    "∞": "infty",
    "→": "to",
    "⇒": "Rightarrow",
    "⇔": "iff",
    "∈": "in",
    "…": "dots",
    "⊤": "top",
    "⊙": "odot",
    "‖": "Vert",
    "∫": "int",
    "ϵ": "epsilon",
    "⌊": "lfloor",
    "⌋": "rfloor",
    "⌈": "lceil",
    "⌉": "rceil",
    "∼": "sim",
    "±": "pm",
    "∀": "forall",
}
UNICODE = {**_GREEK, **_SIGNS}
_SPACES = frozenset(" \t\n\r\u00a0\u2009\u202f")
_ASCII = frozenset("!'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz|~\"")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``kind`` is macro, char, open, close, begin, end or amp; ``space`` tells whether
    white space stands before it."""

    kind: str
    text: str
    start: int
    end: int
    space: bool = False


@dataclass(frozen=True)
class Macro:
    """A user's macro: number of arguments, default of the first one if it is optional, and body."""

    name: str
    arguments: int
    default: tuple[Token, ...] | None
    body: tuple[Token, ...]


@lru_cache(maxsize=4096)
def scan(text: str) -> tuple[Token, ...]:
    """The tokens of a text.  Errors: Unreadable for a character that no formula holds, text that is
    too long, or an unfinished command."""
    if len(text) > MAX_LENGTH:
        raise Unreadable(f"a line of at most {MAX_LENGTH} characters is read, found {len(text)}", 0, 1)
    walker = LatexWalker(text, latex_context=_NONE, tolerant_parsing=False)
    out: list[Token] = []
    pos = 0
    state = walker.make_parsing_state()     # one for all tokens: making it is what takes the time
    while True:
        try:
            t = walker.get_token(pos, environments=True, include_brace_chars=None, parsing_state=state)
        except LatexWalkerEndOfStream:
            break
        except LatexWalkerError as stop:
            raise Unreadable(f"the text breaks off here ({_short(stop)})", pos) from None
        pos = t.pos + t.len
        for found in _tokens(t.tok, t.arg, t.pos, pos, bool(t.pre_space), text):
            out.append(found)
        if len(out) > MAX_TOKENS:
            raise Unreadable(f"a line of at most {MAX_TOKENS} signs is read; split it", t.pos)
    return tuple(out)


def _short(stop: LatexWalkerError) -> str:
    return str(getattr(stop, "msg", stop)).split("\n")[0]


def _tokens(kind: str, arg: object, start: int, end: int, space: bool, text: str) -> Iterable[Token]:
    if kind == "macro":
        yield Token("macro", str(arg), start, end, space)
    elif kind in ("brace_open", "brace_close"):
        yield Token("open" if kind == "brace_open" else "close", str(arg), start, end, space)
    elif kind in ("begin_environment", "end_environment"):
        yield Token(kind.split("_")[0], str(arg), start, end, space)
    elif kind == "comment":
        return
    elif kind in ("char", "specials"):
        for k in range(start, end):
            yield from _char(text[k], k, space and k == start)
    elif kind.startswith("mathmode"):
        return  # dollar signs around a formula mean nothing inside it
    else:
        raise Unreadable(f"a formula is expected, found {text[start:end]!r}", start, end)


def _char(c: str, at: int, space: bool) -> Iterable[Token]:
    if c in _SPACES:
        return
    if c == "&":
        yield Token("amp", c, at, at + 1, space)
    elif c in _ASCII:
        yield Token("char", c, at, at + 1, space)
    elif c == "−":
        yield Token("char", "-", at, at + 1, space)
    elif c == "，":
        yield Token("char", ",", at, at + 1, space)
    elif c == "²" or c == "³":
        raise Unreadable(f"write a power with ^, found {c!r}", at)
    elif c in UNICODE:
        yield Token("macro", UNICODE[c], at, at + 1, space)
    elif c in "#$%\\{}":
        raise Unreadable(f"no formula holds {c!r} here", at)
    else:
        raise Unreadable(f"the character U+{ord(c):04X} is not read in formulas", at)


# -- macros -------------------------------------------------------------------------------------

# what an answer may never say, whatever stands around it
_FORBIDDEN_COMMANDS = """
    input include openin openout read write immediate write18 catcode csname endcsname expandafter special
    directlua usepackage documentclass newwrite newread closeout closein jobname everyjob lccode uccode href url
    htmlData includegraphics verbatiminput lstinputlisting def edef gdef xdef let newcommand renewcommand
    providecommand
"""
FORBIDDEN = frozenset(_FORBIDDEN_COMMANDS.split())


def group(tokens: tuple[Token, ...], k: int) -> tuple[tuple[Token, ...], int]:
    """The tokens of the group or single token at k, and where to go on.  Errors: Unreadable."""
    if k >= len(tokens):
        raise Unreadable("an argument is missing at the end", tokens[-1].end if tokens else 0)
    if tokens[k].kind != "open":
        return (tokens[k],), k + 1
    depth = 0
    for j in range(k, len(tokens)):
        depth += (tokens[j].kind == "open") - (tokens[j].kind == "close")
        if not depth:
            return tokens[k + 1 : j], j + 1
    raise Unreadable("this brace is never closed", tokens[k].start)


def _name(tokens: tuple[Token, ...], at: int) -> str:
    if len(tokens) == 1 and tokens[0].kind == "macro":
        return tokens[0].text
    raise Unreadable("a definition names one command", at)


def read_definition(text: str) -> Macro:
    """The macro that ``\\newcommand``, ``\\def``, ``\\DeclareMathOperator`` or
    ``\\DeclarePairedDelimiter`` defines.  Errors: Unreadable."""
    tokens = _lenient(text)
    if not tokens or tokens[0].kind != "macro":
        raise Unreadable("a definition begins with \\newcommand, \\def or \\DeclareMathOperator", 0)
    kind, k = tokens[0].text, 1
    if k < len(tokens) and tokens[k].text == "*":
        k += 1
    if kind in ("newcommand", "renewcommand", "providecommand", "DeclareRobustCommand"):
        name, k = group(tokens, k)
        count, default = 0, None
        if k < len(tokens) and tokens[k].text == "[":
            inside, k = _bracket(tokens, k)
            count = _count(inside, tokens[k - 1].start)
        if k < len(tokens) and tokens[k].text == "[":
            default, k = _bracket(tokens, k)
        body, _ = group(tokens, k)
        return Macro(_name(name, tokens[0].start), count, default, body)
    if kind == "def":
        if k >= len(tokens) or tokens[k].kind != "macro":
            raise Unreadable("\\def names a command", tokens[0].start)
        name_, k, count = tokens[k].text, k + 1, 0
        while k + 1 < len(tokens) and tokens[k].text == "#":
            k, count = k + 2, count + 1
        body, _ = group(tokens, k)
        return Macro(name_, count, None, body)
    if kind == "let":
        rest = [t for t in tokens[k:] if t.text != "="]
        if len(rest) != 2 or any(t.kind != "macro" for t in rest[:1]):
            raise Unreadable("\\let names a command and what it stands for", tokens[0].start)
        return Macro(rest[0].text, 0, None, (rest[1],))
    if kind.endswith("DocumentCommand"):
        name, k = group(tokens, k)
        wanted, k = group(tokens, k)
        default = None
        if wanted and wanted[0].text == "O":
            default, after = group(wanted, 1)
            wanted = (wanted[0], *wanted[after:])
        if any(t.text != "m" for t in wanted[default is not None:]):
            raise Unreadable("of the arguments of a document command, m and one O{...} in front are read",
                             tokens[0].start)
        body, _ = group(tokens, k)
        return Macro(_name(name, tokens[0].start), len(wanted), default, body)
    if kind == "DeclareMathOperator":
        name, k = group(tokens, k)
        body, _ = group(tokens, k)
        at = tokens[0]
        wrapped = (
            Token("macro", "operatorname", at.start, at.end),
            Token("open", "{", at.start, at.end),
            *body,
            Token("close", "}", at.start, at.end),
        )
        return Macro(_name(name, at.start), 0, None, wrapped)
    if kind == "DeclarePairedDelimiter":
        name, k = group(tokens, k)
        left, k = group(tokens, k)
        right, _ = group(tokens, k)
        at = tokens[0]
        hole = (Token("char", "#", at.start, at.end), Token("char", "1", at.start, at.end))
        return Macro(_name(name, at.start), 1, None, (*left, *hole, *right))
    raise Unreadable(f"a definition is expected, found \\{kind}", 0)


def _lenient(text: str) -> tuple[Token, ...]:
    """Tokens of a definition, where ``#1`` may stand."""
    parts = text.split("#")
    out: list[Token] = []
    at = 0
    for n, part in enumerate(parts):
        if n:
            out.append(Token("char", "#", at - 1, at))
        out += [Token(t.kind, t.text, t.start + at, t.end + at, t.space) for t in scan(part)]
        at += len(part) + 1
    return tuple(out)


def _bracket(tokens: tuple[Token, ...], k: int) -> tuple[tuple[Token, ...], int]:
    for j in range(k, len(tokens)):
        if tokens[j].text == "]":
            return tokens[k + 1 : j], j + 1
    raise Unreadable("this bracket is never closed", tokens[k].start)


def _count(tokens: tuple[Token, ...], at: int) -> int:
    text = "".join(t.text for t in tokens)
    if not text.isdigit() or not 0 <= int(text) <= 9:
        raise Unreadable("the number of arguments is a digit", at)
    return int(text)


def expand(tokens: tuple[Token, ...], macros: Mapping[str, Macro]) -> tuple[Token, ...]:
    """The tokens with the user's macros replaced; what came from a macro keeps the place of the call.

    Errors: Unreadable for endless or enormous macros, and for commands that no answer needs.
    """
    steps = 0
    out: list[Token] = []
    todo = list(reversed(tokens))
    while todo:
        t = todo.pop()
        if t.kind != "macro" or t.text not in macros:
            if t.kind == "macro" and t.text in FORBIDDEN:
                raise Unreadable(f"\\{t.text} has no place in a formula", t.start, t.end)
            out.append(t)
            if len(out) > MAX_TOKENS:
                raise Unreadable("the macros make this line too long", t.start, t.end)
            continue
        steps += 1
        if steps > MAX_EXPANSIONS or len(todo) > MAX_TOKENS:
            raise Unreadable(f"the macro \\{t.text} does not come to an end", t.start, t.end)
        todo += reversed(_filled(macros[t.text], t, todo))
    return tuple(out)


def _filled(macro: Macro, call: Token, todo: list[Token]) -> list[Token]:
    arguments: list[tuple[Token, ...]] = []
    if todo and todo[-1].text == "*" and macro.name not in ("E",):
        todo.pop()  # the starred form of a paired delimiter
    for n in range(macro.arguments):
        if n == 0 and macro.default is not None:
            if todo and todo[-1].text == "[":
                rest = tuple(reversed(todo))
                inside, k = _bracket(rest, 0)
                arguments.append(inside)
                del todo[len(todo) - k :]
            else:
                arguments.append(macro.default)
            continue
        if not todo:
            raise Unreadable(f"\\{macro.name} wants {macro.arguments} arguments", call.start, call.end)
        if todo[-1].kind != "open":
            arguments.append((todo.pop(),))
            continue
        inside, k = group(tuple(reversed(todo)), 0)
        arguments.append(inside)
        del todo[len(todo) - k :]
    out: list[Token] = []
    body = iter(macro.body)
    for b in body:
        if b.text == "#" and b.kind == "char":
            digit = next(body, None)
            if digit is None or not digit.text.isdigit() or not 1 <= int(digit.text) <= len(arguments):
                raise Unreadable(
                    f"the definition of \\{macro.name} uses an argument it does not have", call.start, call.end
                )
            out += arguments[int(digit.text) - 1]
        else:
            out.append(Token(b.kind, b.text, call.start, call.end, b.space))
    return out
