"""What members can read, found in the source, and the rules of its one voice."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]

ERRORS = frozenset({"UserError", "NotUnderstood", "NotFound", "NotAllowed", "Unavailable"})
SAYING = frozenset({"say", "whisper", "sentence_view", "TextDisplay"})
HOLE = "…"
"""Stands for what an f-string puts in."""

_LONGEST_LABEL = 30
_LONGEST_PLACEHOLDER = 60
_LONGEST_DESCRIPTION = 100
_LONGEST_ERROR = 200
"""Of 80, 150, 100 and 2,000 that Discord allows (developers/components/reference, application-commands)."""

JARGON = re.compile(
    r"\b(invalid|payload|null|none type|exceptions?|snowflakes?|guilds?|ephemeral|failed to|failure|cannot be found|"
    r"parameters?|arguments?|database|server error|timeouts?|parse[ds]?|tokens?|successfully)\b",
    re.IGNORECASE,
)
_THIRD_PERSON = re.compile(r"\b(the|a) users?\b", re.IGNORECASE)
_SAYS_WHAT_TO_DO = re.compile(
    r"/[a-z]+"  # a command
    r"|(?:^|[.:;,?] |\band |\bor |\b[Pp]lease )"  # a sentence or clause begins with what to do
    r"(?:also )?(ask|check|choose|close|export|give|leave out|look|name|open|paste|press|restart|save|see|send|split|"
    r"take|try|turn on|type|use|vote|wait|write)\b"
    r"|\b(?:managers?|only|whoever)\b.* can\b",  # who to ask
    re.IGNORECASE,
)


class Text(NamedTuple):
    """One text and where it stands."""

    where: str
    text: str


def text_problems(text: str) -> list[str]:
    """What holds for whatever a member reads."""
    found = []
    if jargon := JARGON.search(text):
        found.append(f"jargon: {jargon[0]}")
    if _THIRD_PERSON.search(text):
        found.append("speaks of the user, not to you")
    if "!" in text:
        found.append("exclamation mark")
    if re.search(r"\S  +\S", text):
        found.append("two spaces")
    if "..." in text:
        found.append("three dots, not …")
    if re.search("[“”„‘’]", text):
        found.append("quotation marks unlike the others")
    if re.search(r"\s[.,;:?](?:\s|$)", text):
        found.append("space before punctuation")
    return found


def error_problems(sentence: str) -> list[str]:
    """Of one that says what happened and what to do."""
    found = text_problems(sentence)
    if len(sentence) > _LONGEST_ERROR:
        found.append(f"{len(sentence)} characters")
    if not sentence.endswith("."):
        found.append("no full stop at the end")
    if not _SAYS_WHAT_TO_DO.search(sentence):
        found.append("does not say what to do")
    return found


def description_problems(text: str, *, of_option: bool) -> list[str]:
    """A command is described in a sentence, an option in a few words."""
    found = text_problems(text)
    if not 1 <= len(text) <= _LONGEST_DESCRIPTION:
        found.append(f"{len(text)} characters")
    if text[:1] != text[:1].upper():
        found.append("begins with a small letter")
    if of_option and text.endswith("."):
        found.append("full stop after an option")
    if not of_option and not text.endswith("."):
        found.append("no full stop at the end")
    return found


def label_problems(text: str, longest: int = _LONGEST_LABEL) -> list[str]:
    """Of a button, a field, a form."""
    found = text_problems(text)
    if len(text) > longest:
        found.append(f"{len(text)} characters")
    if text.endswith("."):
        found.append("full stop after a label")
    return found


def placeholder_problems(text: str) -> list[str]:
    """Of what stands in a menu or field before something is chosen."""
    return label_problems(text, _LONGEST_PLACEHOLDER)


def modules(*folders: str) -> list[Path]:
    """The source files directly in these folders."""
    return [path for folder in folders for path in sorted((ROOT / folder).glob("*.py"))]


def errors(path: Path) -> Iterator[Text]:
    """The sentences that this module raises."""
    tree = _tree(path)
    for call in _calls(tree):
        if _name(call.func) in ERRORS and call.args:
            yield from _texts(path, call.args[0])


def said(path: Path) -> Iterator[Text]:
    """The sentences that stand where they are said or raised, instead of having a name elsewhere."""
    for call in _calls(_tree(path)):
        if _name(call.func) in ERRORS | SAYING:
            for argument in call.args:
                for literal in _literals(argument):
                    if " " in literal.text.strip():
                        yield Text(f"{_short(path)}:{literal.line}", literal.text)


def labels(path: Path) -> Iterator[Text]:
    """What stands on buttons and above fields."""
    for call in _calls(_tree(path)):
        for keyword in call.keywords:
            if keyword.arg == "label":
                yield from _texts(path, keyword.value)
        if _name(call.func) == "form" and call.args:
            yield from _texts(path, call.args[0])


def placeholders(path: Path) -> Iterator[Text]:
    """What stands in menus and fields before something is chosen."""
    for call in _calls(_tree(path)):
        for keyword in call.keywords:
            if keyword.arg == "placeholder":
                yield from _texts(path, keyword.value)


def descriptions(path: Path, *, of_options: bool) -> Iterator[Text]:
    """What Discord shows beside commands, or beside their options."""
    for call in _calls(_tree(path)):
        is_describe = _name(call.func) == "describe"
        for keyword in call.keywords:
            if is_describe if of_options else keyword.arg == "description" and not is_describe:
                yield from _texts(path, keyword.value)


def all_texts(path: Path) -> Iterator[Text]:
    """Every text of a module with a space in it but documentation."""
    tree = _tree(path)
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in _outermost(tree, lambda node: isinstance(node, ast.Constant | ast.JoinedStr)):
        if id(node) not in documentation:
            for literal in _literals(node):
                if " " in literal.text.strip():
                    yield Text(f"{_short(path)}:{literal.line}", literal.text)


class _Literal(NamedTuple):
    line: int
    text: str


def _texts(path: Path, node: ast.expr) -> Iterator[Text]:
    """The literals in an expression, and the module's constants that it names."""
    for literal in _literals(node):
        yield Text(f"{_short(path)}:{literal.line}", literal.text)
    if isinstance(node, ast.Name | ast.Attribute) and (value := _constant(path, node)) is not None:
        yield Text(f"{_short(path)}:{node.lineno}", value)


def _literals(node: ast.AST) -> Iterator[_Literal]:
    """Both ends of a condition, but nothing inside a call: what it makes of a text is not known here."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield _Literal(node.lineno, node.value)
    elif isinstance(node, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values]
        yield _Literal(node.lineno, "".join(parts))
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from _literals(node.left)
        yield from _literals(node.right)


def _constant(path: Path, node: ast.expr) -> str | None:
    value: object = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for name in ast.unparse(node).split("."):
        value = getattr(value, name, None)
    return value if isinstance(value, str) else None


def _outermost(node: ast.AST, wanted: Callable[[ast.AST], bool]) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if wanted(child):
            yield child
        else:
            yield from _outermost(child, wanted)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
