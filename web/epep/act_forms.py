"""Every act of ACTS.md that has a form of its own, by the name in its address: `arrange-meeting`."""

from web.epep.asking import Asking
from web.epep.forms import between, clock, deciding, funding, meeting, meeting_date, people, signing, views

FORMS: dict[str, Asking] = {
    **meeting_date.FORMS,
    **meeting.FORMS,
    **signing.FORMS,
    **between.FORMS,
    **views.FORMS,
    **people.FORMS,
    **clock.FORMS,
    **deciding.FORMS,
    **funding.FORMS,
}
