"""The files of a plan as a page shows them, section by section and as far as the sections are shared."""

from collections.abc import Sequence
from typing import Any

from contracts.review import Section
from rules.attachments import FileKind, faults_of_moment, may_remove
from rules.sections import is_needed
from store.attachments import AttachedFile, attached_to
from web.epep.desk import Desk

_KILO, _MEGA = 1024, 1024 * 1024


async def attachments_by_section(desk: Desk) -> list[dict[str, Any]]:
    """Every section that is shared with the visitor and has a file or takes one, in the fields that
    `templates/cases/attachments.html` reads."""
    files = await attached_to(desk.session, desk.plan.review_id)
    shared = [section for section in Section if may_see(desk, section) and is_needed(desk.plan, section)]
    found = [facts_of(desk, section, files) for section in shared]
    return [one for one in found if one["attachments"] or one["may_add"]]


def may_see(desk: Desk, section: Section) -> bool:
    """Whether a section's files are shared with the visitor: those of targets once the targets are checked (B14)."""
    draft = section is Section.TARGETS and not desk.standing.targets_checked
    return section in desk.share.sections and (desk.shows_drafts or not draft)


def facts_of(desk: Desk, section: Section, files: Sequence[AttachedFile]) -> dict[str, Any]:
    """One section's files, and whether the visitor may add to them. `files` are the review's."""
    closed = bool(faults_of_moment(desk.standing, len(files)))
    return {
        "child_ref": desk.ref,
        "section": section,
        "attachments": [
            _shown(desk, file, closed=closed) for file in files if file.section is section and may_see(desk, section)
        ],
        "may_add": bool(desk.may_write(section)) and not closed,
    }


def _shown(desk: Desk, file: AttachedFile, *, closed: bool) -> dict[str, Any]:
    kind = FileKind(file.kind)
    removable = may_remove(desk.roles, is_theirs=file.person_id == desk.visitor.person_id)
    return {
        "id": file.id,
        "name": file.name,
        "what": f"{kind.in_words}, {_size(file.size)}",
        "by": file.role.in_words,
        "at": file.added_at,
        "may_remove": removable and not closed,
    }


def _size(size: int) -> str:
    return f"{size / _MEGA:.1f} MB" if size >= _MEGA else f"{max(1, round(size / _KILO))} KB"
