"""The list of cases as people read it, at the app of tests/web."""

from tests.web.conftest import door as door
from tests.web.epep.conftest import browser_of as browser_of
from tests.web.epep.conftest import officer as officer
