"""What a page says after something was done: one sentence an act."""

from fastapi import Request

DONE = {
    "kept": "Your draft is kept. Only you can see it until you send it.",
    "arrange_meeting": "The meeting is arranged. Everybody has an invitation, and the reminders follow the date.",
    "agree_date": "Your answer to the date is recorded.",
    "move_meeting": "The meeting is moved. All reminders follow the new date, and nobody is chased for the old one.",
    "invite": "They are invited.",
    "answer_invitation": "The answer is recorded.",
    "record_meeting": "The meeting is recorded.",
    "meeting_not_held": "It is recorded that the meeting did not take place. Everybody who was asked hears of it.",
    "record_voice": "What the child said is recorded.",
    "submit": "The section is sent.",
    "delegate": "They can draft now. You check the targets before the meeting.",
    "check_targets": "The targets are checked.",
    "next_meeting": "The next meeting is set.",
    "sign": "You have signed.",
    "proxy_sign": "The signature is recorded, with its reason.",
    "return": "The parts are returned, and whoever holds them has a letter.",
    "sign_off": "The plan is signed off.",
    "raise_concern": "The Virtual School is told today.",
    "check_in": "Thank you. Your check-in is part of the next review.",
    "apply_for_funding": "The application is with the Virtual School.",
    "decide_funding": "The decision is recorded, and whoever applied has a letter.",
    "give_views": "Thank you. What you said is part of the plan.",
    "agree": "Thank you. Your agreement is part of the plan.",
    "change_school": "The change of school is recorded. Its dates and people hold from that day.",
    "change_person": "The handover is recorded. Clocks and signatures stay.",
    "leave_care": "It is recorded that the child is no longer looked after.",
    "review_without_meeting": "This review does without a meeting.",
    "correct": "The record is corrected.",
    "reopen": "The plan is open again. Nothing is paid twice.",
    "pause": "The clock of this plan stands still.",
    "resume": "The clock of this plan goes on. Its dates moved by the school days of the pause.",
    "seen_to": "It is noted that they were told otherwise. The case’s history says so.",
    "attached": "The file is attached.",
    "removed": "The file is removed.",
    "saved_view": "The view is saved. It stands above this list.",
    "shared_without_words": "The view is saved and shared. The words that you searched for are not in it.",
    "deleted_view": "The view is deleted. No child and no plan has changed.",
}


def sentence_of(request: Request) -> str | None:
    """What was just done, from the address; nothing for an address that somebody made up."""
    return DONE.get(request.query_params.get("done", ""))
