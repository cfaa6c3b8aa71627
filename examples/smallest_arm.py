"""How is one arm solved without a scenario file, and how much of the nerve does it take?

A treatment is an applicator at a pose p = Rq + t in an anatomy, driven by a protocol. Solved are

    ∇·(σ(T)∇φ) = 0,    ρc ∂T/∂t = ∇·(k∇T) + V²σ|∇φ|² − βw(T − T_b),    dΩ/dt = A exp(−E/RT),

with V² such that the sensor follows the protocol. The lesion is where Ω ≥ 1; the nerve's target is taken where its
whole section lies inside. Whatever is not handed in is the library's: tissues, laws, generator, criteria.
"""

from rfa_model import Treatment, library
from rfa_model.anatomy import LumbarAnatomy
from rfa_model.generator import Hold, Ramp
from rfa_model.placement import place
from rfa_model.scenario import Numerics, Placement
from rfa_model.treatment import Solution


def solve() -> Solution:
    """Return the solved arm: an 18G needle along the medial branch, heated for half a minute."""
    anatomy = LumbarAnatomy(nerve="L4", side="left").build()
    needle = library.probes()["conventional_18g_10mm"].applicator()
    pose = place(needle, Placement(approach="parallel"), anatomy)
    protocol = [Ramp(to_C=80, duration_s=10), Hold(temperature_C=80, duration_s=20)]
    draft = Numerics(resolution="draft", element_order=1)
    return Treatment(anatomy, needle, pose, protocol, numerics=draft).solve()


def result() -> float:
    """Return the share of the nerve's target that the lesion takes."""
    return solve().metrics.nerves["medial_branch"].captured_fraction


if __name__ == "__main__":
    nerve = solve().metrics.nerves["medial_branch"]
    print(f"{nerve.captured_fraction:.0%} of the target taken, {nerve.margin_mm:+.1f} mm to spare")
