"""Which act each rule of the guidance refuses: by name from an act's branch in `rules/decide.py` to the findings.

A refusal stands where a `Finding` of the rule is made. One that ACTS.md answers with `FORM` or `ROLE` counts for the
rule that a comment on its line names.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from commands.rule_places import comments, finding_rule, ids_in

_DECIDES = "rules/decide.py"
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Key = tuple[str, str]
"""A module's path and the name of a function or class in it."""


@dataclass(slots=True)
class _Module:
    """What a module defines, what its imported names stand for, and the ids that a comment names on a line."""

    path: str
    defined: dict[str, ast.AST] = field(default_factory=dict)
    imported: dict[str, _Key] = field(default_factory=dict)
    noted: dict[int, list[str]] = field(default_factory=dict)


def refusals(sources: Mapping[str, ast.Module], texts: Mapping[str, str]) -> dict[str, list[str]]:
    """For each id the acts that may be refused with it, sorted. Of the sources only `rules/` is read."""
    modules = {path: _module(path, tree, texts[path]) for path, tree in sources.items() if path.startswith("rules/")}
    found: dict[str, set[str]] = {}
    for start, nodes, action in _starts(modules):
        for rule in _rules_from(modules, start, nodes):
            found.setdefault(rule, set()).add(action)
    return {rule: sorted(actions) for rule, actions in found.items()}


def _starts(modules: Mapping[str, _Module]) -> Iterator[tuple[_Module, list[ast.AST], str]]:
    """Where each act is looked at: its form, and what is done for that form in `rules/decide.py`."""
    actions = {
        (path, name): action
        for path, module in modules.items()
        for name, node in module.defined.items()
        if (action := _action(node))
    }
    for (path, name), action in actions.items():
        yield modules[path], [modules[path].defined[name]], action
    for form, branch in _branches(modules[_DECIDES]):
        if form in actions:
            yield modules[_DECIDES], branch, actions[form]


def _module(path: str, tree: ast.Module, text: str) -> _Module:
    module = _Module(path)
    for node in tree.body:
        if isinstance(node, _Function | ast.ClassDef):
            module.defined[node.name] = node
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "rules":
            for alias in node.names:
                inside = f"{node.module.replace('.', '/')}.py"
                whole = node.module == "rules"
                key = (f"rules/{alias.name}.py", "") if whole else (inside, alias.name)
                module.imported[alias.asname or alias.name] = key
    for line, words in comments(text):
        module.noted.setdefault(line, []).extend(ids_in(words))
    return module


def _branches(decides: _Module) -> Iterator[tuple[_Key, list[ast.AST]]]:
    """What is done for each form: `case forms.Submit(): ...`, `if isinstance(form, forms.Submit): ...`."""
    for node in (node for definition in decides.defined.values() for node in ast.walk(definition)):
        match node:
            case ast.match_case(pattern=ast.MatchClass(cls=named), body=body):
                form = _key(decides, named)
            case ast.If(test=ast.Call(func=ast.Name(id="isinstance"), args=[_, named]), body=body):
                form = _key(decides, named)
            case _:
                continue
        if form:
            yield form, list(body)


def _action(node: ast.AST | None) -> str | None:
    """The act of a form: `action: Literal["sign"]`."""
    for part in node.body if isinstance(node, ast.ClassDef) else []:
        match part:
            case ast.AnnAssign(
                target=ast.Name(id="action"), annotation=ast.Subscript(slice=ast.Constant(value=action))
            ):
                return str(action)
    return None


def _rules_from(modules: Mapping[str, _Module], module: _Module, nodes: list[ast.AST]) -> set[str]:
    """The rules of every refusal that can be reached from these nodes, by the names that they use."""
    rules: set[str] = set()
    seen: set[_Key] = set()
    open_nodes: list[tuple[_Module, ast.AST]] = [(module, node) for node in nodes]
    while open_nodes:
        inside, start = open_nodes.pop()
        for node in ast.walk(start):
            rules.update(_refused(inside, node))
            key = _key(inside, node)
            if key and key not in seen and key[0] in modules:
                seen.add(key)
                if isinstance(reached := modules[key[0]].defined.get(key[1]), _Function):
                    open_nodes.append((modules[key[0]], reached))
    return rules


def _refused(module: _Module, node: ast.AST) -> Iterator[str]:
    """The rule of a finding that is made here, and what a comment beside it, or beside a `raise`, names."""
    if not isinstance(node, ast.Raise | ast.Call):
        return
    rule = finding_rule(node)
    if rule:
        yield from ids_in(rule)
    if rule or isinstance(node, ast.Raise):
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            yield from module.noted.get(line, ())


def _key(module: _Module, node: ast.AST) -> _Key | None:
    """What a name stands for: something of this module, or of the one that it was imported from."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        whole = module.imported.get(node.value.id)
        return (whole[0], node.attr) if whole and not whole[1] else None
    if isinstance(node, ast.Name):
        return (module.path, node.id) if node.id in module.defined else module.imported.get(node.id)
    return None
