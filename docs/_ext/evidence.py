"""The pages that commands write: linked where they exist, named with their command where they do not."""

from pathlib import Path

from rfa_model._markdown import table

PAGES = {
    "verification": (
        "rfa-model verify",
        "are the equations solved right: exact solutions, rates of convergence, balances",
    ),
    "validation": ("rfa-model bench", "do lesions in bench tissue look like measured ones: published bands"),
    "uncertainty": ("rfa-model study", "how far the answer moves with mesh, time step, domain and uncertain inputs"),
    "peers": ("python -m benchmarks.peer_axisymmetric", "does an independent code find the same answer"),
    "public_models": ("python -m benchmarks.public_models", "do we find what public models, rebuilt, are said to find"),
    "needles": ("python -m benchmarks.needles", "what a cannula's build does: the sensor's tube, meshed; a bevel"),
    "performance": ("python -m benchmarks.performance page", "how long runs take, how much memory, beside what"),
}


def evidence(docs: Path) -> str:
    """Table of the evidence pages."""
    rows = []
    for name, (command, question) in PAGES.items():
        written = (docs / f"{name}.md").is_file()
        if written or command:
            page = f"[{name}]({name}.md)" if written else f"{name} (not written in this copy)"
            rows.append((page, question, f"`{command}`" if command else "by hand"))
    return table(("page", "question", "written by"), rows)


def evidence_tree(docs: Path) -> str:
    """Their table of contents, with the pages that lie in a folder of the same name."""
    names = [name for name in PAGES if (docs / f"{name}.md").is_file()]
    names += [f"{name}/{path.stem}" for name in PAGES for path in sorted((docs / name).glob("*.md"))]
    lines = ["```{toctree}", ":caption: Evidence", ":hidden:", "", *names, "```"]
    return "\n".join(lines) if names else ""
