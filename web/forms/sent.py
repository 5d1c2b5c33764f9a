"""What a browser sent, as it sent it: kept beside the request, so that an error can show it again."""

from urllib.parse import parse_qsl

from fastapi import Request

from store.drafts import Typed

LONGEST_KEY = 200
HIDDEN = frozenset({"form", "read", "act", "press"})
"""What a form of ours carries beside its answers: which form of which review it is, the revision that was on the
screen, the id that its act will have, and which button was pressed."""
_MOST_FIELDS = 1000


class TooManyFields(Exception):
    """No form of ours has as many fields as were sent."""


def is_form(request: Request) -> bool:
    """Whether a page of ours was filled in, and not a file or a system's JSON sent."""
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


async def typed_in(request: Request) -> Typed:
    """The fields of a form by their names, in their order. Read once for a request, whoever asks.

    Raises TooManyFields.
    """
    kept: Typed | None = getattr(request.state, "typed", None)
    if kept is None:
        kept = _by_name((await request.body()).decode("utf-8", "replace"))
        request.state.typed = kept
    return kept


def _by_name(body: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise TooManyFields from None
    for name, text in pairs:
        found.setdefault(name.replace("\0", ""), []).append(text.replace("\r\n", "\n").replace("\0", ""))
    return found


def words_in(typed: Typed) -> list[str]:
    """What somebody typed or chose, field by field, to be shown where the form itself cannot be."""
    return [text for name, texts in answers_in(typed).items() if name != "by" for text in texts if text.strip()]


def answers_in(typed: Typed) -> dict[str, list[str]]:
    """What was typed, without what the form itself carries."""
    return {name: list(texts) for name, texts in typed.items() if name not in HIDDEN}
