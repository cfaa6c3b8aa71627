"""One case, solved by this package and by others: one file per solver, each run as a process of its own.

The programs here may be run in an environment without ``rfa_model``; only :mod:`package` and :mod:`dolfinx_script` use
it, the latter to read the mesh.
"""
