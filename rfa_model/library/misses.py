"""Which sizes are known to miss the measured ones, as the bench's page has it."""

from rfa_model.sourced import table


def known_misses() -> str:
    """Return one sentence: which sizes, by how much and which way; written anew with ``docs/validation.md``."""
    found = table("known_misses")
    ways: dict[str, list[str]] = {}
    for way, title, here, published in found["misses"]:
        what = title[:1].lower() + title[1:].removesuffix(", in per cent")
        gain = "gain in " if here.endswith("%") else ""
        ways.setdefault(way, []).append(f"{gain}{what} ({here} here, {published} measured)")
    said = "; ".join(f"{way}: {', '.join(whats)}" for way, whats in ways.items())
    return (
        f"Sizes are known to miss those measured in excised tissue: with the lesion judged as {found['judged']}, "
        f"{found['held']} of {found['tried']} published bands hold, and come out {said}."
    )
