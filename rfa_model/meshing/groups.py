"""Names and tags of the parts of a probe mesh; every cell and every marked facet carries exactly one."""

CELL_GROUPS = {"tissue": 1, "tip": 2, "shaft": 3}
FACET_GROUPS = {"outer": 11, "shaft_end": 12, "lumen": 13, "tip_surface": 14, "shaft_surface": 15, "tip_shaft": 16}
