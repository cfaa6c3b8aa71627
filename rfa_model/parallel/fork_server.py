"""Loaded first by a process that others are forked from: it works on one core, and ends at once."""

import os

from rfa_model.parallel.workers import end_at_once

os.environ.setdefault("OMP_NUM_THREADS", "1")
end_at_once()
