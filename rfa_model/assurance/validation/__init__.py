"""Do lesions look like measured ones: the bench grid beside published bands, run by ``rfa-model bench``."""
