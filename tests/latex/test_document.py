"""Documents as lines with places."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations.grade import grade
from derivations.grading import Problem
from derivations.latex.document import Document, read_document


def texts(document: Document) -> list[list[str]]:
    return [[" ".join(line.text.split()) for line in answer.lines] for answer in document.answers]


def tex(text: str) -> list[str]:
    return [line for answer in texts(read_document(text)) for line in answer]


@pytest.mark.parametrize(("text", "lines"), [
    (r"\begin{align} a &= b \\[4pt] &= c \end{align}", ["a &= b", "&= c"]),
    (r"\begin{align*} a &= b \\* [x] &= c \end{align*}", ["a &= b", "[x] &= c"]),
    (r"\[ \begin{aligned}[t] a &= b \\ &= c \end{aligned} . \]", ["a &= b", "&= c"]),
    (r"\begin{equation}\begin{split} a &= b \\ &= c \end{split}\label{e}\end{equation}", ["a &= b", "&= c"]),
    (r"\begin{alignat}{2} a &= b \\ &= c \end{alignat}", ["a &= b", "&= c"]),
    (r"$$ \begin{array}{rcl} a &=& b \\ &=& c \end{array} $$", ["a &=& b", "&=& c"]),
    (r"\[ f = \begin{cases} 1 \\ 2 \end{cases} \]", [r"f = \begin{cases} 1 \\ 2 \end{cases}"]),
    (r"\[ \left\{\begin{aligned} a \\ b \end{aligned}\right. \]",
     [r"\left\{\begin{aligned} a \\ b \end{aligned}\right."]),
    (r"\begin{align} a &= b \\ &\quad + c \nonumber \\ &= d \end{align}", [r"a &= b + c \nonumber", "&= d"]),
    (r"\begin{align} a &= b \\ &- c \end{align}", ["a &= b - c"]),
    (r"\begin{align} a &= b \quad && (\text{by } \text{x}) \tag{1} \\ &\qquad\; + c && \text{y} \end{align}",
     [r"a &= b + c && \text{y}"]),
    (r"\begin{align} a &= (b \text{ of } c) \\ & + f(c) \\ &+ d \end{align}", [r"a &= (b \text{ of } c) + f(c) + d"]),
    (r"\begin{align} a &= 2 (b \, ) \\ & + c \end{align}", [r"a &= 2 (b \, ) + c"]),
    (r"\begin{gather} x = 1 \\ -y = 4 \end{gather}", ["x = 1", "-y = 4"]),
    (r"\begin{align} a &= b + \\ & c \end{align}", ["a &= b + c"]),
    (r"\begin{align} a &= \lim_{x \to 0^+} x^+ \\ c &= d \end{align}",
     [r"a &= \lim_{x \to 0^+} x^+", "c &= d"]),
    (r"\begin{multline} a + b \\ c + d \\ = e \end{multline}", ["a + b c + d", "= e"]),
    (r"\begin{align} a &= b \\ \nonumber \\ & \label{x} \\ \text{so} \\ c &= d \end{align}", ["a &= b", "c &= d"]),
    ("\\begin{align} a &= b % \\\\ { no\n + c \\\\ % more\n d &= \\% \\end{align}", ["a &= b + c", r"d &= \%"]),
    (r"text $a = b$ and \(c = d\) \verb|$$ x $$| \begin{verbatim} $$ y $$ \end{verbatim}", []),
    (r"\begin{comment} \[ x = 1 \] \end{comment} % \[ y = 1 \]", []),
    (r"\newcommand{\be}{\begin{equation}} \def\ee{\end{equation}} \be a = 1 \ee", ["a = 1"]),
    (r"\[ a = \text{if $x$ holds} \]", [r"a = \text{if $x$ holds}"]),
])
def test_displays_become_lines(text: str, lines: list[str]) -> None:
    document = read_document(text)
    assert [line for answer in texts(document) for line in answer] == lines
    assert not document.problems


def test_inline_formulas_are_lines_only_when_asked() -> None:
    text = r"Let $x$ be real and $x = 1$, $\sum_{i=1} i$."
    assert texts(read_document(text, inline=True)) == [["x = 1"]]
    assert read_document(text).answers == ()


def test_declarations_macros_and_scopes() -> None:
    document = read_document(r"""%!TEX program = xelatex
%! d positive integer
\newcommand{\R}{\mathbb{R}} \DeclareMathOperator*{\Var}{Var} \DeclarePairedDelimiter{\abs}{|}{|}
\def\sq#1{#1^2} \newcommand\both{\R\R} \newcommand{\unused}{{x}}
\section{One}
%! given: x = 1
\[ \sq{a} = \both \]
%! exercise: ema/a
\[ b = \abs{c} \]
\section{Two}
%! let: n integer
\[ c = \Var x \] \[ = d \]
\begin{problem} %! m integer
\end{problem}
\begin{solution} \[ e = 1 \] \end{solution}
\begin{problem} \end{problem} \begin{solution} \[ f = 1 \] \end{solution}
""")
    one, two, three, four, five = document.answers
    assert one.let == ("d positive integer",) and one.given == ("x = 1",) and one.exercise is None
    assert one.macros == (r"\newcommand{\R}{\mathbb{R}}", r"\def\sq#1{#1^2}", r"\newcommand\both{\R\R}")
    assert two.exercise == "ema/a" and two.given == ("x = 1",)
    assert two.macros == (r"\DeclarePairedDelimiter{\abs}{|}{|}",)
    assert three.let == ("d positive integer", "n integer") and not three.given and not three.exercise
    assert [line.text for line in three.lines] == [r"c = \Var x", "= d"]
    assert three.macros == (r"\DeclareMathOperator*{\Var}{Var}",)
    assert four.let[-1] == "m integer" and "m integer" not in five.let
    assert document.place(document.macros[0].offset) == (3, 1) and not document.problems


def test_markdown() -> None:
    document = read_document("""# Answer
It costs $5 and $6, `$$ no $$`.
<!-- %! d integer
%! given: x = 2 -->
```math
a = b \\\\
 = c
```
```python
$$ no $$
```
$$
\\begin{align}
x &= y \\\\
  &= z
\\end{align}
$$
## Next
%! n integer
$$ u = 1 $$ and $v = 1$
""", "md", inline=True)
    assert texts(document) == [["a = b", "= c", "x &= y", "&= z"], ["u = 1", "v = 1"]]
    assert [a.let for a in document.answers] == [("d integer",), ("d integer", "n integer")]
    assert document.answers[0].given == ("x = 2",) and not document.problems
    assert document.place(document.answers[0].lines[1].offset(0)) == (7, 2)


@pytest.mark.parametrize(("text", "place", "says", "lines"), [
    ("\\[ a = 1\n\nText. \\[ b = 2 \\]", (1, 1), "not closed", ["a = 1", "b = 2"]),
    ("$$ a = 1\n\n$$ b = 2 $$", (1, 1), "an empty line", ["a = 1", "b = 2"]),
    ("x\n  \\begin{align} a &= 1\n\\section{B} $$ b = 2 $$", (2, 3), "not closed", ["a &= 1", "b = 2"]),
    (r"\begin{align} a &= 1 \begin{align} b &= 2 \end{align}", (1, 1), "not closed", ["a &= 1", "b &= 2"]),
    (r"\begin{align} a &= \frac{1}{2 \\ b &= 3 \end{align}", (1, 28), "this {", [r"a &= \frac{1}{2", "b &= 3"]),
    (r"\[ a = 2} \] \[ b = 1 \]", (1, 9), "this } closes", ["a = 2}", "b = 1"]),
    (r"\end{align} \[ b = 1 \]", (1, 1), r"without \begin", ["b = 1"]),
    (r"\newcommand{\x}{ \[ b = 1 \]", (1, 16), "not closed", ["b = 1"]),
    (r"\begin{align} a = 1", (1, 1), "not closed", ["a = 1"]),
    ("%! let:\n$$ b = 1 $$", (1, 1), "behind let", ["b = 1"]),
])
def test_what_is_odd_is_named_and_reading_goes_on(text: str, place: tuple[int, int], says: str,
                                                  lines: list[str]) -> None:
    document = read_document(text)
    first = document.problems[0]
    assert (first.line, first.column) == place and says in first.message, document.problems
    assert tex(text) == lines


def test_joined_rows_know_their_places() -> None:
    text = "\\begin{align}\n a &= b % c\n \\\\ & + d \\\\\n e &= f\n\\end{align}"
    document = read_document(text)
    first, second = document.answers[0].lines
    assert document.place(first.offset(first.text.index("d"))) == (3, 9)
    assert document.place(second.offset(0)) == (4, 2)
    assert document.place(second.offset(len(second.text))) == (4, 8)
    assert document.source(3) == r" \\ & + d \\"


PIECES = ["a", "b", " ", "\n", "\n\n", "=", "+", "-", "&", "\\\\", "{", "}", "$", "$$", "%", "%!", "% c\n", r"\[", r"\]",
          r"\begin{align}", r"\end{align}", r"\begin{aligned}", r"\end{aligned}", r"\begin{cases}", r"\end{cases}",
          r"\label{x}", r"\newcommand{\x}{y}", r"\def\be{\begin{align}}", r"\be", r"\text{", r"\section{S}", "`", "```",
          "```math\n", "# ", "<!--", "-->", "\r\n", r"\verb", "[", "]", "\\", r"\begin{solution}", r"\end{solution}",
          "%! exercise: e\n", "é", "∑"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from(["tex", "md"]), st.booleans())
def test_every_character_of_a_line_stands_at_its_offset(pieces: list[str], kind: str, inline: bool) -> None:
    text = "".join(pieces)
    document = read_document(text, kind, inline)
    for answer in document.answers:
        assert answer.lines
        for line in answer.lines:
            offsets = [line.offset(k) for k in range(len(line.text) + 1)]
            assert offsets == sorted(offsets) and offsets[0] >= 0 and offsets[-1] <= len(text)
            for k, c in enumerate(line.text):
                assert c == text[offsets[k]] or c == " "
            row, column = document.place(offsets[0])
            assert document.starts[row - 1] + column - 1 == offsets[0]
    for trouble in document.problems:
        assert document.place(trouble.offset) == (trouble.line, trouble.column)


@pytest.mark.parametrize("kind", ["tex", "md"])
@pytest.mark.parametrize("piece", ["{", "$", "$a ", "`a ", "$a$1", r"\begin{align}", r"\newcommand\a{", "%\n", "\\\\[1", "\n",
                                   r"\begin{aligned}", "$$ \n\n", "# a\n$$b$$\n", "<!--", "```x\n", r"\label{"])
def test_reading_time_is_linear(piece: str, kind: str) -> None:
    def seconds(size: int) -> float:
        text = "$$" + piece * (size // len(piece))
        began = time.perf_counter()
        read_document(text, kind)
        return time.perf_counter() - began
    assert seconds(200_000) < max(0.3, 40 * min(seconds(20_000), seconds(20_000)))


@pytest.mark.parametrize(("definition", "right", "wrong"), [
    (r"\newcommand*{\half}{\frac12}", r"\half x = x/2", r"\half x = x"),
    (r"\def\sq#1{#1^2}", r"\sq{x} = x x", r"\sq{x} = 2x"),
    (r"\let\eps\varepsilon", r"\eps + \eps = 2\eps", r"\eps + \eps = \eps"),
    (r"\let\eps=\varepsilon", r"\eps + \eps = 2\eps", r"\eps + \eps = \eps"),
    (r"\NewDocumentCommand{\by}{O{2} m}{#2^{#1}}", r"\by{x} + \by[3]{x} = x^2 + x^3", r"\by{x} = \by[3]{x}"),
    (r"\NewDocumentCommand\of{m m}{\frac{#1}{#2}}", r"\of{x}{2} = x/2", r"\of{x}{2} = 2x"),
    (r"\DeclareRobustCommand{\twice}[1]{2#1}", r"\twice{x} = x + x", r"\twice{x} = x"),
    (r"\newcommand{\dd}{\mathop{}\!\mathrm{d}}", r"\int_0^1 2x \dd x = 1", r"\int_0^1 2x \dd x = 2"),
    (r"\DeclareMathOperator*{\smallest}{arg\,min}", r"\smallest_x (x-1)^2 = 1", r"\smallest_x (x-1)^2 = 2"),
    (r"\DeclarePairedDelimiter\size{\lvert}{\rvert}", r"\size*{x}^2 = x^2", r"\size{x}^2 = x"),
])
def test_what_a_document_defines_is_read(definition: str, right: str, wrong: str) -> None:
    for line, verdict in ((right, "proved"), (wrong, "refuted")):
        document = read_document(f"{definition}\n%! x real\n\\[ {line} \\]\n")
        answer, = document.answers
        report = grade(Problem("x", answer.let, answer.given, tuple(t.text for t in answer.lines),
                               macros=answer.macros), seconds=20)
        assert [v.verdict for v in report.lines] == [verdict], report.lines
