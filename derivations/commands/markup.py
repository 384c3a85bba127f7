"""Verdicts beside an answer, as HTML or LaTeX.

The answer is shown as plain text in which every character stands for itself: nothing of it becomes
markup, and the pages hold no scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape as html_escape

from derivations.commands.check import Judged
from derivations.commands.report import details, visible
from derivations.commands.terminal import tally
from derivations.latex.document import Document
from derivations.latex.text import escape as tex_escape

_SIGNS = {"proved": "✓", "conditional": "(✓)", "refuted": "✗", "undecided": "?", "unreadable": "…"}
_KINDS = frozenset(_SIGNS)


@dataclass
class _Row:
    """A line of the file: the verdicts that begin there, the judged places, what is said below."""

    number: int
    text: str
    verdicts: list[str] = field(default_factory=list)
    places: list[tuple[int, int, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def _rows(document: Document, reports: Sequence[Judged]) -> list[_Row]:
    rows = [_Row(n, document.source(n)) for n in range(1, len(document.starts) + 1)]
    for judged in reports:
        for verdict in judged.report.lines:
            start, end = judged.span(verdict)
            kind = verdict.verdict if verdict.verdict in _KINDS else "undecided"
            first = document.place(start)[0]
            last = document.place(max(start, end - 1))[0]
            rows[first - 1].verdicts.append(kind)
            for n in range(first, last + 1):
                begin = document.starts[n - 1]
                a, b = max(start - begin, 0), min(end - begin, len(rows[n - 1].text))
                if a < b:
                    rows[n - 1].places.append((a, b, kind))
            rows[last - 1].notes += [(kind, text) for _, text in details(verdict)]
        if judged.report.lines and judged.report.notes:
            last = document.place(judged.span(judged.report.lines[-1])[0])[0]
            rows[last - 1].notes += [("note", note) for note in judged.report.notes]
    return rows


def _marked(row: _Row, escape: Callable[[str], str], mark: Callable[[str, str], str]) -> str:
    """The text of a row with its judged places marked; of places that overlap the first counts."""
    out, at = [], 0
    for a, b, kind in sorted(row.places):
        if a >= at:
            out += [escape(row.text[at:a]), mark(kind, escape(row.text[a:b]))]
            at = b
    return "".join(out) + escape(row.text[at:])


def _by_file(reports: Sequence[Judged]) -> dict[str, list[Judged]]:
    files: dict[str, list[Judged]] = {}
    for judged in reports:
        files.setdefault(judged.name, []).append(judged)
    return files


def _summary(reports: Sequence[Judged]) -> str:
    return tally(v.verdict for j in reports for v in j.report.lines)


# -- HTML ---------------------------------------------------------------------------------------

_STYLE = """
body { font-family: sans-serif; margin: 2em; color: #222; background: #fff; }
table { border-collapse: collapse; width: 100%; }
td { vertical-align: top; padding: 0 .6em; }
td.number { color: #888; text-align: right; }
td.mark { white-space: nowrap; border-right: 1px solid #ccc; }
td.text { font-family: monospace; white-space: pre-wrap; overflow-wrap: anywhere; width: 100%; }
p.note { font-family: sans-serif; margin: .1em 0 .3em 2em; white-space: pre-wrap; }
mark { background: none; border-bottom: 2px solid; }
.proved { color: #1a7f37; } .conditional { color: #0a6a8a; } .refuted { color: #c0141c; font-weight: bold; }
.undecided { color: #8a6500; } .unreadable { color: #8a2a8a; } .note { color: #444; }
mark.proved, mark.conditional { border: none; color: inherit; }
"""


def _html(text: str) -> str:
    return html_escape(visible(text), quote=True)


def html_report(reports: Sequence[Judged]) -> str:
    """A page with every file, line by line, and the verdicts in the margin."""
    out = ['<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
           f"<title>Verdicts</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"]
    for name, of_file in _by_file(reports).items():
        out.append(f"<h1>{_html(name)}</h1>\n<p>{_html(_summary(of_file))}</p>\n<table>\n")
        for row in _rows(of_file[0].document, of_file):
            marks = " ".join(f'<span class="{k}">{_SIGNS[k]} {k}</span>' for k in row.verdicts)
            text = _marked(row, _html, lambda kind, inner: f'<mark class="{kind}">{inner}</mark>')
            notes = "".join(f'<p class="note {kind}">{_html(note)}</p>' for kind, note in row.notes)
            out.append(f'<tr><td class="mark">{marks}</td><td class="number">{row.number}</td>'
                       f'<td class="text">{text}{notes}</td></tr>\n')
        out.append("</table>\n")
    out.append("</body>\n</html>\n")
    return "".join(out)


# -- LaTeX --------------------------------------------------------------------------------------

_PREAMBLE = r"""\documentclass[10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage[a4paper,left=45mm,right=20mm,top=20mm,bottom=20mm]{geometry}
\usepackage{textcomp}
\setlength{\parindent}{0pt}
\raggedright
\newcommand{\margin}[1]{\leavevmode\llap{\makebox[40mm][l]{\small\bfseries #1}}}
\newcommand{\sourceline}[3]{\par\margin{#1}\llap{\tiny #2\enspace}{\ttfamily #3}}
\newcommand{\note}[1]{\par\hangindent=2em\hangafter=0{\small #1}}
\begin{document}
"""
_JOINING = frozenset("-'`,<>!?")        # which TeX joins with a neighbour to another sign


def _tex(text: str) -> str:
    return str(tex_escape(visible(text)))


def _tex_verbatim(text: str) -> str:
    out = []
    for c in visible(text):
        if c == " ":
            out.append(r"\ ")
        elif c.isalnum() and c.isascii():
            out.append(c)
        else:
            out.append(tex_escape(c) + (r"{}\allowbreak{}" if c in _JOINING else r"\allowbreak{}"))
    return "".join(out)


def latex_report(reports: Sequence[Judged]) -> str:
    """A document with every file, line by line, and the verdicts in the margin."""
    out = [_PREAMBLE]
    for name, of_file in _by_file(reports).items():
        out.append(rf"\section*{{{_tex(name)}}}" + "\n" + _tex(_summary(of_file)) + "\n\n")
        for row in _rows(of_file[0].document, of_file):
            text = _marked(row, _tex_verbatim, lambda kind, inner: inner if kind == "proved" else
                           rf"{{\itshape {inner}}}")
            out.append(rf"\sourceline{{{_tex(', '.join(row.verdicts))}}}{{{row.number}}}{{{text}}}" + "\n")
            out += [rf"\note{{{_tex(note)}}}" + "\n" for _, note in row.notes]
    out.append("\\end{document}\n")
    return "".join(out)
