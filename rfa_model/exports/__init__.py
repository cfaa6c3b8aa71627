"""Surfaces of a run for other programs: lesions, needles, nerves and bone as STL, VTP and glTF."""
