"""A problem in words, for those who must act: what happened, what it means, what is done already, what to do next.

No name, no reference and no text of an exception is in them; the numbers stand beside them on the page.
"""

from dataclasses import dataclass, replace

from contracts.errors import Fault
from contracts.people import Role
from contracts.problems import NOT_TAKEN, GoneBecause, ProblemKind, ProblemState
from rules.ladder import Kind
from rules.letter_words import LETTERS

STATES = {
    ProblemState.NEW: "new",
    ProblemState.LOOKING: "somebody is looking",
    ProblemState.ON_HOLD: "on hold",
    ProblemState.CHECKING: "checking",
    ProblemState.RESOLVED: "resolved",
    ProblemState.CAME_BACK: "came back",
}
GONE = {
    GoneBecause.SUCCEEDED: "The step has succeeded.",
    GoneBecause.OVERTAKEN: "Nothing waits for it any more.",
}
KINDS = {
    ProblemKind.ACTIVITY_FAILING: "a step fails",
    ProblemKind.WORKFLOW_FAILING: "the service's own code fails",
    ProblemKind.NOT_PICKED_UP: "nobody works on it",
    ProblemKind.WAIT_PASSED: "nothing followed",
    ProblemKind.NOT_TOLD: "not passed on",
    ProblemKind.LETTER_NOT_DELIVERED: "letter not delivered",
    ProblemKind.PAYMENT_UNSURE: "payment unsure",
    ProblemKind.SERVICE_STOPPED: "service stopped",
}


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """One problem, told in whole sentences but for the title."""

    title: str
    what: str
    effect: str
    """What it means for children, people and money."""
    by_itself: str
    """What the service does without anybody."""
    next_step: str
    must_act: Role


_NOTHING_LOST = "What people send is stored and counts from the moment they sent it."
_STEPS = {
    "open_review": ("A term's review does not open", "For these children the new term's plan cannot be begun."),
    "take_step": (
        "Deadlines have no effect",
        f"Reminders, chasers and escalations of these plans are late. {_NOTHING_LOST}",
    ),
    "send_letters": ("Letters are not sent", "People have not been told what they should know. Deadlines go on."),
    "release_grant": ("Grant not paid", "The schools wait for this money. It is paid once, however often it is tried."),
    "pay_funding": (
        "Additional funding not paid",
        "The schools wait for this money. It is paid once, however often it is tried.",
    ),
    "escalate_funding": (
        "A late decision on funding is not passed on",
        "The head of the Virtual School has not been told that a decision on additional funding is late.",
    ),
}
_ANOTHER_STEP = ("A step fails", f"These plans do not go on from here. {_NOTHING_LOST}")
_REASONS = {
    Fault.DATABASE_UNAVAILABLE: "the database does not answer",
    Fault.CASE_NOT_FOUND: "the record has no such case",
    Fault.RECORD_DISAGREES: "the record rules it out",
    Fault.CLOCK_SKEW: "two clocks differ",
    Fault.STEP_WITHOUT_EFFECT: "nothing follows from it",
    Fault.MAIL_UNAVAILABLE: "the mail server takes nothing",
    Fault.MAIL_REFUSED: "the address is refused",
    Fault.NOBODY_TO_WRITE_TO: "nobody has this role",
    Fault.FINANCE_UNAVAILABLE: "the finance system does not answer",
    Fault.FINANCE_UNKNOWN: "nobody can say whether it was paid",
    Fault.FINANCE_REFUSED: "the finance system refuses it",
    Fault.ON_HOLD: "the case is on hold",
}
_OUR_FAULT, _TOO_SLOW = "a fault of this service", "an answer that does not come in time"
_PARTS = {"worker": "The worker", "web": "A web process", "watch": "The watch"}
_BASES = {
    ProblemKind.WORKFLOW_FAILING: ProblemWords(
        "These plans cannot go on: a fault of this service",
        "Our software met something that it was not made for, and stopped where it was rather than do something wrong.",
        f"No reminder, deadline or payment of these plans happens meanwhile. {_NOTHING_LOST}",
        "The same code is tried again and again. That helps only once the code is another.",
        "Report it with the number of this problem. An engineer can start the runs anew from the record, or take them "
        "back to an earlier point.",
        Role.ENGINEER,
    ),
    ProblemKind.NOT_PICKED_UP: ProblemWords(
        "Nobody works on these plans",
        "These runs wait for a worker, and none asks for them: no worker runs, or none of their version or queue.",
        f"No reminder, deadline or payment of these plans happens meanwhile. {_NOTHING_LOST}",
        "They go on by themselves as soon as a worker of their version asks for their queue.",
        "Look at Health: start the workers that are missing. Where their version is gone for good, an engineer starts "
        "the runs anew from the record.",
        Role.OPERATOR,
    ),
    ProblemKind.WAIT_PASSED: ProblemWords(
        "Something was due, and nothing followed",
        "The day on which something should have followed has passed, and the process has not acted.",
        f"A reminder, an escalation or the opening of a review is late. {_NOTHING_LOST}",
        "Nothing: a process that waits for a time that has passed does not wake by itself.",
        "Try now: the process looks at the time again. If it is still here after that, an engineer starts the run "
        "anew from the record.",
        Role.OPERATOR,
    ),
    ProblemKind.NOT_TOLD: ProblemWords(
        "What people did is not passed on",
        "Acts are stored, and the process that waits for them has not heard of them.",
        "The acts count, and nobody has to do them again. What follows from them is late: people may be reminded of "
        "what they have done already.",
        "The worker passes them on again and again, until Temporal takes them.",
        "Look at Health: bring Temporal or the worker back. If both work, try now.",
        Role.OPERATOR,
    ),
    ProblemKind.LETTER_NOT_DELIVERED: ProblemWords(
        "Letter not delivered",
        "The mail server refused the letter for good, sent it back later, or took nothing for five days.",
        "Somebody has NOT been told. No deadline waits for that.",
        "Nothing more: the same letter to the same address would fail again.",
        "The Virtual School corrects the address, and the letter goes there. Otherwise tell them by telephone.",
        Role.VIRTUAL_SCHOOL,
    ),
    ProblemKind.PAYMENT_UNSURE: ProblemWords(
        "Payment unsure",
        "Nobody can say whether the payment was made: the finance system broke off before it answered.",
        "The money may have moved or not. Nothing is paid a second time meanwhile.",
        "The payment is looked up by its key, again and again. It is not sent again.",
        "Finance looks the payment up by its key. If it was paid, mark it so with the evidence; if not, pay again. "
        "Both need a second person of finance.",
        Role.FINANCE,
    ),
    ProblemKind.SERVICE_STOPPED: ProblemWords(
        "A part of the service has stopped",
        "A process of ours no longer says that it lives, and it has not said that it ends.",
        "Reminders, deadlines, letters and payments wait until it is back. What people send is kept.",
        "The supervisor starts it again, where there is one. What waited then goes on by itself.",
        "Look at its machine and its log, and start it there. The runbook says how.",
        Role.OPERATOR,
    ),
}


def words_for(kind: ProblemKind, step: str, error_type: str) -> ProblemWords:
    """The words of everything that is stuck in one way. Any step and any type of error is told somehow."""
    match kind:
        case ProblemKind.ACTIVITY_FAILING:
            return _of_a_step(step, error_type)
        case ProblemKind.WORKFLOW_FAILING if "determin" in error_type.lower():
            return replace(
                _BASES[kind],
                title="These plans cannot go on: the software was updated",
                what="The service runs other code than the code with which these runs began, and they do not fit.",
            )
        case ProblemKind.NOT_PICKED_UP:
            return _not_picked_up(error_type)
        case ProblemKind.WAIT_PASSED if step in _OVERDUE:
            return replace(_BASES[kind], effect=_OVERDUE[step])
        case ProblemKind.LETTER_NOT_DELIVERED if _fault(error_type) is Fault.MAIL_UNAVAILABLE:
            return _MAIL_AWAY
        case ProblemKind.LETTER_NOT_DELIVERED:
            title = f"Letter not delivered: {LETTERS[Kind(step)]}" if step in list(Kind) else _BASES[kind].title
            return replace(_BASES[kind], title=title, what=_UNDELIVERED.get(error_type, _BASES[kind].what))
        case ProblemKind.PAYMENT_UNSURE if _fault(error_type) is Fault.FINANCE_REFUSED:
            return replace(
                _BASES[kind],
                title="Payment refused",
                what="The finance system refused the payment.",
                effect="The school waits for this money. No money has moved.",
                by_itself="Nothing: what was refused is not sent again by itself.",
            )
        case ProblemKind.PAYMENT_UNSURE if error_type == "NoAnswerYet":
            return replace(
                _BASES[kind],
                title="Payment without an answer",
                what="The payment was ordered some minutes ago, and the finance system has not answered yet.",
            )
        case ProblemKind.SERVICE_STOPPED if step in _PARTS:
            return replace(_BASES[kind], title=f"{_PARTS[step]} has stopped", effect=_WITHOUT[step])
    return _BASES[kind]


_NOT_PICKED_UP = {
    "NoWorker": "These runs wait for a worker, and no worker runs.",
    "OtherQueue": "These runs wait in a queue that no worker of ours asks for work.",
    "VersionGone": "These runs wait for a version of the workers that does not run any more.",
}
_OVERDUE = {
    "take_step": f"A reminder, an escalation or a deadline of these plans is late. {_NOTHING_LOST}",
    "open_review": "A term's review should have opened and has not: its plan cannot be begun.",
    "release_grant": "A grant that was signed off is not being paid. No money has moved.",
    "pay_funding": "Additional funding that was agreed is not being paid. No money has moved.",
    "escalate_funding": "A decision on additional funding is late, and nobody has been told of that.",
}
_UNDELIVERED = {
    "MailRefused": "The mail server refused the address for good.",
    "MailGivenUp": "The mail server took nothing for five days, and the letter was given up.",
    "MailBounced": "The letter was taken, and sent back later.",
}
_MAIL_AWAY = ProblemWords(
    "Letters are not sent: the mail server takes nothing",
    "The mail server does not answer, or takes no letter for the time being.",
    "People are told later than they should be. No deadline waits for that.",
    "Each letter is tried again, at longer and longer intervals, for five days.",
    f"{Fault.MAIL_UNAVAILABLE.remedy.sentence} Then try now.",
    Role.OPERATOR,
)
_WITHOUT = {
    "worker": _BASES[ProblemKind.SERVICE_STOPPED].effect,
    "web": "Pages may be slow or away. What was sent and answered is stored.",
    "watch": "Nobody looks for stuck work, and no repair is carried out. Plans, letters and payments go on.",
}


def _fault(error_type: str) -> Fault | None:
    return Fault(error_type) if error_type in list(Fault) else None


def _not_picked_up(error_type: str) -> ProblemWords:
    base = _BASES[ProblemKind.NOT_PICKED_UP]
    if error_type != NOT_TAKEN:
        return replace(base, what=_NOT_PICKED_UP.get(error_type, base.what))
    return replace(
        base,
        title="These plans wait for their turn",
        what="Workers run and ask for work, and do not take up these runs.",
        by_itself="They go on by themselves, one after the other, as the workers come to them.",
        next_step="Look at Health: if what waits in the queue grows, start more workers.",
    )


def _of_a_step(step: str, error_type: str) -> ProblemWords:
    fault = _fault(error_type)
    name, effect = _STEPS.get(step, _ANOTHER_STEP)
    reason = _REASONS[fault] if fault else _TOO_SLOW if error_type.endswith("Timeout") else _OUR_FAULT
    words = ProblemWords(
        title=f"{name}: {reason}",
        what=f"One step of these plans fails again and again, because {reason}."
        if fault
        else f"One step of these plans fails again and again, because of {reason}.",
        effect=effect,
        by_itself="It is tried again by itself, at longer and longer intervals, and goes on once the cause is gone."
        if fault is None or fault.passes
        else "Trying again by itself does not help here: somebody has to act.",
        next_step=f"{fault.remedy.sentence} Then try now."
        if fault
        else "Report it with the number of this problem. After the next version of the service, try now.",
        must_act=fault.must_act if fault else Role.ENGINEER,
    )
    return _on_hold(words) if fault is Fault.ON_HOLD else words


def _on_hold(words: ProblemWords) -> ProblemWords:
    """Somebody wanted it so: nothing is broken."""
    return replace(
        words,
        what="Somebody has put mail and money of these cases on hold, so this step waits.",
        by_itself="It is tried again by itself, and goes on once the case is released.",
        next_step="Ask whoever put the case on hold whether the reason has gone, then release mail and money.",
    )
