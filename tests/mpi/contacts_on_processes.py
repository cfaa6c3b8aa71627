"""A coarse pair of needles, bipolar, on the processes it is started on; prints what the first knows as JSON."""

import json

import numpy as np

from rfa_model._fenics import MPI
from rfa_model.assurance.verification.tools.bioheat import BODY_C, SIGMA
from rfa_model.assurance.verification.tools.contacts import ContactMesh, Rod, Sizes, mesh_of
from rfa_model.laws import ElectricConductivity
from rfa_model.physics.drives import Bipolar
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.unit_potential import UnitPotential

comm, arrays = MPI.COMM_WORLD, None
if comm.rank == 0:
    rods = [Rod(f"{side}_tip", y, 0.45, -5.0, 5.0) for side, y in (("left", -4.0), ("right", 4.0))]
    rods += [Rod(f"{side}_shaft", y, 0.45, 5.0, 99.0) for side, y in (("left", -4.0), ("right", 4.0))]
    arrays = mesh_of(rods, ("left_tip", "right_tip"), Sizes(0.6, 0.5, 30.0))
domain = Domain.of(ContactMesh.of(arrays, comm), 2)
systems, sigma = LinearSystems.of(domain, 0.03), np.full(len(domain.cells["tissue"]), SIGMA)
drive = Bipolar(("right_tip",), ("left_tip",))
current = UnitPotential(systems.electric, sigma, ElectricConductivity(slope_per_C=0.0), drive, rtol=1e-12)
current.update(np.full(domain.tables.local_size, BODY_C))
found = {
    "cells": [comm.allreduce(len(own), op=MPI.SUM) for own in domain.contacts.values()],
    "conductance_S": current.conductance_matrix_S().ravel().tolist(),
    "voltages": current.voltages.tolist(),
    "currents_S": current.currents_S.tolist(),
    "volume_power_W": current.volume_power_W,
    "beyond_S": current.problem.far_field_current_A(current.potential),
}
if comm.rank == 0:
    print(json.dumps(found))
