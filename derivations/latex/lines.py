"""Lines of an answer.

What stands around the mathematics is taken off (spacing, alignment, sizes of brackets, tags,
reasons in words), and a line becomes statements: chains of relations with what they are said for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from derivations.latex.parser import ARROWS, FONTS, RELATIONS, WORDS, Bound, Names, Parser
from derivations.latex.syntax import Node, Written
from derivations.latex.tokens import Macro, Token, expand, group, scan
from derivations.latex.unreadable import Unreadable

_SPACING = frozenset([
    ",", ";", ":", "!", " ", ">", "thinspace", "displaystyle", "textstyle", "limits", "nolimits", "nonumber",
    "notag", "allowbreak", "hfill", "mathstrut", "strut", "qedhere", "noindent", "newline", "negthinspace",
    "scriptstyle", "medspace", "thickspace", "break", "linebreak", "hline", "bigskip", "medskip", "smallskip",
    "/",
])
_SIZE_COMMANDS = """
    big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm middle
"""
_SIZES = frozenset(_SIZE_COMMANDS.split())
_BELOW = (("char", "_"), ("open", "{"), ("close", "}"))
_BARS = frozenset(["|", "vert", "rvert", "lvert"])
_WITH_ARGUMENT = frozenset(
    ["tag", "label", "color", "hspace", "vspace", "phantom", "hphantom", "vphantom", "eqref", "ref", "cite"]
)
_WRAPPER_COMMANDS = """
    boxed fbox mathop mathbin mathrel mathord cancel underline ensuremath smash hbox mathclose mathopen
"""
_WRAPPERS = frozenset(_WRAPPER_COMMANDS.split())
_BOXES = frozenset(["boxed", "fbox", "ensuremath", "hbox", "colorbox"])
_CONDITIONS = frozenset([
    "for", "if", "when", "where", "whenever", "with", "for all", "for every", "for each", "for any",
    "as long as", "provided", "provided that", "assuming", "valid for",
])
_REASON_WORDS = """
    since because by as using due from hence thus so therefore and where which follows add adding insert
    independence independent linearity definition apply applying law formula note recall with substitute
    substituting expand simplify note: per rearranging def. def cancel assume assuming see eq. equation step
    given use plug plugging set setting combining collecting here now then we i.e. (since (by (using (because
    (independence (definition (as telescoping
"""
_REASONS = frozenset(_REASON_WORDS.split())


_GOES_ON = frozenset(
    ["+", "-", "=", "<", ">", "cdot", "times", "le", "leq", "ge", "geq", "ne", "neq", "approx", "/", "*", *ARROWS]
)


@dataclass(frozen=True)
class Chain:
    """Expressions with the relations between them; an expression may be missing at the front (the
    line goes on from the one before) or be dots."""

    parts: tuple[Node | None, ...]
    signs: tuple[str, ...]
    start: int
    end: int


@dataclass
class Line:
    """A line: chains joined by arrows (``links[k]`` stands before chain k), and the conditions it is
    said under.  ``definition``: it introduces a name by "let" or ":=".  ``words``: remarks."""

    chains: list[Chain] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    premises: list[Node] = field(default_factory=list)
    asides: list[tuple[Node, Node]] = field(default_factory=list)  # what a brace says beneath a part
    words: str = ""
    definition: bool = False
    toward: tuple[Written, Node] | None = None  # what is said behind it to go where


def prepared(text: str, macros: Mapping[str, Macro]) -> list[Token]:
    """The tokens of a line with macros replaced and what is neutral taken out.  Errors: Unreadable."""
    tokens = expand(scan(text), macros)
    return neutral(tokens)


def neutral(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without spacing, sizes and the like."""
    out: list[Token] = []
    k = 0
    whole = tuple(_evaluations(_arrays(list(tokens))))
    while k < len(whole):
        t = whole[k]
        if t.kind == "macro":
            if t.text in _BOXES and k + 1 < len(whole) and whole[k + 1].kind == "open":
                inner, after = group(whole, k + 1)
                if any(x.text in RELATIONS for x in inner):
                    out += neutral(inner)       # a box around a whole line
                    k = after
                    continue
            if t.text in _SPACING:
                k += 1
                continue
            if t.text in ("left", "right") or t.text in _SIZES:
                k += 1
                if k >= len(whole):
                    raise Unreadable(f"a bracket is expected after \\{t.text}", t.start, t.end)
                out += _delimiter(t, whole[k])
                k += 1
                continue
            if t.text in _WITH_ARGUMENT and k + 1 < len(whole):
                k += 1
                if whole[k].text == "*" and t.text in ("hspace", "tag", "vspace"):
                    k += 1
                _, k = group(whole, k)
                continue
            if t.text == "underset" and k + 2 < len(whole):
                below, after = group(whole, k + 1)
                base, end = group(whole, after)
                if not any(x.text in RELATIONS for x in base):     # what stands under max stands below it
                    mark, open_, close = (Token(kind, text, t.start, t.end) for kind, text in _BELOW)
                    out += [*neutral(base), mark, open_, *neutral(below), close]
                    k = end
                    continue
            if t.text == "textcolor":
                _, k = group(whole, k + 1)
                continue
            if t.text in _WRAPPERS:
                k += 1
                if [x.kind for x in whole[k : k + 2]] == ["open", "close"]:
                    k += 2      # \\mathop{}\\!\\mathrm{d}
                continue
        out.append(t)
        k += 1
    while out and out[-1].kind == "macro" and out[-1].text == "\\":
        out.pop()  # the end of a row of an alignment
    return out


def _arrays(tokens: list[Token]) -> list[Token]:
    """``\\left\\{ \\begin{array}{ll} ... \\end{array} \\right.`` as cases, other arrays as matrices."""
    out: list[Token] = []
    opened: list[bool] = []
    k = 0
    while k < len(tokens):
        t = tokens[k]
        if t.kind == "begin" and t.text == "array":
            _, k = group(tuple(tokens), k + 1) if k + 1 < len(tokens) else ((), k + 1)
            braced = [x.text for x in out[-2:]] in (["left", "{"], ["left", "\\{"], ["left", "lbrace"])
            end = next((j for j in range(k, len(tokens)) if tokens[j].kind == "end" and tokens[j].text == "array"), k)
            cases = braced and [x.text for x in tokens[end + 1 : end + 3]] == ["right", "."]
            opened.append(cases)
            out = [*(out[:-2] if cases else out), Token("begin", "cases" if cases else "matrix", t.start, t.end)]
            continue
        if t.kind == "end" and t.text == "array" and opened:
            cases = opened.pop()
            out.append(Token("end", "cases" if cases else "matrix", t.start, t.end))
            k += 3 if cases else 1
            continue
        out.append(t)
        k += 1
    return out


def _evaluations(tokens: list[Token]) -> list[Token]:
    """``\\left. f \\right|_{x=0}``, ``f \\Big|_{x=0}`` and ``f|_{x=0}`` with a mark of their own for the bar."""
    opened: list[int] = []
    open_bars = [0]     # plain bars before this place in every group that is open
    for k, t in enumerate(tokens):
        if t.kind in ("open", "close"):
            open_bars = [*open_bars, 0] if t.kind == "open" else open_bars[:-1] or [0]
        single = t.text in _BARS and (t.kind == "char" or t.text != "|")
        if single and not (k and tokens[k - 1].kind == "macro" and tokens[k - 1].text in {"left", "right", *_SIZES}):
            if open_bars[-1] % 2 == 0 and _below(tokens, k + 1, False):
                tokens[k] = Token("macro", "evalbar", t.start, t.end)
            else:
                open_bars[-1] += 1
        if t.kind != "macro":
            continue
        bar = k + 1 < len(tokens) and tokens[k + 1].text in _BARS
        if t.text == "left":
            opened.append(k)
        elif t.text == "right" and opened:
            first = opened.pop()
            if bar and tokens[first + 1].text == "." and k + 2 < len(tokens) and tokens[k + 2].text in ("_", "^"):
                a, end = tokens[first].start, tokens[k + 1].end
                tokens[first : first + 2] = [Token("open", "{", a, a), Token("macro", ",", a, a)]
                tokens[k : k + 2] = [Token("close", "}", t.start, end), Token("macro", "evalbar", t.start, end)]
        elif t.text in _SIZES and bar and _below(tokens, k + 2, True):
            tokens[k : k + 2] = [Token("macro", ",", t.start, t.end), Token("macro", "evalbar", t.start, t.end)]
    return tokens


def _below(tokens: list[Token], k: int, bounds: bool) -> bool:
    """Whether ``_{x=a}`` stands here, or with ``bounds`` also ``_a^b``."""
    if k + 1 >= len(tokens) or tokens[k].text not in ("_", "^") or tokens[k].kind == "open":
        return False
    inner, after = group(tuple(tokens), k + 1)
    return any(x.text == "=" for x in inner) or (bounds and after < len(tokens) and tokens[after].text in ("_", "^"))


def _delimiter(size: Token, t: Token) -> list[Token]:
    opens = size.text == "left" or size.text.endswith("l")
    closes = size.text == "right" or size.text.endswith("r")
    if t.text == "." and t.kind == "char":
        return []
    if t.text in ("|", "vert") and not (t.kind == "macro" and t.text == "|"):
        if opens:
            return [Token("macro", "lvert", size.start, t.end)]
        if closes:
            return [Token("macro", "rvert", size.start, t.end)]
        return [Token("macro", "mid", size.start, t.end)] if size.text == "middle" else [t]
    if t.kind == "macro" and t.text in ("|", "Vert"):
        if opens:
            return [Token("macro", "lVert", size.start, t.end)]
        if closes:
            return [Token("macro", "rVert", size.start, t.end)]
    return [t]


def read_line(text: str, names: Names, macros: Mapping[str, Macro]) -> Line:
    """The statements of a line.  Errors: Unreadable."""
    tokens = prepared(text, macros)
    line = Line()
    if tokens and "".join(t.text for t in tokens[:3]) == "let" and (len(tokens) < 4 or tokens[3].space):
        line.definition = True
        tokens = tokens[3:]
    if (
        tokens
        and tokens[0].kind == "macro"
        and FONTS.get(tokens[0].text) == "r"
        and text_words(tokens)[0].lower() in ("let", "define")
    ):
        line.definition = True
        tokens = text_words(tokens)[1]
    names = _defining(tokens, line, names)
    tokens = _braces(tokens, line, names)
    segments = _segments(tokens, line, names)
    for segment in segments:
        _read_segment(segment, line, names)
    if not line.chains:
        if segments and line.premises:
            raise Unreadable("a formula with a relation is expected; this line holds conditions only", 0, len(text))
        raise Unreadable("a formula with a relation such as = is expected", 0, max(1, len(text)))
    return line


def _defining(tokens: Sequence[Token], line: Line, names: Names) -> Names:
    """The names in a definition ``f(x) = ...`` or ``f(x) := ...``, where f is a function and x an argument."""
    level = 0
    for k, t in enumerate(tokens):
        level += (t.kind == "open" or t.text in ("(", "[")) - (t.kind == "close" or t.text in (")", "]"))
        colon = t.text == ":" and any(x.text == "=" for x in tokens[k + 1 : k + 2])
        sign = colon or t.text in ("coloneqq", "triangleq")
        if level or not (sign or t.text == "="):
            continue
        if not (sign or line.definition) or not k or tokens[k - 1].text != ")":
            return names
        p = Parser([x for x in tokens[:k] if x.kind != "amp"], Functions())
        try:
            name, start = p.bare_name()
            head = p._scripts(name, start)
        except Unreadable:
            return names
        if head.kind != "apply" or p.peek() is not None or names.is_known(name):
            return names
        return Defining(names, head)
    return names


class Functions:
    """Names that are all functions, as on the left of a definition."""

    def is_function(self, name: Written) -> bool:
        return True

    def is_known(self, name: Written) -> bool:
        return True


class Defining(Bound):
    """Names among which one is being defined as a function of its arguments."""

    def __init__(self, names: Names, head: Node) -> None:
        super().__init__(names, [a.data for a in head.args[1:] if a.kind == "name"])
        self.base = head.args[0].data.base

    def is_function(self, name: Written) -> bool:
        return name.base == self.base or super().is_function(name)


def text_words(tokens: Sequence[Token]) -> tuple[str, list[Token]]:
    """The words of a ``\\text{...}`` at the front, and what follows."""
    depth, k, words = 0, 1, ""
    while k < len(tokens):
        t = tokens[k]
        depth += (t.kind == "open") - (t.kind == "close")
        if t.kind not in ("open", "close"):
            words += (" " if t.space and words else "") + t.text
        k += 1
        if depth <= 0:
            break
    return words.strip(), list(tokens[k:])


def _braces(tokens: list[Token], line: Line, names: Names) -> list[Token]:
    """Underbraces are taken off; what stands below them is claimed if it is a formula."""
    out: list[Token] = []
    k = 0
    while k < len(tokens):
        t = tokens[k]
        if t.kind == "macro" and t.text in ("underbrace", "overbrace"):
            inner, k = group(tuple(tokens), k + 1)
            out += [
                Token("open", "{", t.start, t.end),
                *_braces(list(inner), line, names),
                Token("close", "}", t.start, t.end),
            ]
            if k < len(tokens) and tokens[k].text in ("_", "^"):
                below, k = group(tuple(tokens), k + 1)
                if not any(x.kind == "macro" and FONTS.get(x.text) == "r" for x in below):
                    try:
                        a = Parser(_braces(list(inner), Line(), names), names).whole()
                        b = list(below)
                        if b and b[0].text == "=":
                            b = b[1:]
                        line.asides.append((a, Parser(b, names).whole()))
                    except Unreadable:
                        line.words += " "
            continue
        out.append(t)
        k += 1
    return out


def _segments(tokens: list[Token], line: Line, names: Names) -> list[list[Token]]:
    """Pieces between quads and commas at the top; words at the top end the mathematics."""
    out: list[list[Token]] = [[]]
    level = 0
    k = 0
    quad = False
    while k < len(tokens):
        t = tokens[k]
        opening = (
            t.kind in ("open", "begin")
            or (t.kind == "char" and t.text in "([")
            or (t.kind == "macro" and t.text in ("{", "\\{", "lfloor", "lceil", "langle", "lvert", "lVert"))
        )
        closing = (
            t.kind in ("close", "end")
            or (t.kind == "char" and t.text in ")]")
            or (t.kind == "macro" and t.text in ("}", "\\}", "rfloor", "rceil", "rangle", "rvert", "rVert"))
        )
        if level == 0 and t.kind == "amp":
            if k + 1 < len(tokens) and tokens[k + 1].kind == "amp":
                quad = True
                out.append([])
                k += 1
            k += 1
            continue
        if level == 0 and t.kind == "macro" and t.text in ("quad", "qquad", "hspace"):
            after = next((x for x in tokens[k + 1 :] if x.text not in ("quad", "qquad")), None)
            if out[-1] and after is not None and after.text in _GOES_ON:
                k += 1
                continue  # the space stands inside an expression
            quad = True
            out.append([])
            k += 1
            continue
        if level == 0 and t.kind == "char" and t.text == ",":
            out.append([])
            quad = True
            k += 1
            continue
        if (
            level == 0
            and (t.kind == "char" and t.text in "([")
            and k + 1 < len(tokens)
            and _is_text(tokens[k + 1])
            and not _is_word(tokens[k + 1 :], names)
        ):
            line.words += " " + _spelled(tokens[k:])
            break
        if (
            level == 0
            and _is_text(t)
            and not _is_word(tokens[k:], names)
            and not (out[-1] and out[-1][-1].text in ("_", "^", "nabla"))
        ):
            words, rest = text_words(tokens[k:])
            key = words.lower().strip(" ,.:;()")
            if key in ("and", "or", "") or key in ("so", "hence", "thus", "therefore", "i.e.", "then"):
                if key == "or":
                    raise Unreadable("alternatives in one line are not read", t.start, t.end)
                if any(out):
                    out.append([])
                tokens, k = list(rest), 0
                quad = False
                continue
            first = key.split()[0] if key.split() else ""
            if key in ("as", "for", "when") and _toward(rest, line, names):
                break
            if key in _CONDITIONS and rest:
                tail, rest = _until_text(rest)
                if _condition(tail, line, names):
                    tokens, k = rest, 0
                    continue
                line.words += " " + words
                break
            if not (quad or first in _REASONS or len(key.split()) > 1 or not any(out)):
                raise Unreadable(
                    f"the words {words!r} are neither a reason nor a condition; units are not read", t.start, t.end
                )
            if not any(out):
                tokens, k = list(rest), 0
                line.words += " " + words
                continue
            line.words += " " + _spelled(tokens[k:])
            break
        level += opening - closing
        out[-1].append(t)
        k += 1
    segments = []
    for s in out:
        while s and s[-1].text in (",", ".", ";") and s[-1].kind == "char":
            s = s[:-1]
        if s:
            segments.append(s)
    return [s for k, s in enumerate(_without_ranges(segments)) if not (k and _toward(s, line, names))]


def _toward(tokens: list[Token], line: Line, names: Names) -> bool:
    """``n \\to \\infty`` behind a line, in brackets or not, which is then taken down."""
    from derivations.latex.notations.limits import read_approach

    while tokens and (tokens[-1].text in (",", ".", ";") or tokens[-1].text in ("quad", "qquad")):
        tokens = tokens[:-1]
    if len(tokens) > 2 and tokens[0].text == "(" and tokens[-1].text == ")":
        tokens = tokens[1:-1]
    if not any(t.kind == "macro" and t.text in ("to", "rightarrow", "downarrow", "searrow") for t in tokens[1:2]):
        return False
    if line.toward is not None:
        raise Unreadable("one letter that goes somewhere is read", tokens[0].start, tokens[-1].end)
    line.toward = read_approach(Parser(tokens, names))
    return True


def _without_ranges(segments: list[list[Token]]) -> list[list[Token]]:
    """The segments without ``i = 1, \\dots, n``, which the declarations say anyway."""
    out: list[list[Token]] = []
    k = 0
    while k < len(segments):
        if (
            k
            and k + 1 < len(segments)
            and len(segments[k + 1]) == 1
            and segments[k + 1][0].text in ("dots", "ldots", "cdots")
            and any(t.text == "=" for t in segments[k])
        ):
            k += 3
            continue
        out.append(segments[k])
        k += 1
    return out


def _until_text(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    level = 0
    for k, t in enumerate(tokens):
        level += (t.kind == "open") - (t.kind == "close")
        if level == 0 and _is_text(t):
            return tokens[:k], tokens[k:]
    return tokens, []


def _condition(tokens: list[Token], line: Line, names: Names) -> bool:
    """What follows "for" or "if": a premise, or a range that the declarations give anyway."""
    while tokens and (tokens[-1].text in (",", ".", ";") or tokens[-1].text in ("quad", "qquad")):
        tokens = tokens[:-1]
    if not tokens:
        return False
    if tokens[0].text == "all" or tokens[0].text == "every":
        return False
    pieces: list[list[Token]] = [[]]
    level = 0
    for x in tokens:
        level += (x.text in ("(", "[", "{", "\\{") or x.kind == "open") - (
            x.text in (")", "]", "}", "\\}") or x.kind == "close"
        )
        if x.text == "," and level == 0:
            pieces.append([])
        else:
            pieces[-1].append(x)
    if any(p and p[0].text in ("dots", "ldots", "cdots") for p in pieces):
        return True  # i = 1, ..., n
    for p in pieces:
        if not p:
            continue
        n = Parser(p, names).whole()
        if n.kind == "chain":
            line.premises.append(n)
        elif n.kind != "name":
            return False
    return True


def _is_text(t: Token) -> bool:
    return t.kind == "macro" and t.text in (
        "text",
        "mbox",
        "textrm",
        "textit",
        "intertext",
        "mathrm",
        "textnormal",
        "hbox",
    )


def _is_word(tokens: Sequence[Token], names: Names) -> bool:
    """Whether a text command holds a function's name or a declared name."""
    words, _ = text_words(tokens)
    if tokens[0].text == "mathrm":
        return True
    return words in WORDS or names.is_known(Written(words, font="r")) or names.is_function(Written(words, font="r"))


def _spelled(tokens: Sequence[Token]) -> str:
    return "".join((" " if t.space else "") + ("\\" if t.kind == "macro" else "") + t.text for t in tokens).strip()


def _read_segment(tokens: list[Token], line: Line, names: Names) -> None:
    p = Parser(tokens, names)
    while p.accept("therefore", "because", "colon", "forall") is not None:
        if tokens[p.pos - 1].text == "forall":
            rest = list(tokens[p.pos :])
            if not _condition(rest, line, names):
                raise Unreadable("what stands after \\forall is not read", tokens[0].start, tokens[-1].end)
            return
    first_chain = True
    while True:
        arrow = next(
            (ARROWS[t.text] for t in [p.peek()] if t is not None and t.kind == "macro" and t.text in ARROWS), None
        )
        if arrow is not None:
            p.take()
        elif not first_chain:
            break
        start = p.peek()
        if start is None:
            if not first_chain:
                raise p.error("a statement is expected after the arrow")
            break
        chain = _chain(p)
        if chain is None:
            if not line.chains or not first_chain:
                raise Unreadable("a relation such as = is expected in this line", start.start, p.last_end())
            if not _is_tag(tokens):
                raise Unreadable(
                    "this part of the line has no relation; is an operator missing before it?",
                    start.start,
                    tokens[-1].end,
                )
            return
        line.chains.append(chain)
        line.links.append(arrow or "")
        first_chain = False
        t = p.peek()
        if t is None:
            break
        if not (t.kind == "macro" and t.text in ARROWS):
            raise p.error("an operator, a relation or the end of the line is expected")


def _is_tag(tokens: Sequence[Token]) -> bool:
    """Whether this is the number of an equation, such as (12) or (\\ast)."""
    return (
        len(tokens) >= 3
        and tokens[0].text == "("
        and tokens[-1].text == ")"
        and (
            all(
                t.text.isdigit() or t.text in (".", "'") or (len(t.text) == 1 and t.text.isalpha() and len(tokens) <= 5)
                for t in tokens[1:-1]
            )
            or (len(tokens) == 3 and tokens[1].text in ("ast", "star", "dagger", "*"))
        )
    )


def _chain(p: Parser) -> Chain | None:
    parts: list[Node | None] = []
    signs: list[str] = []
    t = p.peek()
    assert t is not None
    start = t.start
    sign = _relation(p)
    if sign is not None:
        parts.append(None)
    else:
        parts.append(_side(p))
        sign = _relation(p)
        if sign is None:
            if isinstance(parts[0], Node) and parts[0].kind == "dots":
                return Chain((), (), start, p.last_end())
            return None
    while sign is not None:
        signs.append(sign)
        if sign == "in":
            parts.append(p.special_side(sign))
        else:
            parts.append(_side(p))
        sign = _relation(p)
    return Chain(tuple(parts), tuple(signs), start, p.last_end())


def _relation(p: Parser) -> str | None:
    """A relation, or the arrow of what tends to a limit."""
    return "to" if p.accept("to", "rightarrow", "longrightarrow") is not None else p.relation()


def _side(p: Parser) -> Node:
    t = p.peek()
    if t is not None and t.text in ("dots", "ldots", "cdots"):
        u = p.peek(1)
        if u is None or u.text in RELATIONS:
            p.take()
            return Node("dots", (), None, t.start, t.end)
    return p.sum()
