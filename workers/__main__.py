"""``python -m workers issues`` or ``python -m workers notices``."""

import sys

from workers.processes import main

if __name__ == "__main__":
    main(sys.argv[1:])
