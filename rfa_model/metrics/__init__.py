"""Quantities of interest from plain arrays: lesion, nerve, structure, electrical. No files, no solver.

>>> from rfa_model.metrics.lesion import LesionVolume          # the volume of a lesion, at every time step
>>> from rfa_model.metrics.evaluate import evaluate            # everything about one solved arm
"""
