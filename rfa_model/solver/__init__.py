"""Linear solvers, time stepping, controllers and the coupled transient."""
