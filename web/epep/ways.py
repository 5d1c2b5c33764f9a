"""Where on the pages something that is missing is done."""

from contracts.review import Section

_ELSEWHERE = {
    "meeting_date": "acts/arrange-meeting",
    "meeting_record": "acts/record-meeting",
    "receiving_setting": "acts/invite",
    "check_targets": "acts/check-targets",
    "next_meeting": "acts/next-meeting",
    "childs_voice": "acts/record-voice",
    "grant_agreed": "acts/record-meeting",
    "signature": "acts/sign",
    "sign_off": "review",
    "resume": "acts/resume",
    "date_disagreed": "meeting",
    "check_in": "acts/check-in",
}


def way_to(child_ref: str, part: str) -> str:
    """The address of the page on which a missing part is done; of the case where there is none of its own."""
    if part in list(Section):
        return f"/cases/{child_ref}/sections/{part}"
    return f"/cases/{child_ref}/{_ELSEWHERE[part]}" if part in _ELSEWHERE else f"/cases/{child_ref}"
