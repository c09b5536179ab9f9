# SPDX-License-Identifier: MIT
"""upkeep gate prints the gate of a profile's addresses, and nothing that could break out of the file."""

import shutil
import subprocess
import unittest

from upkeep_test import REPOSITORY, TestCase, process
from upkeep_test.apache import MODULES

SHIPPED = REPOSITORY / "scripts" / "apache" / "upkeep-gate.conf"


class GateFileTest(TestCase):
    def gate(self, text, *args):
        file = self.make_directory() / "upkeep.toml"
        file.write_text(text)
        result = process.run("upkeep", "gate", "--config", file, *args)
        self.file = file
        return result

    def of_profile(self, keys, *args):
        return self.gate('[upgrade]\nprofile = "wiki"\n[profile.wiki.gate]\n' + keys, *args)

    def test_the_shipped_one(self):
        """Apache includes it under this name without a configuration."""
        result = self.gate('[upgrade]\nprofile = "processmaker"\n')
        self.assert_quiet(result)
        self.assertEqual(result.text, SHIPPED.read_text())

    def test_nginx(self):
        result = self.of_profile('workspace = "host"\nhosts = ["{workspace}.Example.org"]\n', "--server", "nginx")
        self.assert_quiet(result)
        self.assertIn(r'if ($host ~ "^(?<upkeep_label>[a-z0-9_][a-z0-9_-]{0,62})\.example\.org$")', result.text)

    def test_every_shipped_profile(self):
        profiles = sorted(path.stem for path in (REPOSITORY / "share" / "profiles").glob("*.toml"))
        self.assertIn("processmaker", profiles)
        for profile in profiles:
            for server in ("apache", "nginx"):
                with self.subTest(profile, server=server):
                    result = self.gate(f'[upgrade]\nprofile = "{profile}"\n', "--server", server)
                    self.assert_quiet(result)
                    self.assertNotRegex(result.text, r"@[A-Z_]+@")
                    self.assert_accepted(server, result.text)

    def assert_accepted(self, server, text):
        """By the web server itself, where it is installed."""
        directory = self.make_directory()
        (directory / "gate.conf").write_text(text)
        if server == "apache":
            if not shutil.which("apache2", path="/usr/sbin") or not MODULES.exists():
                return
            (directory / "site.conf").write_text(
                f'Define UPKEEP_MAP_AS_CALLER\nDefine UPKEEP_MAP /bin/cat\n<VirtualHost *>\n'
                f'Include "{directory}/gate.conf"\n</VirtualHost>\n')
            argv = ["/usr/sbin/apache2", "-t", "-f", str(REPOSITORY / "scripts" / "apache" / "throw-away.conf"),
                    "-C", f"Define TRY_DIR {directory}", "-C", "Define TRY_PORT 1"]
        else:
            if not shutil.which("nginx", path="/usr/sbin"):
                return
            (directory / "nginx.conf").write_text(
                f"pid {directory}/pid;\nevents {{ }}\nhttp {{\n" + "".join(
                    f"{name}_temp_path {directory}/{name};\n"
                    for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) +
                f"server {{\nlisten unix:{directory}/sock;\ninclude {directory}/gate.conf;\n}}\n}}\n")
            argv = ["/usr/sbin/nginx", "-t", "-e", "stderr", "-p", str(directory), "-c", f"{directory}/nginx.conf"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_is_written(self):
        result = self.gate('[web]\nstatus_dir = "/run/x"\n[upgrade]\nprofile = "wiki"\n[profile.wiki.gate]\n'
                           "paths = ['/w\\.d/{workspace}']\nlogin = '/l?a=%20b'\n"
                           "answer = '{\"a\":{\"b\":\"{workspace} @NAME@\"}}'\n")
        self.assert_quiet(result)
        for line in (r'RewriteRule "^/w\.d/(${UPKEEP_NAME})(?:/|$)" "-" [E=UPKEEP_WS:$1]',
                     "    Define UPKEEP_STATUS /run/x", '    Define UPKEEP_LOGIN "/l?a=%20b"',
                     r'    SetEnv UPKEEP_ANSWER "{\"a\":{\"b\":\"{workspace} @NAME@\"}}"',
                     r'    ErrorDocument 503 "{\"a\":{\"b\":\"%{reqenv:UPKEEP_WS} @NAME@\"}}\n"'):
            self.assertIn(line, result.lines)

    def test_without_addresses(self):
        for keys, key in (("", "paths"), ('workspace = "host"', "hosts"), ('workspace = "table"', "table")):
            result = self.of_profile(keys)
            self.assert_error(result, 78, f"{self.file}: [profile.wiki.gate] {key}: ")
        self.assert_error(self.gate(""), 78, "[profile.plain.gate] paths: missing")
        self.assert_error(process.run("upkeep", "gate", "--server", "apachee"), 64, "apachee")

    def test_wrong_values(self):
        """Each with file, line and key."""
        for key, value, why in (
            ("workspace", '"hots"', "not one of"),
            ("hosts", "['{workspace}.a\"b']", "not a host name"), ("hosts", "['www.example.org']", "once"),
            ("hosts", "['{workspace}.{host}']", "{host} is unknown"), ("hosts", '["{workspace}.a\\nb"]', "not a host"),
            ("paths", "['/a/{workspce}']", "{workspce} is unknown"), ("paths", "['a/{workspace}']", "not a path"),
            ("paths", "['/a(b/{workspace}']", "regular expression"), ("paths", "['/(a)/{workspace}']", "1 group"),
            ("paths", "['/a)|(?:b/{workspace}']", "regular expression"),
            ("programs", "['/a\"b']", "must not contain \""), ("programs", "['/a${X}']", "must not contain ${"),
            ("programs", "['/a%{X}']", "must not contain %{"), ("programs", '["/a\\nb"]', "control characters"),
            ("pass", "['[']", "regular expression"), ("pass_query", "'('", "regular expression"),
            ("place", "'/{lang}'", "{skin}"), ("login", "'/{user}'", "{user} is unknown"),
            ("login", "'login'", "not an address"), ("login", "'/a\"b'", "must not contain \""),
            ("login", "'/a$b'", "must not contain $"), ("answer", "'{who}'", "{who} is unknown"),
            ("answer", "'100%'", "must not contain %"), ("answer", "'a\\n'", "must not contain \\"),
            ("answer_closed", "'$x'", "must not contain $"), ("answer_type", "'a b'", "not a media type"),
            ("table", "'hosts'", "absolute"), ("bogus", "1", "unknown key"),
        ):
            with self.subTest(key, value=value):
                result = self.of_profile(f"{key} = {value}\n")
                self.assert_error(result, 78, f"{self.file}:4: [profile.wiki.gate]")
                self.assertIn(key, result.stderr)
                self.assertIn(why, result.stderr)
        result = self.of_profile('[[profile.wiki.gate.files]]\npath = "/a"\nfile = "b/{file}"\n')
        self.assert_error(result, 78, "path: '/a' has 0 groups")
        result = self.gate('[web]\nstatus_dir = "/run/a b"\n')
        self.assert_error(result, 78, "[web] status_dir: ")


if __name__ == "__main__":
    unittest.main()
