"""How values are written and read back: the types of the contracts, in one way only, and no value in an error."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from temporalio.converter import DataConverter, PayloadConverter

from contracts.people import Role
from starter.converter import PayloadMismatchError, data_converter
from starter.encryption import KeyRing
from tests.starter.test_encryption_shapes import Shape, example

NOON = datetime(2026, 10, 14, 12, tzinfo=UTC)


@pytest.fixture
def converter() -> DataConverter:
    return data_converter(KeyRing.generate())


@pytest.fixture
def json_converter(converter: DataConverter) -> PayloadConverter:
    return converter.payload_converter


async def there_and_back(converter: DataConverter, value: Any, hint: Any) -> Any:
    [back] = await converter.decode(await converter.encode([value]), [hint])
    return back


async def test_a_dataclass_of_every_kind_of_field_comes_back_equal(converter: DataConverter) -> None:
    assert await there_and_back(converter, example(), Shape) == example()


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (date(2026, 10, 14), date),
        (NOON, datetime),
        (None, date | None),
        (date(2026, 10, 14), date | None),
        ((date(2026, 10, 14), date(2027, 1, 5)), tuple[date, ...]),
        ({"autumn": (date(2026, 10, 14),)}, dict[str, tuple[date, ...]]),
        (frozenset({Role.IRO, Role.CARER}), frozenset[Role]),
        (Role.SOCIAL_WORKER, Role),
        (b"bytes", bytes),
        (50_000, int),
        (["a", 1, None], list),
    ],
)
async def test_each_kind_of_value_comes_back_as_it_was(converter: DataConverter, value: Any, hint: Any) -> None:
    back = await there_and_back(converter, value, hint)
    assert back == value
    assert type(back) is type(value)


async def test_a_field_that_a_newer_version_added_does_not_matter_to_an_older_one(converter: DataConverter) -> None:
    @dataclass(frozen=True, slots=True)
    class Newer:
        on: date
        place: str = ""

    @dataclass(frozen=True, slots=True)
    class Older:
        on: date

    assert await there_and_back(converter, Newer(date(2026, 10, 14), "hall"), Older) == Older(date(2026, 10, 14))
    assert await there_and_back(converter, Older(date(2026, 10, 14)), Newer) == Newer(date(2026, 10, 14))


@pytest.mark.parametrize("zone", [ZoneInfo("Europe/London"), timezone(timedelta(hours=1))])
def test_an_instant_is_written_in_utc_whatever_its_zone(json_converter: PayloadConverter, zone: Any) -> None:
    payload = json_converter.to_payload(datetime(2026, 10, 14, 13, tzinfo=zone))
    assert payload.data == b'"2026-10-14T12:00:00+00:00"'


def test_a_set_is_written_in_an_order_that_never_changes(json_converter: PayloadConverter) -> None:
    days = frozenset(date(2026, 9, day) for day in (3, 1, 2))
    assert json_converter.to_payload(days).data == b'["2026-09-01","2026-09-02","2026-09-03"]'


@pytest.mark.parametrize("value", [datetime(2026, 10, 14), Decimal(1), timedelta(1), object(), (n for n in (1, 2))])  # noqa: DTZ001
def test_what_has_no_one_way_of_writing_is_refused(json_converter: PayloadConverter, value: Any) -> None:
    with pytest.raises(TypeError):
        json_converter.to_payload(value)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("Amelia", date),
        ("Amelia", datetime),
        ("2026-10-14T12:00:00", datetime),
        (["Amelia"], date),
        ("Amelia", Role),
        ({"Amelia": "Amelia"}, Shape),
        ({"Amelia": 1}, dict[int, int]),
    ],
)
def test_no_value_stands_in_an_error(json_converter: PayloadConverter, written: Any, hint: Any) -> None:
    payload = json_converter.to_payload(written)
    with pytest.raises(RuntimeError) as error:
        json_converter.from_payload(payload, hint)
    cause = error.value.__cause__
    assert isinstance(cause, PayloadMismatchError)
    assert cause.__suppress_context__
    assert "Amelia" not in f"{error.value} {cause}"
