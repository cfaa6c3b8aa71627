"""``python -m rfa_model`` is ``rfa-model``."""

import sys

from rfa_model.cli import main

if __name__ == "__main__":
    sys.exit(main())
