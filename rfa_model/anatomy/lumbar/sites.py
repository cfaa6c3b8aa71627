"""The nerves that supply the lumbar facet joints, and the bone each is reached on."""

from __future__ import annotations

from dataclasses import dataclass

from rfa_model.errors import InputError


@dataclass(frozen=True)
class NerveSite:
    """A nerve by its root, and where a needle meets it.

    A medial branch crosses the transverse process of the vertebra *below* its root (Bogduk N, Long DM, J Neurosurg
    1979;51:172): the L4 medial branch lies on L5, the L3 medial branch on L4.

    Attributes
    ----------
    root : str
        Level of the root, which the nerve is called by: ``L4``.
    branch : str
        ``medial branch`` or, at L5, ``dorsal ramus``.
    vertebra : str
        Whose articular process the nerve lies on.
    place : str
        The bone in words.
    """

    root: str
    branch: str
    vertebra: str
    place: str

    @property
    def key(self) -> str:
        """The nerve's name in results."""
        return self.branch.replace(" ", "_")

    @property
    def label(self) -> str:
        """The nerve's name in words: ``L4 medial branch``."""
        return f"{self.root} {self.branch}"


def _medial_branch(root: str, vertebra: str) -> NerveSite:
    return NerveSite(root, "medial branch", vertebra, f"on the {vertebra} transverse process")


SITES = {
    site.root: site
    for site in (
        _medial_branch("T12", "L1"),
        _medial_branch("L1", "L2"),
        _medial_branch("L2", "L3"),
        _medial_branch("L3", "L4"),
        _medial_branch("L4", "L5"),
        NerveSite("L5", "dorsal ramus", "S1", "on the sacral ala, beside the S1 articular process"),
    )
}


def site_of_nerve(nerve: str) -> NerveSite:
    """Return where a nerve is met.

    Raises
    ------
    InputError
        If the nerve is none of T12, L1 … L5.
    """
    if nerve not in SITES:
        raise InputError(f"anatomy.nerve: no lumbar nerve {nerve!r}; choose one of {', '.join(SITES)}")
    return SITES[nerve]
