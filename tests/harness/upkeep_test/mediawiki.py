# SPDX-License-Identifier: MIT
"""A farm of real wikis: Debian's MediaWiki, one code and one LocalSettings.php, a database for each wiki."""

import pathlib
import re
import shutil
import subprocess
import unittest
from typing import Sequence

from .dumps import cached_dump, restore
from .process import clean_environment
from .server import Server

CODE = pathlib.Path("/usr/share/mediawiki")
ADMIN = ("Admin", "a long one")  #: who can log in to every wiki
DOMAIN = "wiki.test"  #: a wiki's host is NAME.wiki.test

#: Which wiki: the one that maintenance is told (--wiki), else the one of the host that is asked.
SETTINGS = """<?php
if ( !defined( 'MEDIAWIKI' ) ) {
    exit;
}
require_once "$IP/includes/PlatformSettings.php";
$host = $_SERVER['HTTP_HOST'] ?? 'localhost';
if ( defined( 'MW_DB' ) ) {
    $wiki = MW_DB;
} elseif ( preg_match( '/^([a-z0-9]+)\\.@DOMAIN@(:\\d+)?$/', $host, $found ) ) {
    $wiki = $found[1];
} else {
    http_response_code( 404 );
    exit( 'no such wiki' );
}
$wgSitename = ucfirst( $wiki );
$wgMetaNamespace = 'Project';
$wgServer = "http://$host";
$wgScriptPath = '';
$wgResourceBasePath = '';
$wgDBtype = 'mysql';
$wgDBserver = 'localhost:@SOCKET@';
$wgDBname = "wiki_$wiki";
$wgDBuser = '@USER@';
$wgDBpassword = '';
$wgDBTableOptions = 'ENGINE=InnoDB, DEFAULT CHARSET=binary';
$wgMainCacheType = CACHE_NONE;
$wgLanguageCode = 'en';
$wgSecretKey = '@KEY@';
$wgUpgradeKey = '@KEY@';
$wgEnableEmail = false;
$wgJobRunRate = 0;
$wgDefaultSkin = 'vector';
wfLoadSkin( 'Vector' );
@MORE@
"""

#: Takes a new wiki back to the release before.
OLDER = """
DROP TABLE user_autocreate_serial;
CREATE TABLE revision_actor_temp (
  revactor_rev int unsigned NOT NULL,
  revactor_actor bigint unsigned NOT NULL,
  revactor_timestamp binary(14) NOT NULL,
  revactor_page int unsigned NOT NULL,
  PRIMARY KEY (revactor_rev, revactor_actor),
  UNIQUE INDEX revactor_rev (revactor_rev),
  INDEX actor_timestamp (revactor_actor, revactor_timestamp),
  INDEX page_actor_timestamp (revactor_page, revactor_actor, revactor_timestamp)
) ENGINE=InnoDB DEFAULT CHARSET=binary;
INSERT INTO revision_actor_temp SELECT rev_id, rev_actor, rev_timestamp, rev_page FROM revision;
UPDATE revision SET rev_actor = 0;
ALTER TABLE page ADD page_restrictions tinyblob DEFAULT NULL AFTER page_title;
UPDATE page SET page_restrictions = 'edit=sysop:move=sysop' WHERE page_id % 10 = 1;
ALTER TABLE user MODIFY user_editcount int DEFAULT NULL;
ALTER TABLE ipblocks MODIFY ipb_id int AUTO_INCREMENT NOT NULL, MODIFY ipb_parent_block_id int DEFAULT NULL;
ALTER TABLE ipblocks_restrictions MODIFY ir_ipb_id int NOT NULL;
ALTER TABLE templatelinks DROP PRIMARY KEY,
  ADD tl_namespace int DEFAULT 0 NOT NULL AFTER tl_from,
  ADD tl_title varbinary(255) DEFAULT '' NOT NULL AFTER tl_namespace,
  MODIFY tl_target_id bigint unsigned DEFAULT NULL, ADD INDEX tl_namespace (tl_namespace, tl_title, tl_from),
  ADD INDEX tl_backlinks_namespace (tl_from_namespace, tl_namespace, tl_title, tl_from);
UPDATE templatelinks JOIN linktarget ON lt_id = tl_target_id SET tl_namespace = lt_namespace, tl_title = lt_title;
UPDATE templatelinks SET tl_target_id = NULL;
ALTER TABLE templatelinks ADD PRIMARY KEY (tl_from, tl_namespace, tl_title);
DELETE FROM linktarget;
DELETE FROM updatelog;
"""

#: More pages, each with one revision and one template; they share a text.
PAGES = """
INSERT INTO page (page_id, page_namespace, page_title, page_random, page_touched, page_latest, page_len)
  SELECT seq, 0, CONCAT('Page_', seq), seq / {last}, '20240101000000', seq, 20 FROM seq_{first}_to_{last};
INSERT INTO revision (rev_id, rev_page, rev_actor, rev_timestamp, rev_len, rev_parent_id, rev_sha1)
  SELECT seq, seq, 1, '20240101000000', 20, 0, '0000000000000000000000000000001' FROM seq_{first}_to_{last};
INSERT INTO slots (slot_revision_id, slot_role_id, slot_content_id, slot_origin)
  SELECT seq, 1, 1, seq FROM seq_{first}_to_{last};
INSERT INTO revision_comment_temp (revcomment_rev, revcomment_comment_id) SELECT seq, 1 FROM seq_{first}_to_{last};
INSERT IGNORE INTO linktarget (lt_namespace, lt_title) SELECT 10, CONCAT('Template_', seq) FROM seq_0_to_99;
INSERT INTO templatelinks (tl_from, tl_target_id, tl_from_namespace)
  SELECT seq, lt_id, 0 FROM seq_{first}_to_{last} JOIN linktarget ON lt_title = CONCAT('Template_', seq % 100);
"""


def need_mediawiki() -> None:
    if not (CODE / "maintenance" / "update.php").exists():
        raise unittest.SkipTest("mediawiki is not installed")


def version() -> str:
    """Of the code that is installed, e.g. 1.39.17."""
    found = re.search(r"MW_VERSION', '([^']+)'", (CODE / "includes" / "Defines.php").read_text())
    if not found:
        raise unittest.SkipTest("this MediaWiki does not say its version")
    return found.group(1)


class WikiFarm:
    """Wikis of `server`, the schema of each is wiki_NAME. directory: of the farm's own files.

    more: PHP that is put behind LocalSettings.php.
    """

    schema = "wiki_{}"
    domain = DOMAIN

    def __init__(self, server: Server, directory: pathlib.Path, more: str = ""):
        need_mediawiki()
        self.server = server
        self.directory = directory
        self.served = [CODE]  #: directories of the document root, and links in it
        self.settings = directory / "LocalSettings.php"
        values = {"SOCKET": server.socket, "USER": server.user, "KEY": "5" * 64, "DOMAIN": DOMAIN.replace(".", "\\."),
                  "MORE": more}
        self.settings.write_text(re.sub(r"@([A-Z]+)@", lambda word: values[word.group(1)], SETTINGS))
        self.settings.chmod(0o644)
        self._dump = cached_dump(f"mediawiki-{version()}", server, "wiki_first", self._install)

    def _install(self, directory: pathlib.Path) -> None:
        """Makes the schema wiki_first, as MediaWiki's own installer does."""
        name, password = ADMIN
        self.maintain("install.php", "--dbtype", "mysql", "--dbserver", f"localhost:{self.server.socket}",
                      "--dbuser", self.server.user, "--dbpass", "", "--dbname", "wiki_first",
                      "--confpath", str(directory), "--pass", password, "--scriptpath", "", "First", name)
        # With its messages in the database a wiki's first answer does not take seconds.
        self.maintain("rebuildLocalisationCache.php", "--wiki=first", f"--conf={self.settings}", "--lang=en")

    def maintain(self, script: str, *args: str) -> str:
        """Runs one of MediaWiki's maintenance scripts. @returns what it has printed"""
        return run_php(CODE, [f"maintenance/{script}", *args])

    @property
    def command(self) -> list[str]:
        """[upgrade] command, to be started in CODE."""
        return ["php", "maintenance/update.php", "--wiki={workspace}", "--quick", f"--conf={self.settings}"]

    def add(self, *names: str, older: bool = True, pages: int = 0) -> None:
        """New wikis, of the release before or of the one that is installed, with so many more pages."""
        for name in names:
            restore(self._dump, self.server, f"wiki_{name}")
            text = PAGES.format(first=10, last=9 + pages) if pages else ""
            self.server.sql(text + (OLDER if older else ""), schema=f"wiki_{name}")

    def update(self, name: str) -> str:
        """update.php, without the suite."""
        return run_php(CODE, [word.replace("{workspace}", name) for word in self.command[1:]])

    def is_merged(self, name: str) -> bool:
        """Whether what the older tables held is where the release looks for it."""
        schema = f"wiki_{name}"
        return (self.server.value("SELECT COUNT(*) FROM revision WHERE rev_actor = 0", schema) == "0"
                and self.server.value("SELECT COUNT(*) FROM page_restrictions", schema) != "0")


def run_php(directory: pathlib.Path, args: Sequence[str]) -> str:
    """@throws AssertionError with what it has printed, where its status is not 0"""
    php = shutil.which("php") or "/usr/bin/php"
    done = subprocess.run([php, *args], cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=clean_environment(), check=False, timeout=300)
    if done.returncode != 0:
        raise AssertionError(f"php {' '.join(args)}\nstatus {done.returncode}\n{done.stdout}")
    return done.stdout
