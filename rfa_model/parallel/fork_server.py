"""Loaded first by a process that others are forked from: it works on one core, and ends at once."""

from rfa_model.parallel.workers import on_one_core

on_one_core()
