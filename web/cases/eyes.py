"""Who sees, filters and sorts by what on the list of cases (PROCESS.md, People).

Finance sees the reference, the school that is paid, the stage and the grant; operators references and states; carers
and young people their child, how far the plan is, and the meeting; an IRO neither the grant nor what is missing. What
somebody does not see they cannot filter or sort by either: the answer would tell them.
"""

from dataclasses import dataclass, replace

from contracts.people import FAMILY_ROLES, READ_WHAT_IS_SHARED, Role
from store.listed import Order, Reader, Waits, Wanted
from store.staff import roles_anywhere
from web.auth.session import Visitor
from web.dependencies import Office


@dataclass(frozen=True, slots=True)
class Eyes:
    """`filters` are the names of the form's fields, `columns` those of the table, both in their order."""

    columns: tuple[str, ...]
    taken_away: tuple[str, ...]
    """The columns of a file (web/cases/files.py)."""
    filters: frozenset[str]
    orders: tuple[Order, ...]
    waits: tuple[Waits, ...]
    usual: Order

    def limited(self, wanted: Wanted) -> Wanted:
        """The same list without what these eyes do not see."""
        plain = Wanted(order=self.usual)
        kept = {field: getattr(wanted, field) for name in self.filters for field in _FIELDS[name]}
        order = wanted.order if wanted.order in self.orders else self.usual
        limited = replace(plain, **kept, words=wanted.words, order=order, descending=wanted.descending)
        return limited if limited.waits in self.waits else replace(limited, waits=None)


_FIELDS = {
    "school": ("school",),
    "worker": ("worker",),
    "team": ("team",),
    "stage": ("stage", "not_opened"),
    "holder": ("holder",),
    "year": ("year_group",),
    "due": ("due", "due_from", "due_to"),
    "area": ("area",),
    "waits": ("waits",),
}
_STAFF = Eyes(
    ("child", "school", "team", "year", "stage", "holder", "due", "meeting"),
    (
        "ref",
        "child",
        "school",
        "team",
        "worker",
        "year",
        "area",
        "term",
        "stage",
        "holder",
        "due",
        "meeting",
        "missing",
        "grant",
        "pounds",
        "money",
        "letters",
    ),
    frozenset(_FIELDS),
    tuple(Order),
    tuple(Waits),
    Order.DUE,
)
_NOT_FOR_IROS = frozenset({"missing", "grant", "pounds", "money", "letters"})
_IRO = replace(
    _STAFF,
    taken_away=tuple(name for name in _STAFF.taken_away if name not in _NOT_FOR_IROS),
    filters=_STAFF.filters - {"waits"},
    waits=(),
)
_FINANCE = Eyes(
    ("child", "school", "term", "stage", "grant"),
    ("ref", "school", "term", "stage", "grant", "pounds", "money"),
    frozenset({"school", "stage", "waits"}),
    (Order.REF, Order.SCHOOL, Order.STAGE),
    (Waits.MONEY,),
    Order.REF,
)
_OPERATOR = Eyes(
    ("child", "term", "stage", "holder", "due", "meeting"),
    ("ref", "term", "stage", "holder", "due", "meeting", "missing", "money", "letters"),
    frozenset({"stage", "holder", "due", "waits"}),
    (Order.DUE, Order.REF, Order.STAGE, Order.HOLDER, Order.MEETING),
    tuple(Waits),
    Order.DUE,
)
_FAMILY = Eyes(
    ("child", "plan", "meeting"),
    ("ref", "child", "plan", "meeting"),
    frozenset(),
    (Order.NAME, Order.REF, Order.MEETING),
    (),
    Order.NAME,
)


def eyes_of(reader: Reader, roles: frozenset[Role]) -> Eyes:
    """What a reader sees of the list, who has these roles anywhere."""
    if reader.as_family:
        return _FAMILY
    if roles <= READ_WHAT_IS_SHARED:
        return _IRO
    if reader.sees_names:
        return _STAFF
    return _FINANCE if reader.everywhere == {Role.FINANCE} else _OPERATOR


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody who reads the list, and what they see of it."""

    reader: Reader
    eyes: Eyes

    @classmethod
    async def of(cls, office: Office, visitor: Visitor) -> "Reading":
        async with office.database.seen_by(visitor.person_id) as session:
            roles = await roles_anywhere(session, visitor.person_id)
        reader = Reader(visitor.person_id, visitor.everywhere, as_family=roles <= FAMILY_ROLES)
        return cls(reader, eyes_of(reader, roles))
