"""The house rules hold.

Which room may import which, that no text reaches SymPy, what every file begins with.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import derivations

HOME = Path(derivations.__file__).parent
FILES = sorted(p for p in HOME.rglob("*.py") if "_templates" not in p.parts)
NAMES = [p.relative_to(HOME).as_posix() for p in FILES]
TREES = {name: ast.parse(p.read_text(encoding="utf-8")) for name, p in zip(NAMES, FILES, strict=True)}

# the rooms (a folder, or a file at the top) of which each may import, beside itself
SHARED = {"solution", "errors", "files", "problem_set"}
ALLOWED: dict[str, set[str]] = {
    "kernel": set(),
    "recheck": set(),
    "solution": {"kernel"},
    "clock": set(), "errors": set(), "files": set(), "problem_set": set(),
    "statement": {"kernel", "solution"},
    "refute": {"clock", "kernel"},
    "latex": {"kernel"},
    "writing": {"kernel"},
    "lemmas": {"kernel", "statement"},
    "tactics": {"clock", "kernel", "lemmas", "statement", "solution", "refute"},
    "repair": {"clock", "kernel", "refute", "tactics"},
    "exercises": {"derivations", "statement"},
    "problem_sets": {"derivations", "problem_set"},
    "sheets": {"kernel", "solution", "latex"},
    "plain": {"kernel"},
    "stored": {"kernel", "solution", "plain"},
    "registry": {"statement", "errors", "problem_set"},
    "solve": {"clock", "kernel", "statement", "refute", "tactics", "lemmas", "solution", "plain", "recheck",
              "writing"},
    "api": {"kernel", "statement", "solve", "latex", "solution", "refute", "on_time"},
    "grading": set(), "on_time": {"clock"},
    "workers": {"clock", "grading"},
    "judge": {"clock", "kernel", "refute", "solve", "statement", "tactics"},
    "exercise_context": {"kernel", "latex", "registry", "statement"},
    "claimed": {"judge", "kernel", "latex"},
    "final_answer": {"claimed", "grading", "kernel", "latex"},
    "grade": {"clock", "claimed", "exercise_context", "final_answer", "grading", "judge", "kernel", "latex", "repair"},
    "commands": {"kernel", "statement", "solve", "latex", "sheets", "registry", "stored", "plain", "grade", "grading",
                 "workers", "on_time", *SHARED},
    "cli": {"commands", "stored", "workers", *SHARED},
    "__main__": {"cli"},
}
TOP = {"__init__", "pytest_plugin"}      # may import everything but the command line


def room(name: str) -> str:
    return name.split("/")[0].removesuffix(".py")


def typing_only(tree: ast.Module) -> set[ast.AST]:
    """Everything below ``if TYPE_CHECKING:``."""
    return {n for node in ast.walk(tree) if isinstance(node, ast.If) and isinstance(node.test, ast.Name)
            and node.test.id == "TYPE_CHECKING" for n in ast.walk(node)}


def imports(name: str) -> Iterator[tuple[str, int]]:
    """Dotted names of the modules that a file imports, with the line."""
    skip = typing_only(TREES[name])
    for node in ast.walk(TREES[name]):
        if node in skip:
            continue
        if isinstance(node, ast.Import):
            yield from ((a.name, node.lineno) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno} imports relatively"
            if node.module == "derivations":
                yield from ((f"derivations.{a.name}", node.lineno) for a in node.names)
            else:
                yield node.module or "", node.lineno


def ours(module: str) -> str | None:
    """The room that an imported module belongs to; "derivations" for a public name."""
    head, _, rest = module.partition(".")
    if head != "derivations":
        return None
    first = rest.split(".")[0]
    return first if (HOME / first).is_dir() or (HOME / f"{first}.py").is_file() else "derivations"


@pytest.mark.parametrize("name", NAMES)
def test_rooms_import_only_what_they_may(name: str) -> None:
    here = room(name)
    for module, line in imports(name):
        there = ours(module)
        if there is None or there == here:
            continue
        if here in TOP:
            assert there not in ("cli", "commands"), f"{name}:{line} imports {module}"
            continue
        assert here in ALLOWED, f"{name}: no rule for the room {here}; add one to docs/house.md and here"
        assert there in ALLOWED[here], f"{name}:{line}: {here} may not import {module}"


@pytest.mark.parametrize("name", [n for n in NAMES if room(n) in ("kernel", "recheck")])
def test_trusted_code_stands_on_its_own(name: str) -> None:
    also = {"flint", "derivations"} if room(name) == "kernel" else set()
    for module, line in imports(name):
        head = module.split(".")[0]
        assert head in sys.stdlib_module_names or head in also, f"{name}:{line} imports {module}"


@pytest.mark.parametrize("name", NAMES)
def test_no_text_becomes_code(name: str) -> None:
    banned = {"sympify", "parse_expr", "lambdify", "eval", "exec"}
    for node in ast.walk(TREES[name]):
        if not isinstance(node, ast.Call):
            continue
        f = node.func
        if isinstance(f, ast.Name):
            first = node.args[0] if node.args else None
            text = isinstance(first, ast.Constant) and isinstance(first.value, str)
            assert f.id not in banned and not (f.id == "S" and text), f"{name}:{node.lineno} calls {f.id}"
        elif isinstance(f, ast.Attribute):
            assert f.attr not in {"sympify", "parse_expr", "lambdify"}, f"{name}:{node.lineno} calls {f.attr}"
            if f.attr == "subs":
                for a in ast.walk(node):
                    text = isinstance(a, ast.Constant) and isinstance(a.value, str)
                    assert not text, f"{name}:{node.lineno} substitutes text"


@pytest.mark.parametrize("name", NAMES)
def test_every_file_says_what_it_is(name: str) -> None:
    docstring = ast.get_docstring(TREES[name])
    assert docstring, f"{name} has no docstring"
    first = docstring.splitlines()[0]
    assert len(first) <= 60, f"{name}: the first line has {len(first)} characters: {first}"


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith("__init__.py")])
def test_faces_define_nothing(name: str) -> None:
    kinds = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
    names = {n.name for n in TREES[name].body if isinstance(n, kinds)}
    allowed = {"__getattr__", "__dir__", "_Face"} if name == "__init__.py" else set()
    assert names <= allowed, f"{name} defines {names - allowed}"


def test_import_is_light() -> None:
    code = ("import sys, derivations\n"
            "heavy = {'sympy', 'flint', 'jinja2', 'typer', 'rich', 'pylatexenc'} & set(sys.modules)\n"
            "assert not heavy, heavy\n"
            "assert 'Exercise' in dir(derivations) and derivations.__version__")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_public_names_are_those_of_the_rooms() -> None:
    from derivations import statement

    inner = {"Claim", "Context", "Given", "Law", "Statement", "from_term", "to_term", "translate"}
    missing = set(statement.__all__) - inner - set(derivations.__all__)
    assert not missing, f"derivations/__init__.py does not list {missing}"
    for name in derivations.__all__:
        assert getattr(derivations, name) is not None


def test_functions_are_not_hidden_by_modules() -> None:
    code = ("import derivations.solve, derivations.refute\n"
            "from derivations.solve import solve\n"
            "from derivations import solve as public, refute\n"
            "assert public is solve and callable(refute)")
    subprocess.run([sys.executable, "-c", code], check=True)
