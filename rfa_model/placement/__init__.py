"""Where an applicator lies in the patient, and poses that no operator would choose."""

from rfa_model.placement.place import place

__all__ = ["place"]
