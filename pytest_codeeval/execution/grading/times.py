"""Times: dates with times, times and time zones in JSON's terms."""

from datetime import datetime, time, timedelta, timezone
from typing import Any


def _utc_offset(value: datetime | time) -> float | None:
    offset = value.utcoffset()
    return None if offset is None else offset.total_seconds()


def encode_timezone(value: timezone) -> Any:
    """Return a time zone of a fixed offset in JSON's terms."""
    named = timezone.tzname(value, None)
    offset = timezone.utcoffset(value, None)
    return {"tz": [offset.total_seconds(), None if named == timezone(offset).tzname(None) else named]}


def encode_datetime(value: datetime) -> Any:
    """Return a date with its time in JSON's terms."""
    parts = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    return {"dt": [*parts, _utc_offset(value), value.fold]}


def encode_time(value: time) -> Any:
    """Return a time of the day in JSON's terms."""
    return {"tm": [value.hour, value.minute, value.second, value.microsecond, _utc_offset(value), value.fold]}


def _zone(seconds: float | None) -> timezone | None:
    return None if seconds is None else timezone(timedelta(seconds=seconds))


def decode_timezone(payload: Any) -> timezone | None:
    """Return a time zone for its form."""
    seconds, name = payload
    return _zone(seconds) if name is None else timezone(timedelta(seconds=seconds), str(name))


def decode_datetime(payload: Any) -> datetime:
    """Return a date with its time for its form."""
    *parts, offset, fold = payload
    return datetime(*parts).replace(tzinfo=_zone(offset), fold=fold)


def decode_time(payload: Any) -> time:
    """Return a time of the day for its form."""
    *parts, offset, fold = payload
    return time(*parts).replace(tzinfo=_zone(offset), fold=fold)
