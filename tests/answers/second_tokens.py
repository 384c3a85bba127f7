"""Tokens for the second reading of the data."""

from __future__ import annotations

import re


class Unread(Exception):
    """The text is outside what this module reads."""


class Undefined(Exception):
    """A value does not exist at this instance."""


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
