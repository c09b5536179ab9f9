# SPDX-License-Identifier: MIT
"""Installations of the suite for the farms of real applications: each has its own configuration and control schema."""

import pathlib
from typing import Any, Union

from .apache import Apache
from .installation import Installation
from .mediawiki import CODE, WikiFarm
from .wordpress import BlogFarm

#: For files of the application itself.
TYPES = """
AddType text/css .css
AddType text/javascript .js
AddType image/svg+xml .svg
AddType image/png .png
DirectoryIndex index.php
"""


class FarmInstallation(Installation):
    """Made from the shipped profile of the application, as an administrator would. Workspaces are the farm's."""

    def __init__(self, farm: Union[WikiFarm, BlogFarm], **sections: Any):
        self.farm = farm
        self.kind = "mediawiki" if isinstance(farm, WikiFarm) else "wordpress"
        super().__init__(farm.server, schema=f"upkeep_{self.kind}", include=[f"profiles/{self.kind}.toml"], **sections)

    def _install_app(self) -> None:
        """It is installed."""

    @property
    def root(self) -> pathlib.Path:
        """Where the application's code is: the document root, and the directory of upgrades."""
        return self.farm.tree if isinstance(self.farm, BlogFarm) else CODE

    def _defaults(self) -> dict[str, Any]:
        return {
            "database": {"socket": self.server.socket, "user": "root", "schema": self.schema},
            "workspaces": self._found(),
            "upgrade": {"directory": self.root, "command": self.farm.command, "state_dir": self.state_dir,
                        "log_dir": self.log_dir, "grace_s": 2},
            "schedule": {"at_queue": "z", "delay_s": 0, "retry_after_s": 0},
            f"profile.{self.kind}.gate": {"hosts": [f"{{workspace}}.{self.farm.domain}"]},
        }

    def _found(self) -> dict[str, Any]:
        """[workspaces], as the profile has it."""
        if isinstance(self.farm, BlogFarm):
            return {"files": self.farm.configurations / f"config-{{workspace}}.{self.farm.domain}.php"}
        return {"schema": self.farm.schema.format("{workspace}")}

    def add(self, *names: str, **options: Any) -> None:
        """New workspaces, as farm.add()."""
        self._workspaces += [self.farm.schema.format(name) for name in names]
        self.farm.add(*names, **options)


class FarmApache(Apache):
    """The farm behind the gate that `upkeep gate` prints, each workspace at its own host."""

    def __init__(self, installation: FarmInstallation, **options: Any):
        farm = installation.farm
        self.domain = farm.domain
        for path in (farm.directory, installation.directory):
            path.chmod(0o755)
        access = "\nOptions FollowSymLinks\nRequire all granted\n</Directory>\n"
        directories = "".join(f'<Directory "{path}">{access}' for path in farm.served)
        settings = f'SetEnv MW_CONFIG_FILE "{farm.settings}"\n' if isinstance(farm, WikiFarm) else ""
        super().__init__(installation, installation.root, php=True, pmos=directories, site=TYPES + settings,
                         in_place=True, **options)

    def gate_file(self) -> pathlib.Path:
        """Printed for the profile, with the hosts of this farm."""
        printed = self.installation.run("upkeep", "gate", "--server", "apache")
        if printed.status != 0:
            raise AssertionError(f"upkeep gate failed\n{printed}")
        path = self.directory / "gate.conf"
        path.write_bytes(printed.stdout)
        return path

    def host(self, name: str) -> str:
        """The workspace's own, with the port."""
        return f"{name}.{self.domain}:{self.port}"

    def at(self, name: str, path: str = "/") -> str:
        """An address for a browser."""
        return f"http://{self.host(name)}{path}"
