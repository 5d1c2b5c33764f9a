"""`./pep rehearse` writes what ACTS.md says, tells a time line, and leaves nothing behind however it ends."""

import json
import os
from pathlib import Path

from tests.cli.commands import DATA, pep, pep_alone, started, written
from tests.local.processes import descendants, eventually, lives
from tests.support.import_files import roll_of

ACTS = """\
{"at": "2026-09-10T09:00", "child": "C001", "action": "arrange_meeting", "by": "social_worker", "on": "2026-10-14"}
{"at": "2026-09-10T09:00", "child": "C001", "action": "arrange_meeting", "by": "social_worker", "on": "2026-10-17"}
"""
KINDS = {
    "opened": set(),
    "stage": {"stage"},
    "deadline": {"name", "on", "sentence"},
    "accepted": {"action"},
    "refused": {"action", "rules", "sentences"},
    "letter": {"kind", "to"},
    "missed": {"why"},
}


def programme(folder: Path, *more: str) -> list[str]:
    """A child's autumn term of 2026."""
    roll = written(folder, "roll.csv", roll_of({"school_calendar": "staffordshire"}))
    return [
        "rehearse",
        "--year",
        "2026/27",
        "--term",
        "autumn",
        "--terms",
        str(DATA / "term_dates.csv"),
        "--roll",
        roll,
        *more,
    ]


async def test_it_writes_exactly_what_is_promised_and_tells_it(tmp_path: Path) -> None:
    acts, out = written(tmp_path, "acts.jsonl", ACTS.encode()), tmp_path / "out.json"
    before = descendants(os.getpid())
    ended = await pep_alone(*programme(tmp_path, "--acts", acts, "--json", str(out)))
    assert ended.code == 0, ended.err
    assert descendants(os.getpid()) - before == set()
    played = json.loads(out.read_text())
    assert list(played) == ["children", "reviews", "wall_seconds", "journal", "economy"]
    assert (played["children"], played["reviews"]) == (1, 1)
    assert list(played["economy"]) == ["events_per_review", "history_bytes_per_review", "actions_per_review"]
    assert {row["what"] for row in played["journal"]} == set(KINDS)
    for row in played["journal"]:
        assert set(row) == {"at", "child", "term", "what"} | KINDS[row["what"]]
    assert [row["at"] for row in played["journal"]] == sorted(row["at"] for row in played["journal"])
    assert "Thu 10 September 2026\n  09:00  C001  arrange meeting\n" in ended.out
    assert "arrange meeting refused (B2): Saturday 17 October 2026" in ended.out
    assert "1 child, 1 review, played in" in ended.out
    assert "playing September 2026 ..." in ended.err


async def test_nothing_outlives_sigkill(tmp_path: Path) -> None:
    async with started(*programme(tmp_path)) as process:
        assert process.stderr
        assert await process.stderr.readline() == b"playing September 2026 ...\n"
        children = descendants(process.pid)
        assert len(children) > 3
        process.kill()
        await process.wait()
    await eventually(lambda: not any(lives(pid) for pid in children))


async def test_what_cannot_be_played_is_said_in_sentences(tmp_path: Path) -> None:
    acts = written(
        tmp_path,
        "acts.jsonl",
        b'{"at": "soon", "child": "C001"}\nnonsense\n{"at": "2026-08-31T09:00", "child": "C1"}\n',
    )
    year = await pep(*programme(tmp_path, "--year", "2026"))
    bad_acts = await pep(*programme(tmp_path, "--acts", acts))
    no_term = await pep(*programme(tmp_path, "--year", "2031/32"))
    no_folder = await pep(*programme(tmp_path, "--json", str(tmp_path / "none" / "out.json")))
    until = await pep(*programme(tmp_path, "--until", "2027/28"))
    assert (until.code, until.err) == (2, "--term is a term of one year; leave out --until, or play every term.\n")
    assert (year.code, bad_acts.code, no_term.code, no_folder.code) == (2, 1, 1, 1)
    assert year.err == "--year is no academic year; write it as 2026/27.\n"
    assert [line.split(":")[0] for line in bad_acts.err.splitlines()] == ["line 1", "line 2", "line 3", "line 3"]
    assert "line 3: at: Monday 31 August 2026, 09:00 lies outside the time that is played" in bad_acts.err
    assert "line 3: child: C1 is not on the roll; correct it." in bad_acts.err
    assert "have no autumn term 2031/32" in no_term.err
    assert "cannot be written" in no_folder.err
