"""Every act of ACTS.md that has a form of its own, by the name in its address: `arrange-meeting`."""

from web.epep.asking import Asking
from web.epep.forms import deciding, funding, meeting, meeting_date, signing

FORMS: dict[str, Asking] = {
    **meeting_date.FORMS,
    **meeting.FORMS,
    **signing.FORMS,
    **deciding.FORMS,
    **funding.FORMS,
}
