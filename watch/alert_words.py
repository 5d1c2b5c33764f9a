"""What an alert says: numbers, counts, pounds, fixed words and a link. Never a reference, a name or an error's text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.alerts import AlertKind
from contracts.clock import LONDON
from contracts.problems import ProblemState
from rules.problem_words import ProblemWords, words_for
from store.alerts import WaitingAlert

LISTED = 10
"""Problems that one message names; the rest are counted."""

_EVENT = {AlertKind.NEW: "new", AlertKind.CAME_BACK: "came back", AlertKind.RESOLVED: "works again"}
_DATABASE = {
    AlertKind.DATABASE_AWAY: "PostgreSQL does not answer",
    AlertKind.DATABASE_BACK: "PostgreSQL answers again",
}
_DATABASE_MEANS = {
    AlertKind.DATABASE_AWAY: "Nothing can be read or stored until it is back, and no other alert can be sent. "
    "What Temporal has goes on by itself afterwards.",
    AlertKind.DATABASE_BACK: "The service goes on by itself. What is still stuck comes in alerts of its own.",
}


@dataclass(frozen=True, slots=True)
class Message:
    """The same alert as mail and as JSON."""

    subject: str
    text: str
    payload: dict[str, Any]


def of_problems(alerts: Sequence[WaitingAlert], site_url: str, now: datetime, next_at: datetime | None) -> Message:
    """One message for all of these. `next_at`: further messages are held until then."""
    named, more = alerts[:LISTED], max(0, len(alerts) - LISTED)
    lines = [_line(alert, site_url) for alert in named]
    if more:
        lines.append(f"And {more} more: {site_url}/console")
    if next_at:
        lines.append(f"There were many messages: whatever else is found comes in one, at {_hour(next_at)}.")
    payload = {
        "service": "pep",
        "at": now.isoformat(),
        "alerts": [_payload(alert, site_url) for alert in named],
        "more": more,
        "next_at": next_at.isoformat() if next_at else None,
        "link": f"{site_url}/console",
    }
    return Message(_subject(alerts), "\n\n".join(lines) + "\n", payload)


def of_the_database(kind: AlertKind, site_url: str, now: datetime) -> Message:
    """What is told without any database."""
    payload = {"service": "pep", "at": now.isoformat(), "event": kind.value, "link": f"{site_url}/console/health"}
    text = f"{_DATABASE[kind]}, as of {_hour(now)}.\n\n{_DATABASE_MEANS[kind]}\n\n{site_url}/console/health\n"
    return Message(f"PEP: {_DATABASE[kind]}", text, payload)


def _subject(alerts: Sequence[WaitingAlert]) -> str:
    problems, last = {alert.problem_id for alert in alerts}, alerts[-1]
    if len(problems) == 1:
        return f"PEP: {_words(last).title} ({_EVENT[last.kind]}, problem {last.problem_id})"
    return f"PEP: {len(problems)} problems"


def _line(alert: WaitingAlert, site_url: str) -> str:
    words, state = _words(alert), ", resolved meanwhile" if _is_over(alert) else ""
    said = [f"Problem {alert.problem_id}, {_EVENT[alert.kind]}{state}: {words.title}."]
    if alert.things:
        said.append(f"{_counted(alert)}.")
    if alert.problem_state is not ProblemState.RESOLVED:
        said.append(words.next_step)
    return "\n".join([*said, _link(alert, site_url)])


def _counted(alert: WaitingAlert) -> str:
    children = f"{alert.children} {'child' if alert.children == 1 else 'children'}, " if alert.children else ""
    held = f", £{alert.pence / 100:,.2f} held up" if alert.pence else ""
    return f"{children}{alert.things} {'thing' if alert.things == 1 else 'things'} stuck{held}"


def _words(alert: WaitingAlert) -> ProblemWords:
    return words_for(alert.problem_kind, alert.step, alert.error_type)


def _payload(alert: WaitingAlert, site_url: str) -> dict[str, Any]:
    return {
        "problem": alert.problem_id,
        "event": alert.kind.value,
        "class": alert.problem_kind.value,
        "says": _words(alert).title,
        "step": alert.step,
        "state": alert.problem_state.value,
        "children": alert.children,
        "things": alert.things,
        "pounds": f"{alert.pence / 100:.2f}",
        "found_at": alert.at.isoformat(),
        "link": _link(alert, site_url),
    }


def _is_over(alert: WaitingAlert) -> bool:
    return alert.kind is not AlertKind.RESOLVED and alert.problem_state is ProblemState.RESOLVED


def _link(alert: WaitingAlert, site_url: str) -> str:
    return f"{site_url}/console/problems/{alert.problem_id}"


def _hour(instant: datetime) -> str:
    return f"{instant.astimezone(LONDON):%H:%M on %d %B}"
