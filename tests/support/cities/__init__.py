"""A second city, invented: six supervision groups over nine counties, its departments and a county unit among them."""

import shutil
from pathlib import Path

from tests.support.puyang import CITY_FOLDER

YUNCHUAN = Path(__file__).parent / "yunchuan"
SHARED = ("calendar.yaml", "calendar.csv", "schedules.yaml", "profiles", "laws", "notify")
"""What it says as the sample city does."""


def yunchuan(folder: Path) -> Path:
    """The city's whole folder."""
    own = folder / "yunchuan"
    shutil.copytree(YUNCHUAN, own)
    for name in SHARED:
        source = CITY_FOLDER / name
        if source.is_dir():
            shutil.copytree(source, own / name)
        else:
            shutil.copy(source, own)
    return own
