"""Every act of ACTS.md that has a form of its own, by the name in its address: `arrange-meeting`."""

from web.epep.asking import Asking
from web.epep.forms import between, clock, people, signing, views

FORMS: dict[str, Asking] = {
    **signing.FORMS,
    **between.FORMS,
    **views.FORMS,
    **people.FORMS,
    **clock.FORMS,
}
