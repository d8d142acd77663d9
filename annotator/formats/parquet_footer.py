"""The directory of a Parquet file, read without pyarrow, which ends the process on some damaged ones.

It is a Thrift structure in the compact protocol. Only what is asked of it here is understood: how many
values each column says to have.
"""

from typing import IO

MAGIC = b"PAR1"
_LONGEST = 16_000_000
_DEEPEST = 16
_TAIL = 8
# Field numbers of FileMetaData, RowGroup, ColumnChunk and ColumnMetaData.
_ROW_GROUPS, _COLUMNS, _META_DATA, _NUM_VALUES = 4, 1, 3, 5
_NUM_ROWS = 3

_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)


class WrongFooter(ValueError):
    """A directory that cannot be what it says; the message is the sentence."""


def most_values(file: IO[bytes]) -> int:
    """Return the largest number of values that a column of a row group says to have."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    length = int.from_bytes(tail[:4], "little")
    if size < 12 or tail[4:] != MAGIC or length > min(size - 12, _LONGEST):
        raise WrongFooter("This is not a Parquet file: its end is missing.")
    file.seek(size - _TAIL - length)
    try:
        footer = _Thrift(file.read(length)).struct(0)
        groups = _list(footer.get(_ROW_GROUPS))
        columns = [chunk for group in groups for chunk in _list(_dict(group).get(_COLUMNS))]
        metas = [_dict(_dict(chunk).get(_META_DATA)) for chunk in columns]
        counts = [_int(meta.get(_NUM_VALUES)) for meta in metas]
        counts += [_int(_dict(group).get(_NUM_ROWS)) for group in groups]
    except (LookupError, TypeError) as error:
        raise WrongFooter("This Parquet file is damaged: its directory cannot be read.") from error
    return max(counts, default=0)


class _Thrift:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self, depth: int) -> dict[int, object]:
        if depth > _DEEPEST:
            raise TypeError
        found: dict[int, object] = {}
        number = 0
        while head := self._byte():
            delta, kind = head >> 4, head & 15
            number = number + delta if delta else self._zigzag()
            found[number] = self._value(kind, depth)
        return found

    def _value(self, kind: int, depth: int) -> object:
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        if kind == _BYTE:
            return self._byte()
        if kind in (_I16, _I32, _I64):
            return self._zigzag()
        if kind in (_DOUBLE, _BINARY):
            size = 8 if kind == _DOUBLE else self._varint()
            self._at += size
            return None
        if kind in (_LIST, _SET):
            return self._list(depth)
        if kind == _STRUCT:
            return self.struct(depth + 1)
        raise TypeError  # a map: Parquet has none

    def _list(self, depth: int) -> list[object]:
        head = self._byte()
        size, kind = head >> 4, head & 15
        if size == 15:
            size = self._varint()
        if kind in (_TRUE, _FALSE):
            kind = _BYTE  # in a list each takes a byte
        return [self._value(kind, depth + 1) for _ in range(size)]

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _varint(self) -> int:
        found = shift = 0
        while True:
            byte = self._byte()
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7
            if shift > 63:
                raise TypeError

    def _zigzag(self) -> int:
        found = self._varint()
        return (found >> 1) ^ -(found & 1)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _dict(value: object) -> dict[int, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
