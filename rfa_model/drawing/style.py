"""Colours, sizes and ranges every picture shares, so that two arms or two runs can be laid side by side.

Colours are the Okabe-Ito set, others that stand out from it with any colour vision, and quiet neutrals for bone and
steel.
"""

from typing import NamedTuple

PICTURE_SIZE_PX = (1600, 1200)
DPI = 100

BONE = "#EDE3CC"
NEIGHBOUR_BONE = "#D9D4C8"
DISC = "#BFD0D8"
INSULATION = "#34465E"
METAL = "#C6CCD4"
LESION = "#D55E00"
NERVE_INSIDE = "#F0E442"
NERVE_OUTSIDE = "#0072B2"
PROTECTED_NERVE = "#009E73"
COOLANT = "#CFE6F5"
MUSCLE = "#A1554F"
INK = "#1E2530"
FAINT_INK = "#5B6673"

GHOST_OPACITY = 0.35  # of a needle where it made lesions before
GHOST = "#E4E7EB"

SHAFT_DRAWN_MM = 90.0  # from the distal end
LESION_OPACITY, ISOTHERM_OPACITY = 0.30, 0.25

TEMPERATURE_RANGE_C = (37.0, 95.0)
TEMPERATURE_STEP_C = 2.0
TEMPERATURE_MAP = "inferno"
DARKEST_SHARE = 0.14
ISOTHERM_C = 50.0
ISOTHERMS_C = (ISOTHERM_C, 60.0)

# A criterion has one colour wherever it is drawn. The one that the lesion is drawn by has an unbroken line, the others
# their own kind of dashes; over a coloured ground a line lies on a white casing. Tests hold what tells the colours
# apart, also as translucent shells: with any colour vision from each other and from nerves, those of curves by a
# contrast of 3 : 1 from white.
CRITERION_COLOURS = {
    "visible_edge": "#A020F8",
    "arrhenius": LESION,
    "arrhenius_99": "#CC79A7",
    "isotherm_45C": "#69D8FF",
    "isotherm_50C": "#240C90",
    "isotherm_60C": "#6C0000",
    "cem43_240min": "#5F5F5F",
}
CASING = "#FFFFFF"
CRITERION_DASHES = {"arrhenius": "dashdot", "isotherm_50C": "dashed", "isotherm_60C": "dotted"}
# Of the arms where several share one plot: every one its own, as many as a scenario may have. In a row of arms colour
# and dashes change together, so that dashes tell neighbours apart without colour; markers come when both are used up.
ARM_COLOURS = (INK, NERVE_OUTSIDE, "#B7568A", PROTECTED_NERVE, "#8C2D04")
ARM_DASHES = ("solid", "dashed", "dashdot", "dotted")
ARM_MARKERS = ("", "o", "s")
MOST_ARMS = len(ARM_COLOURS) * len(ARM_DASHES) * len(ARM_MARKERS)


class ArmLine(NamedTuple):
    """Colour, dashes and marker (none, circle or square) of an arm's curve, in matplotlib's words."""

    colour: str
    dashes: str
    marker: str


def arm_line(number: int) -> ArmLine:
    """Line of the arm of that number, from 0; no two of `MOST_ARMS` are alike."""
    marker, place = divmod(number, len(ARM_COLOURS) * len(ARM_DASHES))
    shift, colour = divmod(place, len(ARM_COLOURS))
    return ArmLine(
        ARM_COLOURS[colour],
        ARM_DASHES[(colour + shift) % len(ARM_DASHES)],
        ARM_MARKERS[marker % len(ARM_MARKERS)],
    )


SURFACE_COLOURS = {"bone": BONE, "neighbour_bone": NEIGHBOUR_BONE, "disc": DISC, "cartilage": DISC}
VERDICT_COLOURS = {"ok": "#009E73", "warning": "#E69F00", "error": "#D55E00"}

FONT_SIZES = {"title": 24, "text": 17, "small": 14}
FONT = {"font.family": "DejaVu Sans", "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": FAINT_INK}


type Line = tuple[str, str]  # colour and dashes


def criterion_line(name: str, *, leading: bool = False) -> Line:
    """Line of a criterion: unbroken where the lesion is drawn by it."""
    return criterion_colour(name), "solid" if leading else CRITERION_DASHES.get(name, "dashdot")


def criterion_colour(name: str) -> str:
    """Colour of a criterion; one of the user's own has the lesion's."""
    return CRITERION_COLOURS.get(name, LESION)
