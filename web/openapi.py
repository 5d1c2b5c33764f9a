"""The description of the API. `docs/openapi.json` is its committed copy: `python -m web.openapi` writes it, `--check`
says whether it has drifted.
"""

import json
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from contracts.people import ACTING_ROLES
from rules.contents import GrantContent, PreviousTargetsContent, TargetsContent
from rules.decide import WHO_MAY
from rules.forms import AnyForm

COPY = Path(__file__).parents[1] / "docs" / "openapi.json"
_REF = "#/components/schemas/{model}"
_CONTENTS = (TargetsContent, GrantContent, PreviousTargetsContent)
_ABOUT = (
    "Everything that a person does to a Personal Education Plan is an act. Send it as JSON to the case; the rules "
    "decide it once, in the transaction that stores it, and the answer says what became of it.\n\n"
    "Send `Authorization: Bearer <token>`. Days are ISO dates in London, instants have their offset, money is whole "
    "pence."
)


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description of an app of `web.app`, with every act from the forms that read it."""
    described: dict[str, Any] = get_openapi(title="Personal Education Plans", version="1", routes=app.routes)
    described["info"]["description"] = _ABOUT
    described["components"]["schemas"] |= _act_schemas()
    _without_the_librarys_errors(described)
    acts = described["paths"]["/api/v1/cases/{child_ref}/acts"]["post"]
    acts["requestBody"] = {"required": True, "content": {"application/json": {"schema": _act()}}}
    return described


def _without_the_librarys_errors(described: dict[str, Any]) -> None:
    """FastAPI names a 422 of its own wherever a path has a parameter; ours is a text and always of its kind."""
    for operations in described["paths"].values():
        for operation in operations.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        described["components"]["schemas"].pop(name, None)


def openapi_text() -> str:
    """The description as the committed copy has it."""
    from web.app import undressed_app

    return json.dumps(describe(undressed_app()), indent=1, ensure_ascii=False) + "\n"


def _act() -> dict[str, Any]:
    schema = TypeAdapter(AnyForm).json_schema(ref_template=_REF)
    return {"oneOf": schema["oneOf"], "discriminator": schema["discriminator"]}


def _act_schemas() -> dict[str, Any]:
    found: dict[str, Any] = dict(TypeAdapter(AnyForm).json_schema(ref_template=_REF)["$defs"])
    for content in _CONTENTS:
        schema = content.model_json_schema(ref_template=_REF)
        found |= schema.pop("$defs", {})
        found[content.__name__] = schema
    for schema in found.values():
        action = schema.get("properties", {}).get("action")
        if action:
            _adapt(schema, action["const"])
    words = {"type": "object", "description": "Other sections: `words`, and whatever other fields there are."}
    refs = [{"$ref": _REF.format(model=content.__name__)} for content in _CONTENTS]
    found["Submit"]["properties"]["content"] = {"title": "Content", "anyOf": [*refs, words]}
    return found


def _adapt(schema: dict[str, Any], action: str) -> None:
    """As the API takes an act: the id may be left out, `by` is a role that acts."""
    schema["required"].remove("id")
    who = ", ".join(f"`{role.value}`" for role in WHO_MAY[action])
    schema["properties"]["by"] = {
        "type": "string",
        "enum": [role.value for role in ACTING_ROLES],
        "description": f"For {who}. Where a child has no school place, the Virtual School takes the teacher's part.",
    }


def main(arguments: list[str]) -> str | None:
    """What is wrong, in a sentence; nothing when all is well."""
    if "--check" not in arguments:
        COPY.write_text(openapi_text(), encoding="utf-8")
        return None
    if COPY.read_text(encoding="utf-8") == openapi_text():
        return None
    return "docs/openapi.json is not what the code says. Write it anew: python -m web.openapi"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
