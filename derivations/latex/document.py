r"""Answers in LaTeX and Markdown files.

Finds the displays of a document, its declarations in ``%!`` comments and its macro definitions.
Nothing is expanded and nothing is run: a document is only taken apart, and what is odd in it is
listed while reading goes on.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from derivations.latex.rows import Line, has_relation, rows

MOST = 1000                 # answers, declarations, definitions, troubles in one document

_LEVELS = {"part": 0, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5,
           "subparagraph": 6}
_TASKS = {"problem": 7, "exercise": 7, "question": 7, "solution": 8, "answer": 8, "proof": 8}
_WITH_STAR = ("align", "gather", "equation", "eqnarray", "multline", "flalign", "alignat", "dmath", "dgroup")
DISPLAYS = frozenset(("displaymath", "math", "aligned", "alignedat", "gathered", "split", "IEEEeqnarray",
                      *_WITH_STAR, *(f"{n}*" for n in _WITH_STAR)))
_VERBATIM = frozenset({"verbatim", "verbatim*", "Verbatim", "lstlisting", "minted", "comment", "filecontents",
                       "filecontents*"})
# environments of running text: no display reaches beyond one
_TEXT = frozenset({*_TASKS, "document", "itemize", "enumerate", "description", "center", "figure", "table", "quote",
                   "theorem", "lemma", "abstract", "minipage"})
_DOCUMENT_COMMANDS = frozenset({"NewDocumentCommand", "RenewDocumentCommand", "ProvideDocumentCommand"})
_HANDED_ON = frozenset({"newcommand", "renewcommand", "providecommand", "def", "let", "DeclareMathOperator",
                        "DeclarePairedDelimiter", "DeclareRobustCommand", *_DOCUMENT_COMMANDS})
_SKIPPED = frozenset({"gdef", "edef", "xdef", "newenvironment", "renewenvironment", "newtheorem"})
_DEFINING = _HANDED_ON | _SKIPPED

_NAME = re.compile(r"[ \t]*\{([A-Za-z]{1,30}\*?)\}")
_TEX = re.compile(r"\\(?:[A-Za-z]+|.)|%|\$\$?", re.S)
_MARKDOWN = re.compile(r"\\(?:[A-Za-z]+|.)|\$\$?|`+|~~~+|<!--|^[ ]{0,3}#{1,6}(?=[ \t])|^[ \t]*%!", re.S | re.M)
_MATH = re.compile(r"\\(?:[A-Za-z]+|.)|[%{}]|\$\$?|\n[ \t\r]*(?=\n)", re.S)
_BRACE = re.compile(r"\\.|[{}%]", re.S)
_WORD = re.compile(r"\\[A-Za-z]+")
_KEY = re.compile(r"(let|given|exercise)[ \t]{0,9}:")
_EDITOR = re.compile(r"(?:tex|bib)[ \t]{1,9}[\w-]{1,30}[ \t]{0,9}=", re.I)
_ALIAS = re.compile(r"\\(begin|end)[ ]?\{([A-Za-z]{1,30}\*?)\}")


@dataclass(frozen=True)
class Trouble:
    """Something that could not be read, and where: an offset, and line and column from 1."""

    message: str
    offset: int
    line: int
    column: int


@dataclass(frozen=True)
class Macro:
    """A macro definition as it stands in the document, without comments."""

    name: str
    text: str
    offset: int


@dataclass(frozen=True)
class Answer:
    """Lines that belong together, with what was declared for them."""

    lines: tuple[Line, ...]
    let: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    exercise: str | None = None
    macros: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A document taken apart."""

    text: str
    answers: tuple[Answer, ...]
    macros: tuple[Macro, ...]
    problems: tuple[Trouble, ...]
    starts: tuple[int, ...] = field(repr=False)         # of the lines of the file

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def source(self, line: int) -> str:
        """The text of a line of the file, by its number."""
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return self.text[self.starts[line - 1]:end].rstrip("\r\n")


def read_document(text: str, kind: str = "tex", inline: bool = False) -> Document:
    """The answers in a text; ``kind`` is ``tex`` or ``md``.

    Displays make the lines; with ``inline`` formulas in running text do too if they hold a relation.
    """
    if kind not in ("tex", "md"):
        raise ValueError(f"a document is tex or md, not {kind}")
    reader = _Reader(text, kind == "md", inline)
    reader.read()
    return reader.document()


@dataclass
class _Scope:
    """What a heading, a task or an exercise comment opens."""

    level: float
    exercise: str | None = None
    let: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self, text: str, markdown: bool, inline: bool) -> None:
        self.text, self.markdown, self.inline = text, markdown, inline
        self.starts = (0, *(m.end() for m in re.finditer("\n", text)))
        self.scopes = [_Scope(-1)]
        self.answers: list[Answer] = []
        self.lines: list[Line] = []
        self.macros: list[Macro] = []
        self.troubles: list[Trouble] = []
        self.aliases: dict[str, tuple[str, str]] = {}
        self.partners: dict[int, int] = {}
        self.declared = 0
        self.no_dollar_before = 0
        self.paragraph = (0, -1)        # from where to where no empty line stands

    def document(self) -> Document:
        return Document(self.text, tuple(self.answers), tuple(self.macros),
                        tuple(sorted(self.troubles, key=lambda t: t.offset)), self.starts)

    def trouble(self, message: str, offset: int) -> None:
        if len(self.troubles) < MOST:
            line = bisect_right(self.starts, offset)
            self.troubles.append(Trouble(message, offset, line, offset - self.starts[line - 1] + 1))

    # -- running text ---------------------------------------------------------------------------

    def read(self) -> None:
        signs = _MARKDOWN if self.markdown else _TEX
        at, end = 0, len(self.text)
        while at < end:
            m = signs.search(self.text, at)
            if m is None:
                break
            at = self._sign(m.group(), m.start(), m.end())
        self.finish()

    def _sign(self, sign: str, at: int, after: int) -> int:
        """Reads what begins with a sign, and says where to go on."""
        if sign[0] == "\\":
            return self._command(sign[1:], at, after)
        if sign == "$$":
            return self.display(at, after, "$$")
        if sign == "$":
            if self.markdown and not self._dollar_pair(at):
                return after
            return self.display(at, after, "$")
        if sign == "%":
            return self.comment(at)[1]
        if sign == "<!--":
            return self._html_comment(at)
        if sign[0] in "`~":
            return self._code(sign, at, after)
        if sign.endswith("%!"):
            return self.comment(after - 2)[1]
        self.open(sign.strip().count("#"))
        return after

    def _command(self, word: str, at: int, after: int) -> int:
        kind, name, after = self.environment(word, after)
        if kind == "begin":
            return self._begin(name, at, after)
        if kind == "end":
            return self._end(name, at, after)
        if word in "[(" and word:
            return self.display(at, after, r"\]" if word == "[" else r"\)")
        if word in ("]", ")") and not self.markdown:
            self.trouble(rf"\{word} closes nothing", at)
        elif word in _DEFINING:
            return self.definition(word, at, after)
        elif word == "verb" and after < len(self.text):
            return self._verb(after)
        elif word in _LEVELS and not self.markdown:
            self.open(_LEVELS[word])
        return after

    def environment(self, word: str, after: int) -> tuple[str, str, int]:
        """What a command does to an environment ("begin", "end" or nothing), the name of that, and
        where to go on."""
        if word not in ("begin", "end"):
            return *self.aliases.get(word, ("", "")), after
        found = _NAME.match(self.text, after)
        return ("", "", after) if found is None else (word, found[1], found.end())

    def _begin(self, name: str, at: int, after: int) -> int:
        if name in _VERBATIM:
            return self._behind(rf"\end{{{name}}}", at, after)
        if name in DISPLAYS:
            return self.display(at, after, name)
        if name in _TASKS:
            self.open(_TASKS[name])
        return after

    def _end(self, name: str, at: int, after: int) -> int:
        if name in DISPLAYS:
            self.trouble(rf"\end{{{name}}} without \begin{{{name}}}", at)
        elif _TASKS.get(name) == 8:
            self.close(8)
        elif name == "document" and not self.markdown:
            return len(self.text)
        return after

    def _behind(self, closing: str, at: int, after: int) -> int:
        end = self.text.find(closing, after)
        if end < 0:
            self.trouble(f"{closing} is missing; what follows was skipped", at)
            return len(self.text)
        return end + len(closing)

    def _verb(self, at: int) -> int:
        at += self.text[at] == "*"
        eol = self._eol(at)
        end = self.text.find(self.text[at:at + 1], at + 1, eol) if at < eol else -1
        return end + 1 if end > 0 else at

    def _html_comment(self, at: int) -> int:
        end = self.text.find("-->", at)
        end = len(self.text) if end < 0 else end
        for m in re.finditer(r"^(?:<!--)?[ \t]*%!", self.text[at:end], re.M):
            self.comment(at + m.end() - 2, end)
        return end + 3

    def _code(self, sign: str, at: int, after: int) -> int:
        line = self.text.rfind("\n", 0, at) + 1
        if len(sign) >= 3 and not self.text[line:at].strip(" \t>-*"):
            eol = self._eol(after)
            word = self.text[after:eol].strip()
            if sign[0] not in word:
                end = re.compile(rf"^[ \t>]*{sign[0]}{{{len(sign)},}}[ \t\r]*$", re.M).search(self.text, eol)
                if end is None:
                    self.trouble("this block is not closed", at)
                stop = end.start() if end else len(self.text)
                if word == "math":
                    self.display(at, eol, "```", stop)
                return end.end() if end else stop
        if sign[0] == "~":
            return after
        end_ = self.text.find(sign, after, self._paragraph_end(after))
        return end_ + len(sign) if end_ >= 0 else after

    def _dollar_pair(self, at: int) -> bool:
        """Whether a dollar in Markdown opens a formula: text hugs both, no digit follows."""
        text = self.text
        if at < self.no_dollar_before or at + 1 >= len(text) or text[at + 1].isspace():
            return False
        stop = self._paragraph_end(at)
        end = text.find("$", at + 1, stop)
        while end >= 0:
            before, behind = text[end - 1], text[end + 1:end + 2]
            if before != "\\" and not before.isspace() and not behind.isdigit():
                return True
            end = text.find("$", end + 1, stop)
        self.no_dollar_before = stop
        return False

    def _paragraph_end(self, at: int) -> int:
        if not self.paragraph[0] <= at <= self.paragraph[1]:
            end = self.text.find("\n\n", at)
            self.paragraph = (at, end if end >= 0 else len(self.text))
        return self.paragraph[1]

    def _eol(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    # -- declarations and scopes ----------------------------------------------------------------

    def comment(self, at: int, end: int | None = None) -> tuple[int, int]:
        """Reads a comment that may be a declaration; the range it takes up, with its line if it is
        alone on it."""
        eol = self._eol(at) if end is None else min(self._eol(at), end)
        if self.text.startswith("%!", at):
            said = self.text[at + 2:eol].strip()
            key = _KEY.match(said)
            if key:
                self.declare(key[1], said[key.end():].strip(), at)
            elif said and not _EDITOR.match(said):
                self.declare("let", said, at)
        alone = not self.text[self.starts[bisect_right(self.starts, at) - 1]:at].strip()
        return at, min(eol + alone, len(self.text))

    def declare(self, kind: str, said: str, at: int) -> None:
        self.declared += 1
        if not said:
            self.trouble(f"something is to stand behind {kind}:", at)
        elif self.declared > MOST:
            self.trouble(f"at most {MOST} declarations are read", at)
        elif kind == "exercise":
            self.finish()
            self.scopes = [s for s in self.scopes if s.exercise is None]
            self.scopes.append(_Scope(self.scopes[-1].level + 0.5, said))
        else:
            getattr(self.scopes[-1], kind).append(said)

    def open(self, level: float) -> None:
        self.close(level)
        self.scopes.append(_Scope(level))

    def close(self, level: float) -> None:
        self.finish()
        while self.scopes[-1].level >= level:
            self.scopes.pop()

    def finish(self) -> None:
        """The lines so far become an answer."""
        if not self.lines:
            return
        if len(self.answers) < MOST:
            let = tuple(d for s in self.scopes for d in s.let)
            given = tuple(d for s in self.scopes for d in s.given)
            exercise = next((s.exercise for s in reversed(self.scopes) if s.exercise), None)
            used = _used(self.macros, [*(x.text for x in self.lines), *let, *given])
            self.answers.append(Answer(tuple(self.lines), let, given, exercise, used))
        else:
            self.trouble(f"at most {MOST} answers are read in one document", self.lines[0].offset(0))
        self.lines = []

    # -- definitions ----------------------------------------------------------------------------

    def definition(self, word: str, at: int, after: int) -> int:
        """Reads a macro definition; the end of it."""
        text, k, name, groups = self.text, after, "", 0
        wanted = {"DeclarePairedDelimiter": 3, "DeclareMathOperator": 2, "newenvironment": 3,
                  "renewenvironment": 3, **dict.fromkeys(_DOCUMENT_COMMANDS, 3)}.get(word, 2)
        while k < len(text) and groups < wanted:
            c = text[k]
            if c.isspace() or c == "*" or (c == "=" and word == "let"):
                k += 1
            elif c == "%":
                k = self._eol(k)
            elif c == "{":
                end = self.partner(k)
                if end < 0:
                    self.trouble("this { is not closed", k)
                    return k + 1
                name = name or text[k + 1:end].strip()
                groups, k = groups + 1, end + 1
            elif c == "[":
                end = text.find("]", k, k + 200)
                if end < 0:
                    break
                k = end + 1
            elif c == "\\":
                m = _BRACE.match(text, k)
                control = _WORD.match(text, k) or m
                if control is None:
                    break
                name = name or control.group()
                groups, k = groups + 1, control.end()
            elif c == "#" and word.endswith("def"):
                k += 2
            else:
                groups, k = groups + 1, k + 1
        if groups < wanted:
            if word != "newtheorem":
                self.trouble(rf"this \{word} is not finished", at)
            return after
        if word in _HANDED_ON:
            self._keep(name, at, k)
        return k

    def _keep(self, name: str, at: int, end: int) -> None:
        raw = _without_comments(self.text, at, end)
        alias = _ALIAS.fullmatch(raw[raw.find(name) + len(name):].strip("{} \n") + "}")
        if alias and (alias[2] in DISPLAYS or alias[2] in _TASKS):
            self.aliases[name[1:]] = (alias[1], alias[2])
        elif len(self.macros) < MOST:
            self.macros.append(Macro(name, raw, at))
        else:
            self.trouble(f"at most {MOST} definitions are read", at)

    def partner(self, at: int) -> int:
        """The brace that closes the one at an offset, or -1."""
        if at not in self.partners:
            opened: list[int] = []
            k = at
            while True:
                m = _BRACE.search(self.text, k)
                if m is None:
                    break
                k = m.end()
                if m.group() == "%":
                    k = self._eol(k)
                elif m.group() == "{":
                    opened.append(m.start())
                elif m.group() == "}":
                    self.partners[opened.pop()] = m.start()
                    if not opened:
                        break
            self.partners.update(dict.fromkeys(opened, -1))
        return self.partners[at]

    # -- displays -------------------------------------------------------------------------------

    def display(self, at: int, inner: int, closing: str, limit: int | None = None) -> int:
        """Reads a display that begins at an offset; where to go on."""
        found = _Display(self, at, inner, closing, len(self.text) if limit is None else limit)
        found.read()
        line = Line.cut(self.text, inner, found.end, found.cuts)
        if closing in ("$", r"\)"):
            line = line.part(0, len(line.text))
            if self.inline and has_relation(line.text):
                self.lines.append(line)
        else:
            self.lines += rows(line, broken=closing.startswith("multline"))
        return found.after


class _Display:
    """One display: where it ends, what is cut out of it."""

    def __init__(self, reader: _Reader, at: int, inner: int, closing: str, limit: int) -> None:
        self.reader, self.text, self.at, self.closing, self.limit = reader, reader.text, at, closing, limit
        self.environment = closing[0].isalpha()
        self.inner = inner
        self.end = self.after = limit
        self.cuts: list[tuple[int, int]] = []
        self.opened: list[tuple[str, int]] = []
        self.names: Counter[str] = Counter()
        self.blank: int | None = None
        self.words = False              # between dollars inside a group

    def read(self) -> None:
        k: int | None = self.inner
        if self.environment:
            k = self._arguments(self.inner)
        while k is not None:
            m = _MATH.search(self.text, k, self.limit)
            if m is None:
                if self.closing != "```":
                    self.unclosed(self.limit)
                break
            k = self.sign(m.group(), m.start(), m.end())
        self._left_open()

    def _arguments(self, k: int) -> int:
        """Behind ``{2}`` of alignat and ``[t]`` of aligned, which are cut out."""
        end = k
        if self.text.startswith("[", k) and self.text[k + 2:k + 3] == "]":
            end = k + 3
        if self.closing.startswith(("alignat", "alignedat", "IEEE")) and self.text.startswith("{", end):
            closed = self.text.find("}", end, end + 60)
            end = closed + 1 if closed > 0 else end
        if end > k:
            self.cuts.append((k, end))
        return end

    def sign(self, sign: str, at: int, after: int) -> int | None:
        """Reads on behind a sign; None at the end of the display."""
        if sign == "{":
            self.opened.append((sign, at))
        elif sign == "}":
            if self.opened and self.opened[-1][0] == "{":
                self.opened.pop()
            else:
                self.reader.trouble("this } closes nothing", at)
        elif sign == "%":
            self.cuts.append(self.reader.comment(at, self.limit))
            after = self._cut_end()
        elif sign[0] == "$":
            return self._dollar(sign, at, after)
        elif sign[0] == "\n":
            if self.closing in ("$", "$$", r"\]", r"\)"):
                return self.unclosed(at, "an empty line ends it")
            self.blank = at if self.blank is None else self.blank
        else:
            return self._command(sign[1:], at, after)
        return after

    def _cut_end(self) -> int:
        # the end of line is looked at again: an empty line may follow
        a, b = self.cuts[-1]
        return b if b > a and self.text[b - 1:b] != "\n" else b - 1

    def _dollar(self, sign: str, at: int, after: int) -> int | None:
        if any(kind == "{" for kind, _ in self.opened[-1:]) and (self.words or sign != self.closing):
            if len(sign) == 1:
                self.words = not self.words
            return after
        if sign == self.closing:
            return self.close(at, after)
        if self.closing == "$":                 # the first of two closes the formula
            return self.close(at, at + 1)
        if self.closing == "```" or self.closing == "$$":
            self.reader.trouble("a dollar sign inside a display", at)
            return after
        return self.unclosed(at)

    def _command(self, word: str, at: int, after: int) -> int | None:
        kind, name, after = self.reader.environment(word, after)
        if kind == "begin":
            return self._begin(name, at, after)
        if kind == "end":
            return self._end(name, at, after)
        if word in ("]", ")"):
            if self.closing == "\\" + word:
                return self.close(at, after)
            if word == "]":
                self.reader.trouble(r"\] closes nothing", at)
        elif word == "[" or (word in _LEVELS and not self.reader.markdown and word != "part"):
            return self.unclosed(at)
        elif word in _DEFINING:
            end = self.reader.definition(word, at, after)
            self.cuts.append((at, end))
            return end
        return after

    def _begin(self, name: str, at: int, after: int) -> int | None:
        if name in _TEXT:
            return self.unclosed(at)
        if name in _VERBATIM:
            end = self.reader._behind(rf"\end{{{name}}}", at, after)
            self.cuts.append((at, end))
            return end
        outer = name in DISPLAYS and name not in ("aligned", "alignedat", "gathered", "split", "math")
        if outer and self.environment and not self.names.total() and self.text[self.inner:at].strip():
            return self.unclosed(at)
        self.opened.append((name, at))
        self.names[name] += 1
        return after

    def _end(self, name: str, at: int, after: int) -> int | None:
        if self.names[name]:
            while True:
                kind, where = self.opened.pop()
                self.names[kind] -= kind != "{"
                if kind == name:
                    return after
                self._open(kind, where)
        if name == self.closing:
            return self.close(at, after)
        if name in _TEXT:
            return self.unclosed(at)
        self.reader.trouble(rf"\end{{{name}}} without \begin{{{name}}}", at)
        return after

    def close(self, at: int, after: int) -> int | None:
        self.end, self.after = at, after
        return None

    def unclosed(self, at: int, why: str = "") -> int | None:
        """The end is missing: what there is up to an empty line, or to here, is read."""
        opening = self.text[self.at:self.inner]
        opening = opening if len(opening) < 40 else opening[:40]
        self.reader.trouble(f"this {opening} is not closed" + (f"; {why}" if why else ""), self.at)
        self.end = self.after = at if self.blank is None else self.blank
        self.cuts = [c for c in self.cuts if c[0] < self.end]
        if self.end < self.inner:
            self.end = self.after = self.inner
        return None

    def _left_open(self) -> None:
        for kind, where in self.opened[:1]:
            if where < self.end:
                self._open(kind, where)

    def _open(self, kind: str, where: int) -> None:
        self.reader.trouble("this { is not closed" if kind == "{" else rf"this \begin{{{kind}}} is not closed", where)


def _without_comments(text: str, at: int, end: int) -> str:
    parts = []
    while True:
        m = re.compile(r"\\.|%", re.S).search(text, at, end)
        while m is not None and m.group() != "%":
            m = re.compile(r"\\.|%", re.S).search(text, m.end(), end)
        if m is None:
            parts.append(text[at:end])
            return "".join(parts).strip()
        parts.append(text[at:m.start()])
        eol = text.find("\n", m.start(), end)
        at = end if eol < 0 else eol + 1


def _used(macros: Iterable[Macro], texts: Iterable[str]) -> tuple[str, ...]:
    """The definitions that some texts use, directly or through others, in the order of the document."""
    named: dict[str, list[int]] = {}
    kept = list(macros)
    for n, macro in enumerate(kept):
        named.setdefault(macro.name, []).append(n)
    todo = {w for t in texts for w in _words(t)}
    wanted: set[int] = set()
    seen: set[str] = set()
    while todo:
        word = todo.pop()
        seen.add(word)
        for n in named.get(word, ()):
            wanted.add(n)
            todo |= _words(kept[n].text) - seen
    return tuple(kept[n].text for n in sorted(wanted))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\\(?:[A-Za-z]+|.)", text))


__all__ = ["DISPLAYS", "Answer", "Document", "Line", "Macro", "Trouble", "read_document"]
