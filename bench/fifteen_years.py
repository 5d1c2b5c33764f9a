"""How long a rehearsal of fifteen years of one child takes: the whole command, from its first line to its last.

.venv/bin/python -m bench.fifteen_years [prompt|typical|slow]
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.invented_years import roll, term_dates

PEP = Path(__file__).parent.parent / "pep"
FIRST, LAST, YEARS = "2026/27", "2040/41", 15


def main(people: str) -> None:
    with tempfile.TemporaryDirectory(prefix="pep-bench-") as name:
        folder = Path(name)
        began, before = time.monotonic(), _processor_seconds()
        played = _rehearsed(folder, people)
        wall, busy = time.monotonic() - began, _processor_seconds() - before
    for line in _measured(played, wall, busy):
        print(line)


def _rehearsed(folder: Path, people: str) -> dict[str, Any]:
    terms, children, out = folder / "terms.csv", folder / "roll.csv", folder / "out.json"
    terms.write_bytes(term_dates(int(FIRST[:4]), YEARS))
    children.write_bytes(roll())
    command: list[str | Path] = [
        PEP,
        "rehearse",
        "--year",
        FIRST,
        "--until",
        LAST,
        "--terms",
        terms,
        "--roll",
        children,
    ]
    subprocess.run([*command, "--people", people, "--json", out], check=True, stdout=subprocess.DEVNULL)
    played: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return played


def _measured(played: dict[str, Any], wall: float, busy: float) -> list[str]:
    happened = Counter(row["what"] for row in played["journal"])
    reviews, spent = played["reviews"], played["economy"]
    return [
        f"wall seconds          {wall:.1f}",
        f"processor seconds     {busy:.1f}, all processes",
        f"reviews               {reviews}, {happened['grant']} paid, {happened['missed']} missed",
        f"milliseconds a review {1000 * wall / max(1, reviews):.0f}",
        f"acts                  {happened['accepted']} accepted, {happened['refused']} refused",
        f"letters               {happened['letter']}",
        f"events per review     {spent['events_per_review']}",
        f"actions per review    {spent['actions_per_review']}",
    ]


def _processor_seconds() -> float:
    """Of every process that was started here and has ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "typical")
