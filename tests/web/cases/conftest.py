"""Browsers of people who are signed in, as the tests of the plan's pages have them."""

from tests.web.epep.conftest import browser_of as browser_of
