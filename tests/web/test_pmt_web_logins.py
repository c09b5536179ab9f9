# SPDX-License-Identifier: MIT
"""The logins that pmt-web(7) describes, with the lines of the page: Basic and LDAP in real life, the others as far as
Apache reads them."""

import base64
import unittest

from upkeep_test import manual
from upkeep_test.apache import MODULES
from upkeep_test.pmt_web_apache import MODULES_OF_CONF, PatchApache, PatchWebTest
from upkeep_test.slapd import Slapd
from upkeep_test.web import password_line

ENTRIES = """\
dn: dc=example,dc=org
objectClass: domain
dc: example

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=org
objectClass: organizationalUnit
ou: groups
""" + "".join(f"""
dn: uid={uid},ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: {uid}
cn: {uid}
sn: {uid}
userPassword: {password}
""" for uid, password in (("anna", "right"), ("bob", "other"), ("zoë", "käse"))) + """
dn: cn=engineers,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: engineers
member: uid=anna,ou=people,dc=example,dc=org
member: uid=zoë,ou=people,dc=example,dc=org

dn: cn=posix,ou=groups,dc=example,dc=org
objectClass: posixGroup
cn: posix
gidNumber: 1000
memberUid: bob
"""
LDAP_MODULES = (*MODULES_OF_CONF, "ldap", "authnz_ldap")


def login(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


class LoginsTest(PatchWebTest):
    def setUp(self):
        super().setUp()
        self.page = manual.section(manual.page("pmt-web.7"), "SET-UP")

    def lines(self, before: str, **replaced: str) -> str:
        """Lines of the page, with the names that a reader replaces."""
        text = manual.literal(self.page, before)
        for old, new in {**replaced}.items():
            self.assertIn(old, text)
            text = text.replace(old, new)
        return text.replace("{", "{{").replace("}", "}}")

    def assert_person(self, apache, name, password, status, account=None):
        answer = apache.get("/pmt/api/v1/me", login=login(name, password))
        self.assertEqual(answer.status, status, f"{name}: {answer}\n{apache.log}")
        if account:
            self.assertIn(f'"account":"{account}"', answer.text)

    def test_basic(self):
        users = self.make_directory() / "users"
        users.parent.chmod(0o755)
        users.write_text(password_line("anna", "right"))
        auth = self.lines("Basic, with users", **{"/etc/apache2/pmt-web.users": str(users)})
        for workers in (None, self.open_workers()):
            apache = self.open_apache(workers, auth=auth)
            self.assert_person(apache, "anna", "right", 200, "anna")
            self.assert_person(apache, "Anna", "right", 401)
            self.assert_person(apache, "anna", "wrong", 401)

    def test_ldap(self):
        directory = Slapd(ENTRIES)
        self.addCleanup(directory.close)
        directory.start()
        here = {"ldap.example.org": f"localhost:{directory.port}"}
        server = self.lines("outside of any", **{"/etc/ssl/certs/example-ca.pem": str(directory.certificate)})
        auth = self.lines("LDAP, after", **here)
        apache = self.open_apache(self.open_workers(), auth=auth, server=server, modules=LDAP_MODULES)
        self.assert_person(apache, "anna", "right", 200, "anna")
        # The directory ignores case; who it is does not depend on how the name was typed.
        for name in ("Anna", "ANNA", " anna"):
            self.assert_person(apache, name, "right", 200, "anna")
        for name, password in (("anna", "wrong"), ("anna", ""), ("bob", "other"), ("nobody", "right"), ("*", "right"),
                               ("anna)(uid=*", "right"), ("", ""), ("an*", "right")):
            self.assert_person(apache, name, password, 401)
        # An account name is ASCII.
        self.assert_person(apache, "zoë", "käse", 403)
        self.assertEqual(apache.get("/pmt/healthz", login="").body, b"ok\n")
        self.assertEqual(apache.get("/pmt/api/v1/me", login="").status, 401)
        directory.stop()
        # Apache remembers a login for ten minutes; it cannot check a new one.
        self.assert_person(apache, "anna", "right", 200, "anna")
        self.assertIn(apache.get("/pmt/api/v1/me", login=login("bob", "other")).status, (401, 500))
        self.assertEqual(apache.get("/pmt/healthz", login="").body, b"ok\n")

    def test_ldap_with_groups_of_names(self):
        directory = Slapd(ENTRIES)
        self.addCleanup(directory.close)
        directory.start()
        server = self.lines("outside of any", **{"/etc/ssl/certs/example-ca.pem": str(directory.certificate)})
        auth = self.lines("LDAP, after", **{"ldap.example.org": f"localhost:{directory.port}",
                                            "cn=engineers": "cn=posix"})
        apache = self.open_apache(self.open_workers(), auth=auth + self.lines("instead of entries"), server=server,
                                  modules=LDAP_MODULES)
        self.assert_person(apache, "bob", "other", 200, "bob")
        self.assert_person(apache, "anna", "right", 401)

    def test_a_certificate_that_is_not_trusted(self):
        directory = Slapd(ENTRIES)
        self.addCleanup(directory.close)
        directory.start()
        auth = self.lines("LDAP, after", **{"ldap.example.org": f"localhost:{directory.port}"})
        apache = self.open_apache(self.open_workers(), auth=auth, modules=LDAP_MODULES)
        self.assertIn(apache.get("/pmt/api/v1/me", login=login("anna", "right")).status, (401, 500))

    def objection(self, *modules, **options):
        for module in modules:
            if not (MODULES / f"mod_{module}.so").exists():
                self.skipTest(f"mod_{module} is not installed")
        apache = PatchApache(self.installation, modules=(*MODULES_OF_CONF, *modules), **options)
        self.addCleanup(apache.close)
        return apache.objection()

    def test_kerberos_as_apache_reads_it(self):
        self.assertEqual(self.objection("auth_gssapi", auth=self.lines("Kerberos, with")), "")

    def test_openid_connect_as_apache_reads_it(self):
        site = self.lines("OpenID Connect, with", **{"/etc/apache2/pmt-web.client": "/etc/hostname",
                                                     "/etc/apache2/pmt-web.passphrase": "/etc/hostname"})
        self.assertEqual(self.objection("auth_openidc", auth=self.lines("and in the file"), site=site), "")

    def test_openid_connect_keeps_a_form(self):
        """A form that is sent after the login has expired: the page that keeps it may run its script."""
        if not (MODULES / "mod_auth_openidc.so").exists():
            self.skipTest("mod_auth_openidc is not installed")
        provider = "\n".join(f"OIDCProvider{name} https://login.example.org/{name}" for name in
                             ("Issuer", "AuthorizationEndpoint", "TokenEndpoint", "JwksUri"))
        site = self.lines("OpenID Connect, with", **{
            "/etc/apache2/pmt-web.client": "/etc/hostname", "/etc/apache2/pmt-web.passphrase": "/etc/hostname",
            "https://pmt.example.org/": "http://127.0.0.1/",
            "OIDCProviderMetadataURL https://login.example.org/.well-known/openid-configuration": provider})
        apache = self.open_apache(self.open_workers(), auth=self.lines("and in the file"), site=site,
                                  modules=(*MODULES_OF_CONF, "auth_openidc"))
        browser = {"Accept": "text/html"}
        answer = apache.get("/pmt/patches", login="", headers=browser)
        self.assertEqual(answer.status, 302, apache.log)
        self.assertTrue(answer.headers["Location"].startswith("https://login.example.org/Authoriz"), answer)
        answer = apache.request("POST", "/pmt/patches/4.4.0-1/comment", b"text=kept", login="",
                                headers={**browser, "Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status, 200, answer)
        self.assertIn("'text': 'kept'", answer.text)
        self.assertNotIn("Content-Security-Policy", answer.headers)
        self.assertEqual(apache.get("/pmt/healthz", login="").body, b"ok\n")

    def test_names_with_a_domain(self):
        users = self.make_directory() / "users"
        users.parent.chmod(0o755)
        users.write_text(password_line("anna@example.org", "right") + password_line("anna@evil.example", "right"))
        auth = self.lines("Basic, with users", **{"/etc/apache2/pmt-web.users": str(users)})
        key, _, value = manual.literal(self.page, "Names with a domain").strip().partition(" = ")
        self.assertEqual(key, "user")
        self.installation.configure(**{"web.patches": {"user": value.strip('"').replace("\\\\", "\\")}})
        apache = self.open_apache(self.open_workers(), auth=auth)
        self.assert_person(apache, "anna@example.org", "right", 200, "anna")
        self.assert_person(apache, "anna@evil.example", "right", 403)


if __name__ == "__main__":
    unittest.main()
