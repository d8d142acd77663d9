"""Make zips, good ones and bad ones."""

import io
import stat
import struct
import zipfile


def pack(members, compression=zipfile.ZIP_DEFLATED):
    """Zip (name, bytes) pairs; a name may be a ZipInfo."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as archive:
        for name, data in members:
            archive.writestr(name, data, compression)
    return held.getvalue()


def link():
    info = zipfile.ZipInfo("link.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return pack([(info, b"/etc/passwd")])


def named(name):
    """A zip whose member has a name that zipfile would not write."""
    stand_in = "n" * len(name.encode())
    return pack([(stand_in, b"x")]).replace(stand_in.encode(), name.encode())


def encrypted():
    return with_bytes(pack([("a.txt", b"x")]), 8, struct.pack("<H", 1))


def with_method(method):
    return with_bytes(pack([("a.txt", b"x")]), 10, struct.pack("<H", method))


def with_bytes(data, at, new):
    """Change a field of the first directory entry."""
    begin = data.index(b"PK\1\2") + at
    return data[:begin] + new + data[begin + len(new) :]


def declaring(size):
    """A member that says it is smaller than it is."""
    return with_bytes(pack([("a.txt", b"x" * 1000)]), 24, struct.pack("<L", size))


def overlapping():
    """Two directory entries for the bytes of one member."""
    data = pack([("aa.txt", b"x" * 50)])
    begin, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    entry = data[begin:end]
    tail = bytearray(data[end:])
    struct.pack_into("<2H", tail, 8, 2, 2)
    struct.pack_into("<L", tail, 12, 2 * len(entry))
    return data[:end] + entry.replace(b"aa.txt", b"ab.txt") + bytes(tail)


def lying_count():
    """More members than its end record says."""
    return with_entries(65_001)


def long_directory():
    """A list of members that is longer than one may be."""
    return with_entries(400_000)


def with_entries(count):
    """One member, listed many times."""
    data = pack([("a.txt", b"x")])
    begin, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    tail = bytearray(data[end:])
    struct.pack_into("<L", tail, 12, count * (end - begin))
    return data[:end] + data[begin:end] * (count - 1) + bytes(tail)


def large_form():
    data = pack([("a.txt", b"x")])
    end = data.index(b"PK\5\6")
    return data[:end] + b"PK\6\7" + b"\0" * 16 + data[end:]


def before_the_beginning():
    """An end record whose offset puts the first member at a negative place."""
    data = bytearray(pack([("a.txt", b"x")]))
    data[-5] = 1
    return bytes(data)
