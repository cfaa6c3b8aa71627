"""How much of the package says what it takes and gives: hardly anything says ``Any``."""

import ast

from tests.unit.project.project_files import ROOT

# Never raise these.
MOST_ANNOTATIONS, MOST_DICTIONARIES = 10, 15
TREES = {path: ast.parse(path.read_text()) for path in sorted((ROOT / "rfa_model").rglob("*.py"))}


def mentions_any(annotation):
    """Whether ``Any`` stands anywhere in an annotation, one in quotes included."""
    if annotation is None:
        return False
    text = [node.value for node in ast.walk(annotation) if isinstance(node, ast.Constant)]
    quoted = [ast.parse(word, mode="eval") for word in text if isinstance(word, str) and "Any" in word]
    names = [node for tree in (annotation, *quoted) for node in ast.walk(tree)]
    return any("Any" in (getattr(node, "id", ""), getattr(node, "attr", "")) for node in names)


def annotations(tree):
    """Every argument's and return's annotation, with where it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = node.args
            for each in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg):
                if each is not None:
                    yield f"{node.lineno} {node.name}({each.arg})", each.annotation
            yield f"{node.lineno} {node.name}()", node.returns


def dictionaries_of_any(tree):
    """Lines that say ``dict[…, Any]`` or ``Mapping[…, Any]``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") in ("dict", "Mapping"):
            values = node.slice.elts[1:] if isinstance(node.slice, ast.Tuple) else []
            if any(getattr(value, "id", "") == "Any" for value in values):
                yield node.lineno


def test_hardly_any_argument_or_return_is_any():
    found = [
        f"{path.relative_to(ROOT)}:{where}"
        for path, tree in TREES.items()
        for where, annotation in annotations(tree)
        if mentions_any(annotation)
    ]
    assert len(found) <= MOST_ANNOTATIONS, "\n".join(found)


def test_hardly_any_dictionary_is_of_any():
    found = [f"{path.relative_to(ROOT)}:{line}" for path, tree in TREES.items() for line in dictionaries_of_any(tree)]
    assert len(found) <= MOST_DICTIONARIES, "\n".join(found)


def test_any_is_found_wherever_it_hides():
    tree = ast.parse("def f(a: Any, b: 'list[Any]', *c: np.floating[Any], d: int) -> dict[str, Any]: ...")
    assert [mentions_any(annotation) for _, annotation in annotations(tree)] == [True, True, False, True, True]
    assert list(dictionaries_of_any(tree)) == [1]
