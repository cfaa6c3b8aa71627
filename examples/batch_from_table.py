"""How much does an error of a few degrees in the set point change a lesion?

Each row of a table is one treatment. Thermal damage is dΩ/dt = A exp(−E/RT): with E = 2.577·10⁵ J/mol, ten degrees more
make it ten times faster, while the distance that heat goes, √(4αt), stays. So lesions grow by a fraction of their size
per degree, not tenfold. The needle is the same in all rows, so its mesh and matrices are made once, in a workspace.
"""

import csv
import io

import rfa_model
from rfa_model.scenario import parse_scenario

TABLE = """\
name,set_point_C,hold_s
low,70,6
usual,80,6
longer,80,12
"""
ROW = """
title: {name}
anatomy: {{kind: homogeneous, tissue: muscle}}
criteria: [arrhenius]
numerics: {{resolution: draft, element_order: 1}}
arms:
  {name}:
    probe: conventional_20g_5mm
    protocol:
      - {{ramp: {{to_C: {set_point_C}, duration_s: 4}}}}
      - {{hold: {{temperature_C: {set_point_C}, duration_s: {hold_s}}}}}
"""


def volumes_mm3(table: str = TABLE) -> dict[str, float]:
    """Return the lesion's volume for each row of a CSV table."""
    workspace, volumes = rfa_model.Workspace(), {}
    for row in csv.DictReader(io.StringIO(table)):
        results = rfa_model.simulate(parse_scenario(ROW.format(**row)), workspace=workspace)
        volumes[row["name"]] = results.arms[row["name"]].summary["lesions"]["arrhenius"]["volume_mm3"]
    return volumes


def result() -> float:
    """Return the relative growth per degree of the set point."""
    found = volumes_mm3()
    return float((found["usual"] / found["low"]) ** (1.0 / 10.0) - 1.0)


if __name__ == "__main__":
    for name, volume in volumes_mm3().items():
        print(f"{name:8} {volume:6.1f} mm³")
    print(f"{100.0 * result():.1f} % more volume per degree")
