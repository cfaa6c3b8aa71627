"""Loaded before anything that would start threads of its own: this process works on one core."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
