"""``make faults``: the fault programme at its full dose. The last line is JSON; exit code 1 on any breach.

``--shape`` runs it on a loop without one of its habits, which must end in red. What a habit guards against shows when
updates meet a worker that does not remember their issue, so give it a cold worker and a crowd:
``--shape without-mark --cold --issues 4 --pause-s 0.1 --worker-kills 0 --server-kills 0``.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from tests.chaos.checks import as_data, failed
from tests.chaos.programme import Dose, programme
from tests.chaos.worker import SHAPES


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.chaos")
    asked.add_argument("--commands", type=int, default=1000)
    asked.add_argument("--worker-kills", type=int, default=30)
    asked.add_argument("--server-kills", type=int, default=5)
    asked.add_argument("--issues", type=int, default=12)
    asked.add_argument("--cold", action="store_true", help="a worker that remembers no issue between its tasks")
    asked.add_argument("--callers", type=int, default=12)
    asked.add_argument("--pause-s", type=float, default=0.3, help="longest pause of a caller between commands")
    asked.add_argument("--seed", type=int, default=13710)
    asked.add_argument("--shape", choices=sorted(SHAPES), default="real")
    dose = Dose(**vars(asked.parse_args()))
    with tempfile.TemporaryDirectory() as data:
        verdict = asyncio.run(programme(dose, Path(data)))
    print(json.dumps(as_data(verdict), ensure_ascii=False))
    return 1 if failed(verdict) else 0


if __name__ == "__main__":
    sys.exit(main())
