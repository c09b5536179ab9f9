# SPDX-License-Identifier: MIT
"""Archives that are uploaded to pmt-web, with what belongs to them."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

from .archives import patch_name, support_files, write_zip
from .pmt_web import Answer, PmtWebCase

BOUNDARY = "----a-boundary"

#: A field with its value, or with a file: its name and its bytes.
Part = tuple[str, Union[str, tuple[str, bytes]]]


def multipart(parts: Sequence[Part]) -> bytes:
    """A form as a browser sends it."""
    body = b""
    for name, value in parts:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, tuple):
            shown = value[0].replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
            body += f'{head}; filename="{shown}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode() + value[1]
        else:
            body += f"{head}\r\n\r\n{value}".encode()
        body += b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


class VerifyCase(PmtWebCase):
    """A patch, and archives of it."""

    name = patch_name("4.4.0", 1)

    def setUp(self) -> None:
        super().setUp()
        self.directory = self.make_directory()
        self.web = {"upload_dir": str(self.directory)}
        self.serve()
        self.assertEqual(self.new("developer=anna"), self.name)
        self.address = f"/patches/{self.name}/verify"
        self.archives = self.make_directory()

    def archive(self, changes: Optional[Mapping[str, Any]] = None, **options: Any) -> bytes:
        files = {**support_files("4.4.0", 1), **(changes or {})}
        path = write_zip(self.archives / f"{self.name}.zip",
                         {name: content for name, content in files.items() if content is not None}, **options)
        return path.read_bytes()

    def guards(self, user: str = "anna") -> dict[str, str]:
        """What the form of the page sends besides what is typed."""
        form = self.page(self.address, user=user).form(self.address)
        return {"token": form["token"][0], "once": form["once"][0], "profile": "support"}

    def send_form(self, parts: Sequence[Part], user: str = "anna",
                  headers: Optional[Mapping[str, str]] = None) -> Answer:
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        answer = self.send("POST", self.address, multipart(parts), user, kind | dict(headers or {}))
        self.assertEqual(os.listdir(self.directory), [])  # nothing has a name
        return answer

    def upload(self, data: bytes, file: Optional[str] = None, user: str = "anna",
               headers: Optional[Mapping[str, str]] = None, more: Sequence[Part] = (), **fields: str) -> Answer:
        file = f"{self.name}.zip" if file is None else file
        values = self.guards(user) | fields
        return self.send_form([*values.items(), ("archive", (file, data)), *more], user, headers)

    def events(self) -> list[str]:
        return [event["action"] for event in self.history(self.name)]
