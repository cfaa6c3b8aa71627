"""Pieces of Markdown: numbers, units, links to a source."""

UNITS = {
    "kg_per_m3": "kg/m³",
    "J_per_kgK": "J/(kg K)",
    "J_per_kg": "J/kg",
    "J_per_mol": "J/mol",
    "J_per_m3K": "J/(m³ K)",
    "W_per_mK2": "W/(m K²)",
    "W_per_mK": "W/(m K)",
    "W_per_m2K": "W/(m² K)",
    "W_per_m3K": "W/(m³ K)",
    "W_per_kg": "W/kg",
    "W_per_Ks": "W/(K s)",
    "W_per_K": "W/K",
    "S_per_m": "S/m",
    "per_C": "1/°C",
    "per_s": "1/s",
    "V_rms": "V rms",
    "A_rms": "A rms",
    "mm3": "mm³",
    "MiB": "MiB",
    "ohm": "Ω",
    "min": "min",
    "deg": "°",
    "mm": "mm",
    "W": "W",
    "C": "°C",
    "J": "J",
    "s": "s",
}
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def split_unit(field: str) -> tuple[str, str]:
    """``tip_length_mm`` -> ("tip length", "mm"); no unit at the end -> an empty one."""
    for suffix in sorted(UNITS, key=len, reverse=True):
        if field.endswith(f"_{suffix}"):
            return field.removesuffix(f"_{suffix}").replace("_", " "), UNITS[suffix]
    return field.replace("_", " "), ""


def number(value: float) -> str:
    """Shortest text of a number; powers of ten written out from a million and below a thousandth."""
    if value and not 1e-3 <= abs(value) < 1e6:
        mantissa, _, exponent = f"{value:e}".partition("e")
        power = f"10{str(int(exponent)).translate(_SUPERSCRIPT)}"
        digits = f"{float(mantissa):g}"
        return power if digits == "1" else f"{digits} × {power}"
    return f"{value:.10g}".replace("-", "−")


def source(key: str) -> str:
    """A link to an entry of the reference list."""
    return f"[{key}](#ref-{key})"


def status(word: str) -> str:
    """A status, coloured."""
    return f"[{word}]{{.status .status-{word}}}"


def sourced(value: str, key: str, word: str) -> str:
    """A value with its source and status below it, for tables with many columns."""
    return f"{value} [{source(key)} {status(word)}]{{.origin}}"
