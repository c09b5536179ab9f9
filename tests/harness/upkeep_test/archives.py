# SPDX-License-Identifier: MIT
"""Patch archives, good ones and such that somebody made to do harm."""

import io
import pathlib
import struct
import zipfile
from typing import Mapping, Optional, Union

Content = Union[str, bytes]

README = """Patch ID         : {name}
Applies To       : ESB 4.8.1, esb-4.9.0
Associated JIRA  : https://wso2.org/jira/browse/ESBJAVA-17
                   https://wso2.org/jira/browse/CARBON-18

DESCRIPTION
-----------
The queue is emptied.


INSTALLATION INSTRUCTIONS
-------------------------

(i)  Shutdown the server, if you have already started.

(ii) Copy the patch{number:04} to  <CARBON_SERVER>/repository/components/patches/

(iii) Restart the server with :
       Linux/Unix :  sh wso2server.sh
"""


def patch_name(platform: str = "4.4.0", number: int = 1001) -> str:
    return f"WSO2-CARBON-PATCH-{platform}-{number:04}"


def jar(symbolic: Optional[str] = None, version: str = "1.0.0", more: Content = b"x") -> bytes:
    """A jar; with a symbolic name, one whose manifest has it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        manifest = "Manifest-Version: 1.0\r\n"
        if symbolic:
            manifest += f"Bundle-SymbolicName: {symbolic};singleton:=true\r\nBundle-Version: {version}\r\n"
        archive.writestr(zipfile.ZipInfo("META-INF/MANIFEST.MF"), manifest + "\r\n")
        archive.writestr(zipfile.ZipInfo("org/example/A.class"), more)
    return out.getvalue()


def support_files(platform: str = "4.4.0", number: int = 1001) -> dict[str, Content]:
    """What a good archive of profile `support` holds, by path within its directory."""
    name = patch_name(platform, number)
    return {"LICENSE.txt": "Our licence.\n", "NOT_A_CONTRIBUTION.txt": "It is none.\n",
            "README.txt": README.format(name=name, number=number),
            f"patch{number:04}/org.example.a_1.0.0.jar": jar("org.example.a"),
            f"patch{number:04}/b-2.0.jar": jar()}


def write_zip(path: pathlib.Path, files: Mapping[str, Content], root: Optional[str] = None,
              compression: int = zipfile.ZIP_DEFLATED) -> pathlib.Path:
    """root: the directory that everything lies in; None: the archive's name; empty: none."""
    prefix = path.stem if root is None else root
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(f"{prefix}/{name}" if prefix else name, content)
    return path


def replace_everywhere(path: pathlib.Path, old: bytes, new: bytes) -> None:
    """Changes bytes of a zip in place; names may be changed to others of the same length."""
    assert len(old) == len(new)
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


def local_header(name: bytes, data: bytes, crc: int, flags: int = 0) -> bytes:
    """A stored entry as it stands in the file, with its data."""
    return struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, flags, 0, 0, 33, crc, len(data), len(data), len(name),
                       0) + name + data


def central_header(name: bytes, size: int, crc: int, offset: int, packed: Optional[int] = None, flags: int = 0,
                   method: int = 0) -> bytes:
    return struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 0x0314, 20, flags, method, 0, 33, crc,
                       size if packed is None else packed, size, len(name), 0, 0, 0, 0, 0o100644 << 16, offset) + name


def end_record(entries: int, size: int, offset: int, comment: bytes = b"") -> bytes:
    return struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, entries, entries, size, offset, len(comment)) + comment
