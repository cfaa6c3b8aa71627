"""Thousands of runs: what varies, which trials, where they are kept, and what they say with which certainty."""

from rfa_model._shipped import shipped_studies
from rfa_model.studies.read import PlannedStudy, load_study
from rfa_model.studies.results import StudyResults, read_study
from rfa_model.studies.run import run_study
from rfa_model.studies.study import Study

__all__ = ["PlannedStudy", "Study", "StudyResults", "load_study", "read_study", "run_study", "shipped_studies"]
