"""How far apart two colours look to eyes with all cones and without one kind of them."""

import numpy as np
from matplotlib.colors import to_rgb

# Machado, Oliveira and Fernandes (2009), no red, green and blue cones; acts on linear light.
EYES = {
    "normal": np.eye(3),
    "protanopia": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deuteranopia": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "tritanopia": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])
TOE = 216 / 24389


def linear_light(colour):
    """Linear red, green and blue of any colour matplotlib knows."""
    shade = np.array(to_rgb(colour))
    return np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)


def lab(light):
    """CIE 1976 L*a*b* of linear light."""
    relative = TO_XYZ @ np.clip(light, 0.0, 1.0) / WHITE
    x, y, z = np.where(relative > TOE, np.cbrt(relative), (24389 / 27 * relative + 16) / 116)
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])


def distance(one, other, eye="normal"):
    """CIE 1976 colour difference as that eye sees it; 2.3 is just noticed."""
    here, there = (lab(np.array(EYES[eye]) @ linear_light(colour)) for colour in (one, other))
    return float(np.linalg.norm(here - there))


def contrast_with_white(colour):
    """Contrast as WCAG defines it."""
    return 1.05 / (linear_light(colour) @ TO_XYZ[1] + 0.05)


def shell(colour, opacity, ground):
    """Colour where one looks through a translucent shell, front and back, at a ground."""
    share = 1.0 - (1.0 - opacity) ** 2
    return share * np.array(to_rgb(colour)) + (1.0 - share) * np.array(to_rgb(ground))
