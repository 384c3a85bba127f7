"""An operator-precedence reader over tokens.

Knows brackets, powers, products by juxtaposition, and how far an operator reaches; every construct
with a command of its own is read by its notation (``notations/``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from derivations.latex.names import GREEK as NAMED
from derivations.latex.syntax import Node, Script, Written
from derivations.latex.tokens import Token
from derivations.latex.unreadable import Unreadable

MAX_DEPTH = 60

GREEK = frozenset(NAMED) - {"lamda", "omicron"} | {"varsigma", "hbar", "imath", "jmath"}
FONTS = {
    "mathbf": "b",
    "boldsymbol": "b",
    "bm": "b",
    "vec": "b",
    "vect": "b",
    "mathcal": "c",
    "mathscr": "c",
    "mathfrak": "f",
    "mathbb": "d",
    "bf": "b",
    "pmb": "b",
    "mathit": "",
    "mathrm": "r",
    "mathsf": "s",
    "text": "r",
    "textbf": "b",
    "mathtt": "t",
    "operatorname": "r",
    "mbox": "r",
    "textrm": "r",
    "textit": "",
    "symbf": "b",
}
ACCENTS = {
    "hat": "hat",
    "widehat": "hat",
    "tilde": "tilde",
    "widetilde": "tilde",
    "bar": "bar",
    "overline": "bar",
    "dot": "dot",
    "ddot": "ddot",
    "check": "check",
    "underline": "under",
}
RELATIONS = {
    "=": "=",
    "<": "<",
    ">": ">",
    "le": "<=",
    "leq": "<=",
    "leqslant": "<=",
    "ge": ">=",
    "geq": ">=",
    "geqslant": ">=",
    "ne": "!=",
    "neq": "!=",
    "lt": "<",
    "gt": ">",
    "approx": "~",
    "simeq": "~",
    "equiv": "=",
    "triangleq": ":=",
    "coloneqq": ":=",
    "leftarrow": ":=",
    "gets": ":=",
    "doteq": "=",
}
_NOT_READ = {
    "sim": "a law stands in a declaration, as in 'x random, x \\sim \\mathcal{N}(0, 1)'",
    "ll": "how much less is not told; write <",
    "gg": "how much more is not told; write >",
}
ARROWS = {
    "Rightarrow": "=>",
    "implies": "=>",
    "Longrightarrow": "=>",
    "iff": "<=>",
    "Leftrightarrow": "<=>",
    "Longleftrightarrow": "<=>",
    "Leftarrow": "<=",
    "impliedby": "<=",
}
CLOSERS = {
    "(": ")",
    "[": "]",
    "\\{": "\\}",
    "lfloor": "rfloor",
    "lceil": "rceil",
    "langle": "rangle",
    "lvert": "rvert",
    "lVert": "rVert",
    "lbrace": "rbrace",
    "lbrack": "rbrack",
}
# letters that are usually functions: undeclared and before a bracket they are asked about
_USUAL_FUNCTIONS = r"""
    f g h F G H \phi \psi \Phi \Psi \varphi \zeta \sigma q u J L \mathcal
"""
_FUNCTION_LETTERS = frozenset(_USUAL_FUNCTIONS.split())
_CLOSING = frozenset([*CLOSERS.values(), "}"])
# behind these an index is one of an entry
_INDEXED = frozenset(["group", "matrix", "script", "word", "norm", "apply", "function", "entryless", "matrix_function"])
_TIMES = {"cdot": "*", "times": "*", "*": "*", "odot": "o", "circ": "o", "ast": "*", "otimes": "x", "bullet": "*"}
TRANSPOSED = frozenset({"T", "\\top", "\\intercal", "\\mathsf{T}", "\\mathrm{T}", "\\mathsfT", "\\mathrmT"})


class Names(Protocol):
    """What the grammar asks about names."""

    def is_function(self, name: Written) -> bool:
        """Whether the name is applied to what follows in brackets."""
        ...

    def is_known(self, name: Written) -> bool:
        """Whether the name is declared."""
        ...


class Bound:
    """Names, with some that are bound by a sum and the like and are no functions."""

    def __init__(self, names: Names, bound: Sequence[Written]) -> None:
        self.names = names
        self.bound = {w.base for w in bound}

    def is_function(self, name: Written) -> bool:
        return name.base not in self.bound and self.names.is_function(name)

    def is_known(self, name: Written) -> bool:
        return name.base in self.bound or self.names.is_known(name)

    def lookup(self, name: Written) -> Any:
        """The declared symbol that the name stands for, if the names behind these can tell."""
        find = getattr(self.names, "lookup", None)
        return None if find is None or name.base in self.bound else find(name)


Handler = TypeVar("Handler")
Prefix = Callable[["Parser", Token], Node]
PREFIX: dict[str, Prefix] = {}  # command -> how an operand that begins with it is read
WORDS: dict[str, Prefix] = {}  # upright word, with or without \operatorname


def entered(table: dict[str, Handler], keys: Sequence[str]) -> Callable[[Handler], Handler]:
    """Registers a function in a table.  Errors: ValueError if a key is taken."""

    def register(f: Handler) -> Handler:
        for k in keys:
            if k in table:
                raise ValueError(f"two notations read {k}")
            table[k] = f
        return f

    return register


def reads(*commands: str) -> Callable[[Prefix], Prefix]:
    """Registers a reader of operands that begin with one of these commands."""
    return entered(PREFIX, commands)


def reads_word(*words: str) -> Callable[[Prefix], Prefix]:
    """Registers a reader of operands that begin with an upright word, such as Var."""
    return entered(WORDS, words)


@dataclass
class Parser:
    """Reads a list of tokens once, from left to right."""

    tokens: Sequence[Token]
    names: Names
    pos: int = 0
    depth: int = 0
    end: int = 0
    held: bool = False  # a bar "at x = a" belongs to what is being read around this
    bars: list[str] = field(default_factory=list)  # open |, || and the bar that splits a bracket

    def __post_init__(self) -> None:
        self.end = self.tokens[-1].end if self.tokens else 0

    # -- tokens ---------------------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> Token | None:
        """The next token, or None at the end."""
        k = self.pos + ahead
        return self.tokens[k] if k < len(self.tokens) else None

    def take(self) -> Token:
        """The next token, which is consumed.  Errors: Unreadable at the end."""
        t = self.peek()
        if t is None:
            raise Unreadable("the line ends where more was expected", max(0, self.end - 1), self.end)
        self.pos += 1
        return t

    def sees(self, *texts: str) -> bool:
        """Whether the next token is one of these."""
        t = self.peek()
        return t is not None and t.kind in ("char", "macro") and t.text in texts

    def accept(self, *texts: str) -> Token | None:
        """The next token if it is one of these, consumed."""
        return self.take() if self.sees(*texts) else None

    def want(self, text: str, what: str) -> Token:
        """The next token, which must be this one.  Errors: Unreadable."""
        t = self.peek()
        if t is None or t.text != text:
            raise self.error(f"{what} expected")
        return self.take()

    def error(self, message: str, t: Token | None = None) -> Unreadable:
        """An error at a token, or at the next one."""
        t = t or self.peek()
        if t is None:
            return Unreadable(f"{message}, found the end", max(0, self.end - 1), self.end)
        shown = ("\\" if t.kind == "macro" else "") + t.text
        return Unreadable(f"{message}, found {shown}", t.start, t.end)

    def braced(self) -> Sequence[Token]:
        """The tokens of the next group or single token, consumed."""
        t = self.take()
        if (
            t.kind == "macro"
            and t.text in ("mathrm", "mathsf", "text", "mathbf", "operatorname")
            and (u := self.peek()) is not None
            and u.kind == "open"
        ):
            inner = self.braced()
            return (t, Token("open", "{", t.start, t.end), *inner, Token("close", "}", t.start, t.end))
        if t.kind != "open":
            if t.kind in ("close", "amp") or t.text in _CLOSING:
                raise self.error("an argument is expected", t)
            return (t,)
        first, level = self.pos, 1
        while level:
            s = self.peek()
            if s is None:
                raise Unreadable("this brace is never closed", t.start, t.end)
            level += (s.kind == "open") - (s.kind == "close")
            self.pos += 1
        return self.tokens[first : self.pos - 1]

    def inside(self, tokens: Sequence[Token]) -> Parser:
        """A reader of a part of the tokens."""
        p = Parser(tokens, self.names, depth=self.depth + 1)
        if not tokens:
            p.end = self.peek().start if self.peek() is not None else self.end  # type: ignore[union-attr]
        if p.depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH} levels", p.end)
        return p

    def argument(self) -> Node:
        """The expression in the next group or single token.  Errors: Unreadable."""
        at = self.peek()
        tokens = self.braced()
        if not tokens:
            raise Unreadable("an expression is expected, found an empty group", at.start if at else 0)
        return self.inside(tokens).whole()

    def whole(self) -> Node:
        """All the tokens as one expression or statement."""
        n = self.statement()
        if self.peek() is not None:
            raise self.error("an operator or the end is expected")
        return n

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Counts the nesting.  Errors: Unreadable if it is too deep."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"nested deeper than {MAX_DEPTH} levels")
        try:
            yield
        finally:
            self.depth -= 1

    # -- relations and sums ---------------------------------------------------------------------

    def statement(self) -> Node:
        """An expression, or a chain of relations, as a node ``chain``."""
        parts, signs = [self.sum()], []
        while (sign := self.relation()) is not None:
            signs.append(sign)
            parts.append(self.special_side(sign) or self.sum())
        if not signs:
            return parts[0]
        return Node("chain", tuple(parts), tuple(signs), parts[0].start, parts[-1].end)

    def special_side(self, sign: str) -> Node | None:
        """A set, where a relation calls for one."""
        if sign == "in":
            from derivations.latex.sets import read_set

            return read_set(self)
        return None

    def relation(self) -> str | None:
        """The relation sign that comes next, consumed."""
        t = self.peek()
        if t is None or t.kind not in ("char", "macro"):
            return None
        if t.text == ":" and (n := self.peek(1)) is not None and n.text == "=":
            self.pos += 2
            return ":="
        if t.kind == "macro" and t.text in _NOT_READ:
            raise self.error(_NOT_READ[t.text])
        if t.text in ("overset", "stackrel", "underset") and t.kind == "macro":
            return self._decorated()
        if t.kind == "macro" and t.text == "in":
            self.take()
            return "in"
        if t.kind == "macro" and t.text == "propto":
            self.take()
            return "propto " + (_plain(self.braced()) if self.accept("_") is not None else "")
        if t.kind == "macro" and t.text == "not":
            self.take()
            self.want("=", "= after \\not")
            return "!="
        if t.text in RELATIONS and (t.kind == "macro" or len(t.text) == 1):
            self.take()
            sign = RELATIONS[t.text]
            if sign in "<>" and self.sees("=") and (n := self.peek()) is not None and n.start == t.end:
                self.take()
                sign += "="
            return sign
        return None

    def _decorated(self) -> str | None:
        """``\\overset{!}{=}`` and ``\\stackrel{(a)}{=}``: the decoration is a remark."""
        mark = self.pos
        self.take()
        self.braced()
        inner = self.braced()
        if len(inner) == 1 and inner[0].text in RELATIONS:
            return RELATIONS[inner[0].text]
        self.pos = mark
        return None

    def sum(self) -> Node:
        """Terms joined by + and -."""
        with self.deeper():
            first = self.peek()
            parts: list[Node] = []
            while True:
                t = self.accept("+", "-", "pm", "mp")
                if t is not None and t.text in ("pm", "mp"):
                    raise Unreadable("\\pm stands for two lines; write them apart", t.start, t.end)
                if t is None and parts:
                    break
                dots = self.accept("cdots", "dots", "ldots", "dotsb")
                if dots is not None:
                    parts.append(Node("dots", (), None, dots.start, dots.end))
                    continue
                term = self.product()
                parts.append(Node("neg", (term,), None, t.start, term.end) if t is not None and t.text == "-" else term)
            if len(parts) == 1:
                return parts[0]
            return Node("add", tuple(parts), None, first.start if first else 0, parts[-1].end)

    # -- products -------------------------------------------------------------------------------

    def product(self, *, juxtaposed_only: bool = False) -> Node:
        """Factors joined by a sign for times, by / or by standing side by side."""
        out = self.signed()
        slash: Token | None = None  # the last /, if a factor may still belong to its denominator
        while True:
            t = self.peek()
            if t is None:
                return out
            if t.kind in ("char", "macro") and t.text in _TIMES and not juxtaposed_only:
                self.take()
                if self.sees("cdots", "dots", "ldots"):
                    d = self.take()
                    right = Node("dots", (), None, d.start, d.end)
                else:
                    right = self.signed()
                out = Node("mul", (out, right), _TIMES[t.text], out.start, right.end)
                slash = None
            elif t.kind == "char" and t.text == "/" and not juxtaposed_only:
                self.take()
                right = self.signed()
                out = Node("div", (out, right), None, out.start, right.end)
                slash = t
            elif self.begins_operand(t):
                right = self.factor()
                if slash is not None:
                    raise Unreadable(
                        "a/b c can be read as (a/b) c and as a/(b c); write brackets or \\frac", slash.start, right.end
                    )
                out = Node("mul", (out, right), " ", out.start, right.end)
            elif t.kind == "macro" and t.text in ("cdots", "dots", "ldots") and not juxtaposed_only:
                self.take()
                out = Node("mul", (out, Node("dots", (), None, t.start, t.end)), " ", out.start, t.end)
            elif t.kind == "macro" and t.text == "evalbar" and not (juxtaposed_only or self.held):
                from derivations.latex.notations.evaluation import read_evaluation

                out = read_evaluation(self, out)
            elif t.kind == "macro" and t.text == "bmod":
                raise self.error("remainders are not read; write n - m \\lfloor n/m \\rfloor")
            else:
                return out

    def signed(self) -> Node:
        """A factor that may carry a minus sign."""
        t = self.accept("-", "+")
        if t is None:
            return self.factor()
        with self.deeper():
            inner = self.signed()
        return Node("neg", (inner,), None, t.start, inner.end) if t.text == "-" else inner

    def begins_operand(self, t: Token) -> bool:
        """Whether a factor may begin with this token."""
        if t.kind in ("open", "begin"):
            return True
        if t.kind == "char":
            if t.text in "([":
                return True
            if t.text == "|":
                return not self.bars
            return t.text.isalnum() or t.text == "."
        if t.kind == "macro":
            if t.text in ("\\{", "lfloor", "lceil", "langle", "lvert", "lVert", "{", "lbrace"):
                return True
            if t.text in ("|", "Vert", "vert"):
                return not self.bars
            if t.text in ("to", "in", "quad", "qquad", "mid"):
                return False
            return t.text in GREEK or t.text in FONTS or t.text in ACCENTS or t.text in PREFIX
        return False

    def factor(self) -> Node:
        """An operand with its powers, factorials and the like."""
        with self.deeper():
            return self.postfix(self.operand())

    def postfix(self, n: Node) -> Node:
        """Powers, transposes, factorials and primes behind an operand that is no bare name."""
        while True:
            t = self.peek()
            if t is None or t.kind not in ("char", "macro"):
                return n
            if t.text == "^":
                self.take()
                n = Node("script", (n,), self.script(), n.start, self.last_end())
            elif (
                t.text == "!"
                and t.kind == "char"
                and not ((u := self.peek(1)) is not None and u.text == "=" and u.start == t.end)
            ):
                self.take()
                n = Node("factorial", (n,), None, n.start, t.end)
            elif t.text == "'" and n.kind != "num":
                self.take()
                n = Node("script", (n,), Script("'", ()), n.start, t.end)
            elif t.text == "%":
                raise self.error("percent signs are not read; write the fraction")
            elif t.text == "_" and n.kind in _INDEXED:
                self.take()
                n = Node("entry", (n,), self.script(), n.start, self.last_end())
            elif t.text == "[" and t.kind == "char" and n.kind in ("group", "script"):
                from derivations.latex.notations.entries import read_entry_of

                entry = read_entry_of(self, n)
                if entry is None:
                    return n
                n = entry
            else:
                return n

    def last_end(self) -> int:
        """Where the token before the next one ends."""
        return self.tokens[self.pos - 1].end if self.pos else 0

    def script(self) -> Script:
        """The sub- or superscript that comes next."""
        tokens = tuple(self.braced())
        return self.script_of(tokens)

    def script_of(self, tokens: Sequence[Token]) -> Script:
        """A script from its tokens."""
        if not tokens:
            raise self.error("a script is expected")
        text = "".join(("\\" if t.kind == "macro" else "") + t.text for t in tokens)
        paren = ""
        inner = tokens
        if (
            len(tokens) >= 3
            and tokens[0].text in ("(", "[")
            and tokens[-1].text == CLOSERS[tokens[0].text]
            and self._matches(tokens)
        ):
            paren, inner = tokens[0].text, tokens[1:-1]
        nodes: list[Node] = []
        items: list[str] = []
        try:
            p = self.inside(inner)
            p.bars = []
            while True:
                a = p.pos
                nodes.append(p.statement())
                items.append(_plain(inner[a : p.pos]))
                if p.accept(",") is None:
                    break
            if p.peek() is not None:
                nodes = []
        except Unreadable:
            nodes = []
        if not nodes:
            items = [_plain(part) for part in _split(inner)]
        return Script(text, tuple(nodes), paren, tuple(items))

    def _matches(self, tokens: Sequence[Token]) -> bool:
        level = 0
        for k, t in enumerate(tokens):
            level += (t.text in "([") - (t.text in ")]") if t.kind == "char" else 0
            if level == 0 and k < len(tokens) - 1:
                return False
        return True

    # -- operands -------------------------------------------------------------------------------

    def _letter_by_letter(self, t: Token) -> None:
        """``\\mathbf{Ax}`` stands for two letters in bold, if both are declared."""
        mark = self.pos
        self.take()
        inner = self.braced() if self.sees_open() else []
        end, after = self.pos, self.peek()
        self.pos = mark
        if len(inner) < 2 or not all(x.kind == "char" and x.text.isalpha() for x in inner) or (
                after is not None and after.text in ("_", "^", "'")):
            return
        word = Written("".join(x.text for x in inner), font="b")
        if self.names.is_known(word) or not all(self.names.is_known(Written(x.text, font="b")) for x in inner):
            return
        out: list[Token] = []
        for x in inner:
            out += [replace(t, start=x.start, end=x.start), Token("open", "{", x.start, x.start), x,
                    Token("close", "}", x.end, x.end)]
        self.tokens = [*self.tokens[:mark], *out, *self.tokens[end:]]

    def sees_open(self) -> bool:
        """Whether a brace comes next."""
        t = self.peek()
        return t is not None and t.kind == "open"

    def operand(self) -> Node:
        """A number, a name, a bracket, or what a notation reads."""
        t = self.peek()
        if t is None:
            raise self.error("an expression is expected")
        if t.kind == "open":
            return self._braced_operand(t)
        if t.kind == "macro" and FONTS.get(t.text) == "b":
            self._letter_by_letter(t)
        if t.kind == "begin":
            handler = PREFIX.get("begin:" + t.text.rstrip("*"))
            if handler is None:
                raise self.error(f"the environment {t.text} is not read inside a formula")
            self.take()
            return handler(self, t)
        if t.kind == "char":
            if t.text.isdigit() or t.text == ".":
                return self._number()
            if t.text.isalpha():
                return self._letter()
            if t.text in "([":
                return self._bracket()
            if t.text == "|":
                return self._bars()
        if t.kind == "macro":
            if t.text in PREFIX:
                self.take()
                return PREFIX[t.text](self, t)
            if t.text in GREEK or t.text in ACCENTS or t.text in FONTS:
                return self._letter()
            if t.text in ("\\{", "{", "lfloor", "lceil", "langle", "lvert", "lVert", "lbrace"):
                return self._bracket()
            if t.text in ("|", "Vert", "vert"):
                return self._bars()
            if t.text not in _CLOSING and t.text not in RELATIONS and t.text not in ARROWS:
                raise self.error("this command is not known; declare it with \\newcommand or write it out")
        raise self.error("an expression is expected")

    def _braced_operand(self, t: Token) -> Node:
        tokens = self.braced()
        if not tokens:
            if self.sees("^", "_"):
                raise self.error("a script without a letter is not read")
            return self.operand()
        inner = self.inside(tokens)
        if any(x.kind == "macro" and x.text == "over" for x in tokens):
            k = next(k for k, x in enumerate(tokens) if x.kind == "macro" and x.text == "over")
            a, b = self.inside(tokens[:k]).whole(), self.inside(tokens[k + 1 :]).whole()
            return Node("div", (a, b), "frac", t.start, self.last_end())
        if any(x.kind == "macro" and x.text == "choose" for x in tokens):
            k = next(k for k, x in enumerate(tokens) if x.kind == "macro" and x.text == "choose")
            a, b = self.inside(tokens[:k]).whole(), self.inside(tokens[k + 1 :]).whole()
            return Node("binom", (a, b), None, t.start, self.last_end())
        n = inner.whole()
        # {x}_i and {\bf x}^2: the braces mean nothing around a name
        if n.kind == "name" and self.sees("_", "^", "'") and isinstance(n.data, Written):
            return self._scripts(n.data, n.start)
        return (
            Node("group", (n,), "{", t.start, self.last_end()) if n.kind in ("add", "chain", "neg", "mul", "div") else n
        )

    def _number(self) -> Node:
        start = self.peek()
        assert start is not None
        text = ""
        while (t := self.peek()) is not None and t.kind == "char" and (t.text.isdigit() or t.text == "."):
            if text and t.space:
                break
            if t.text == ".":
                n = self.peek(1)
                if "." in text or n is None or n.kind != "char" or not n.text.isdigit() or n.space:
                    break
            text += t.text
            self.pos += 1
        while self._thousands():
            self.pos += 3
            while (t := self.peek()) is not None and t.kind == "char" and t.text.isdigit() and not t.space:
                text += t.text
                self.pos += 1
        if not text:
            raise self.error("a number is expected")
        if len(text) > 400:
            raise Unreadable("a number of at most 400 digits is read", start.start, self.last_end())
        if self.sees("overline", "bar", "dot") and "." in text:
            raise self.error("repeating decimals are not read; write the fraction")
        return Node("num", (), Fraction(text), start.start, self.last_end())

    def _thousands(self) -> bool:
        a, b, c = self.peek(), self.peek(1), self.peek(2)
        return bool(a and b and c and a.kind == "open" and b.text == "," and c.kind == "close")

    def _letter(self) -> Node:
        t = self.peek()
        assert t is not None
        word = self._word()
        if word is not None:
            return word
        name, start = self.bare_name()
        return self._scripts(name, start)

    def _word(self) -> Node | None:
        """A word such as Var or log, in letters or in an upright font, that a notation reads."""
        t = self.peek()
        assert t is not None
        mark = self.pos
        text = ""
        if t.kind == "macro" and t.text in FONTS:
            if FONTS[t.text] not in ("r", "s", "d", "b"):
                return None
            self.take()
            if self.sees("*"):
                self.take()
            inner = self.braced()
            text = "".join(x.text for x in inner if x.kind == "char")
            if any(x.kind != "char" and not (x.kind == "macro" and x.text in (",", "!", ";", " ")) for x in inner):
                self.pos = mark
                return None
            if FONTS[t.text] == "d":
                text = self._rest_of_word(text) or "bb:" + text
            elif FONTS[t.text] == "b" and text not in ("1", "E", "0", "I"):
                self.pos = mark
                return None
            elif FONTS[t.text] == "b":
                text = "bf:" + text
        else:
            letters = 0
            while (
                (u := self.peek(letters)) is not None
                and u.kind == "char"
                and u.text.isalpha()
                and not (letters and u.space)
            ):
                text += u.text
                letters += 1
            for cut in range(len(text), 0, -1):
                if text[:cut] in WORDS and self._is_word(text[:cut], cut):
                    self.pos += cut
                    return WORDS[text[:cut]](self, t)
            return None
        name = Written(text, font="r")
        if text in WORDS and not self.names.is_known(name):
            return WORDS[text](self, t)
        self.pos = mark
        return None

    def _rest_of_word(self, text: str) -> str:
        """The word that a double-struck letter begins, as in ``\\mathbb{V}\\mathrm{ar}``, its rest consumed."""
        rest = {"V": "ar", "C": "ov"}.get(text)
        u = self.peek()
        if rest is None or u is None:
            return ""
        mark = self.pos
        upright = u.kind == "macro" and FONTS.get(u.text) in ("r", "s")
        if upright or (u.kind == "macro" and u.text in ("text", "operatorname")):
            self.take()
            found = "".join(x.text for x in self.braced())
        else:
            found = "".join(x.text for k in range(2) if (x := self.peek(k)) is not None and x.kind == "char")
            self.pos += 2
        if found == rest:
            return text + rest
        self.pos = mark
        return ""

    def _is_word(self, word: str, cut: int) -> bool:
        """Whether letters typed without a backslash are meant as a word."""
        after = self.peek(cut)
        if word == "e":
            return not self.names.is_known(Written(word))
        if after is None or after.kind == "close":
            return False
        if word == "E" and not self.names.is_known(Written(word)) and self.begins_operand(after):
            return True
        if len(word) == 1:
            opens = (
                after.text in ("[", "(")
                or (after.kind == "macro" and after.text in ("{", "\\{"))
                or (after.text == "_" and word == "E")
                or (after.text == "_" and word in "1D")
            )
            return opens and not self.names.is_known(Written(word))
        if all(self.names.is_known(Written(c)) for c in word) and after.text not in "[(_":
            return False
        return (
            after.text in ("(", "[", "_", "^")
            or after.kind in ("macro", "open")
            or (after.kind == "char" and after.space)
        )

    def bare_name(self) -> tuple[Written, int]:
        """A letter with its font and accents, without scripts.  Errors: Unreadable."""
        t = self.take()
        if t.kind == "macro" and t.text == "nabla":
            # a declared gradient such as \nabla_w L is one name
            sub = self.script().text if self.accept("_") else ""
            name, _ = self.bare_name()
            return replace(name, base=f"\\nabla_{sub}{name.base}"), t.start
        if t.kind == "macro" and t.text in ACCENTS:
            at = self.peek()
            inner = self.inside(self.braced())
            name, _ = inner.bare_name()
            if inner.peek() is not None:
                n = inner.tokens[inner.pos :]
                if n[0].text == "_":
                    inner.take()
                    name = replace(name, sub=inner.script())
                elif n[0].text == "^":
                    inner.take()
                    name = replace(name, sup=inner.script())
                if inner.peek() is not None:
                    raise Unreadable(f"a single letter is expected under \\{t.text}", at.start if at else t.start)
            return replace(name, accents=(ACCENTS[t.text], *name.accents)), t.start
        if t.kind == "macro" and t.text in FONTS:
            if self.peek() is not None and self.peek().kind != "open":  # type: ignore[union-attr]
                inner_name, _ = self.bare_name()
                return replace(inner_name, font=FONTS[t.text]), t.start
            tokens = self.braced()
            font = FONTS[t.text]
            word = "".join(x.text for x in tokens)
            if len(tokens) > 1 and all(x.kind == "char" and (x.text.isalnum() or x.text == "-") for x in tokens):
                if font in ("r", "s", ""):
                    return Written(word, font="r"), t.start
                raise Unreadable("write bold letters apart: one command a letter", t.start, self.last_end())
            inner = self.inside(tokens)
            if not tokens or tokens[0].text.isdigit():
                raise self.error("a name is expected", t)
            name, _ = inner.bare_name()
            if inner.sees("_"):
                inner.take()
                name = replace(name, sub=inner.script())
            if inner.sees("^"):
                inner.take()
                name = replace(name, sup=inner.script())
            if inner.peek() is not None:
                raise Unreadable("a single name is expected in this font", t.start, self.last_end())
            return replace(name, font=font or name.font), t.start
        if t.kind == "char" and t.text.isalpha():
            return Written(t.text), t.start
        if t.kind == "macro" and t.text in GREEK:
            return Written("\\" + t.text), t.start
        if t.kind == "open":
            self.pos -= 1
            inner = self.inside(self.braced())
            name, start = inner.bare_name()
            if inner.peek() is not None:
                raise inner.error("a single name is expected")
            return name, start
        raise self.error("a name is expected", t)

    def _scripts(self, name: Written, start: int) -> Node:
        """The name with the scripts that follow it."""
        while True:
            if self.sees("_") and name.sub is None:
                self.take()
                name = replace(name, sub=self.script())
            elif self.sees("'"):
                while self.sees("'"):
                    self.take()
                    name = replace(name, primes=name.primes + 1)
            elif self.sees("^") and name.sup is None:
                self.take()
                script = self.script()
                if script.text in ("\\prime", "{\\prime}"):
                    name = replace(name, primes=name.primes + 1)
                else:
                    name = replace(name, sup=script)
            else:
                break
        n = Node("name", (), name, start, self.last_end())
        t = self.peek()
        if t is not None and t.text in ("(", "[") and self.names.is_function(name):
            args = self.arguments()
            return Node("apply", (n, *args), None, start, self.last_end())
        if t is not None and t.kind == "char" and t.text == "[":
            from derivations.latex.notations.entries import read_entry

            entry = read_entry(self, n)
            if entry is not None:
                return entry
        if t is not None and t.text == "(" and name.base in _FUNCTION_LETTERS and not self.names.is_known(name):
            raise Unreadable(
                f"is {name.base} a function here? Declare it, for example '{name.base} function', or "
                f"'{name.base} real' for a product",
                start,
                t.end,
            )
        return n

    def entries(self, name: Written) -> Written | None:
        """The name with the indices in the square bracket that comes next, or None if that holds a statement."""
        first = self.pos + 1
        nodes = self.arguments()
        if any(x.kind == "chain" for x in nodes):
            return None
        texts = tuple(_plain(part) for part in _split(self.tokens[first : self.pos - 1]))
        old = name.sub or Script("")
        known = old.nodes or tuple(Node("num", (), Fraction(0)) for _ in old.items)
        return replace(name, sub=Script(",".join([*old.items, *texts]), (*known, *nodes), "", (*old.items, *texts)))

    def arguments(self) -> tuple[Node, ...]:
        """The expressions in the bracket that comes next, between its commas or semicolons."""
        if not self.sees("(", "["):
            raise self.error("a bracket with arguments is expected")
        opening = self.take()
        closing = CLOSERS[opening.text]
        args: list[Node] = []
        with self.deeper(), self.unbarred():
            while True:
                args.append(self.statement())
                if self.accept(",", ";") is None:
                    break
        if not self.sees(closing):
            raise self.error(f"{closing} expected for the bracket at {opening.start}")
        self.take()
        return tuple(args)

    @contextmanager
    def unbarred(self, bar: str | None = None) -> Iterator[None]:
        """Inside a bracket, where bars outside of it do not count; ``bar`` may split it."""
        old, self.bars = self.bars, [] if bar is None else [bar]
        try:
            yield
        finally:
            self.bars = old

    @contextmanager
    def binding(self, names: Sequence[Written]) -> Iterator[None]:
        """Where these names are bound."""
        old, self.names = self.names, Bound(self.names, names)
        try:
            yield
        finally:
            self.names = old

    def _bracket(self) -> Node:
        t = self.take()
        opening = {"{": "\\{", "lbrace": "\\{"}.get(t.text, t.text) if t.kind == "macro" else t.text
        closing = CLOSERS.get(opening)
        if closing is None:
            raise self.error("an expression is expected", t)
        with self.unbarred(), self.deeper():
            if self._closes(closing):
                raise self.error("an expression is expected in this bracket")
            parts = [self.statement()]
            while self.accept(",", ";") is not None:
                parts.append(self.statement())
        if not self._closes(closing):
            u = self.peek()
            if u is None:
                raise Unreadable("this bracket is never closed", t.start, t.end)
            raise self.error(f"{_shown(closing)} expected for the bracket at {t.start}")
        self.take()
        kind = {"lfloor": "floor", "lceil": "ceil", "lvert": "bar", "lVert": "norm", "langle": "angle"}.get(
            opening, "group"
        )
        return Node(kind, tuple(parts), opening, t.start, self.last_end())

    def _closes(self, closing: str) -> bool:
        t = self.peek()
        if t is None:
            return False
        if closing == "\\}":
            return t.kind == "macro" and t.text in ("\\}", "}", "rbrace")
        return t.text == closing

    def _bars(self) -> Node:
        """``|x|``, ``\\|x\\|`` and ``||x||``."""
        t = self.take()
        double = t.kind == "macro" and t.text in ("|", "Vert")
        if (
            not double
            and t.text == "|"
            and (n := self.peek()) is not None
            and n.text == "|"
            and n.start == t.end
            and n.kind == "char"
        ):
            self.take()
            double = True
            closing = "||"
        else:
            closing = "||" if double else "|"
        old, self.bars = self.bars, [closing]
        with self.deeper():
            inner = self.sum()
        self.bars = old
        u = self.take()
        single = u.text in ("|", "vert") and not (u.kind == "macro" and u.text == "|")
        if double and single and u.kind == "char":
            self.want("|", "|| expected to close the norm")
        elif double != (u.kind == "macro" and u.text in ("|", "Vert")):
            raise self.error("the bar that closes this one is expected", u)
        return Node("norm" if double else "bar", (inner,), None, t.start, self.last_end())


def _shown(closing: str) -> str:
    return closing if len(closing) == 1 or closing.startswith("\\") else "\\" + closing


def _plain(tokens: Sequence[Token]) -> str:
    """A script's text for comparing names: no spaces, fonts and braces."""
    out = ""
    for t in tokens:
        if t.kind in ("open", "close"):
            continue
        if t.kind == "macro" and t.text in FONTS:
            continue
        out += ("\\" if t.kind == "macro" else "") + t.text
    return out


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for t in tokens:
        if t.text == "," and t.kind == "char":
            parts.append([])
        else:
            parts[-1].append(t)
    return parts
