"""The one template environment of the pages.

The components of GOV.UK Frontend are globals (`govukButton`, `govukErrorSummary`, ...), so templates import nothing.
Their own templates ask for parameters that nobody gave, so they live in a lenient environment beside our strict one.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import govuk_frontend_jinja
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined

from rules.grant import pounds
from rules.service_state import time_of
from web.look import words
from web.look.static import static

_TEMPLATES = Path(__file__).parents[1] / "templates"
_COMPONENTS = govuk_frontend_jinja.__name__


def _components() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every component's macro by its name."""
    lenient = Environment(
        loader=PrefixLoader({_COMPONENTS: PackageLoader(_COMPONENTS)}),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # a form has hundreds of components, and each would look whether its file has changed
    )
    for name in lenient.list_templates(filter_func=lambda name: name.endswith("/macro.html")):
        component = name.split("/")[-2]
        macro = "govuk" + "".join(part.capitalize() for part in component.split("-"))
        yield macro, getattr(lenient.get_template(name).module, macro)


def _environment() -> Environment:
    strict = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    strict.globals.update(_components())
    strict.globals["static"] = static
    strict.filters.update(
        day=words.day,
        isoday=words.isoday,
        shortday=words.shortday,
        moment=words.moment,
        clocktime=words.clocktime,
        age=words.age,
        shorttime=time_of,
        roundname=words.roundname,
        begun=words.begun,
        isomoment=words.isomoment,
        role=words.role,
        stage=words.stage,
        grant=words.grant,
        pounds=pounds,
    )
    return strict


TEMPLATES = _environment()
