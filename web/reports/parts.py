"""A report as a page and a file show it: parts with a sentence that defines them, a table, and a chart of the table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.figures import days, load, returns
from rules.figures.report import Report
from rules.figures.shares import Share
from rules.figures.told import State
from web.epep.take_away.sheets import Cell
from web.reports.charts import Bar, BarChart, Column, ColumnChart, bar_chart, column_chart

STATES = {
    State.SIGNED_OFF: "Signed off",
    State.WITH_THE_VIRTUAL_SCHOOL: "With the Virtual School for sign-off",
    State.BEING_COMPLETED: "Meeting held, being completed or signed",
    State.MEETING_TO_COME: "Meeting agreed and to come",
    State.NOT_RECORDED: "Meeting day has come, not recorded",
    State.NO_DATE: "No meeting date",
    State.MISSED: "Missed: no meeting in the term",
    State.PAUSED: "Paused",
    State.ENDED: "Ended: the child left care first",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a report. `name` is what its file and its place on the page are called."""

    name: str
    title: str
    definition: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: BarChart | ColumnChart | None = None
    empty: str = "Nothing to count."


def parts_of(report: Report, names: Mapping[str, str], by: str) -> list[Part]:
    """Every part of the reviews' figures. `names` are the groups' names by their keys, `by` what they are called."""
    return [
        _standing(report),
        _shares(report),
        _days(report),
        _reasons(report),
        _moves(report),
        _load(report),
        _groups(report, names, by),
    ]


def percent(share: Share) -> str:
    """`67%`, or what there is to say where nothing is counted."""
    return "none to count" if share.percent is None else f"{share.percent}%"


def _standing(report: Report) -> Part:
    rows = [(STATES[state], count) for state, count in report.standing]
    bars = [Bar(label, count, str(count)) for label, count in rows if count]
    definition = "Every review that had opened, in the one state in which it was at the end of the day."
    title = "Where 1 review stands" if report.reviews == 1 else f"Where {report.reviews} reviews stand"
    return Part("standing", title, definition, ("State", "Reviews"), tuple(rows), bar_chart("standing", title, bars))


def _shares(report: Report) -> Part:
    rows = tuple((one.title, percent(one), one.count, one.of, _left_out(one), one.definition) for one in report.shares)
    bars = [Bar(one.title, one.percent, f"{one.percent}%") for one in report.shares if one.percent is not None]
    header = ("Figure", "Share", "Counted", "Of", "Left out", "How it is counted")
    definition = "Each figure with how many reviews it counts, of how many, and which it leaves out and why."
    title = "In time, first time, moved"
    return Part("figures", title, definition, header, rows, bar_chart("figures", "Shares in per cent", bars, most=100))


def _left_out(share: Share) -> str:
    return "; ".join(f"{count}: {reason}" for reason, count in share.left_out)


def _days(report: Report) -> Part:
    rows = tuple((_capital(one.party.in_words), one.plans, one.median, one.nine_of_ten) for one in report.held)
    bars = [
        Bar(_capital(one.party.in_words), one.nine_of_ten, f"{one.median:g} (90%: {one.nine_of_ten})", part=one.median)
        for one in report.held
        if one.median is not None and one.nine_of_ten is not None
    ]
    title = "Working days held by each party"
    chart = bar_chart("days", f"{title}: median, full bar, and 90th percentile, outline", bars) if bars else None
    header = ("Party", "Plans", "Median", "90th percentile")
    return Part("days", title, days.DEFINITION, header, rows, chart, "No plan is signed off yet.")


def _reasons(report: Report) -> Part:
    counted, reasons = report.reasons.counted, report.reasons.returns
    bars = [Bar(reason, count, str(count)) for reason, count in counted]
    title = f"Reasons for {reasons} {'return' if reasons == 1 else 'returns'}"
    chart = bar_chart("reasons", title, bars) if bars else None
    return Part("reasons", title, returns.DEFINITION, ("Reason", "Times"), counted, chart, "Nothing was returned.")


def _moves(report: Report) -> Part:
    rows = tuple((_times(times), reviews) for times, reviews in report.moves)
    bars = [Bar(str(label), reviews, str(reviews)) for label, reviews in rows]
    title = "How often meetings were moved"
    definition = "Reviews that had an agreed date, by how many times one did not stand."
    chart = bar_chart("moves", title, bars) if bars else None
    return Part("moves", title, definition, ("Moved", "Reviews"), rows, chart, "No meeting had a date yet.")


def _times(times: int) -> str:
    return {0: "Never", 1: "Once", 2: "Twice"}.get(times, f"{times} times")


def _load(report: Report) -> Part:
    weeks = report.load.weeks
    rows = tuple((f"{one.monday:%-d %b %Y}", one.arrived, one.answered, one.waiting, one.expected) for one in weeks)
    columns = [Column(f"{one.monday:%-d %b}", one.arrived, one.expected, one.answered) for one in weeks]
    series = ("Arrived", "Expected", "Answered")
    title = "Sign-off, week by week"
    chart = column_chart("load", title, series, columns) if columns else None
    undated = report.load.undated
    more = f" {undated} {'has' if undated == 1 else 'have'} none." if undated else ""
    header = ("Week from", "Arrived", "Answered", "Waiting at its end", "Expected")
    return Part("load", title, load.DEFINITION + more, header, rows, chart, "No plan has a date yet.")


def _groups(report: Report, names: Mapping[str, str], by: str) -> Part:
    rows = tuple(_group_rows(report, names))
    titles = [share.title for share in report.groups[0].headlines] if report.groups else []
    definition = (
        "Every review is counted where it opened, also when the child has moved since. Small numbers are shown as they "
        "are: a report does not leave the authority."
    )
    header = (_capital(by), "Reviews", *titles)
    return Part("groups", f"By {by}", definition, header, rows, None, "No review had opened.")


def _group_rows(report: Report, names: Mapping[str, str]) -> Iterator[tuple[Cell, ...]]:
    for group in sorted(report.groups, key=lambda one: names.get(one.key, one.key) if names else ""):
        cells: Sequence[str] = [_of(share) for share in group.headlines]
        yield (names.get(group.key, group.key), group.reviews, *cells)


def _of(share: Share) -> str:
    return "none to count" if share.percent is None else f"{share.percent}% ({share.count} of {share.of})"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
