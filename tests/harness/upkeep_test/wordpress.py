# SPDX-License-Identifier: MIT
"""Real blogs: Debian's WordPress, one code, a configuration and a database for each host."""

import pathlib
import re
import shutil
import unittest

from .dumps import cached_dump, restore
from .mediawiki import run_php
from .paths import REPOSITORY
from .server import Server

CODE = pathlib.Path("/usr/share/wordpress")
ADMIN = ("admin", "a long one")  #: who can log in to every blog
DOMAIN = "blog.test"  #: a blog's host is NAME.blog.test
UPGRADE = REPOSITORY / "scripts" / "wordpress" / "upgrade.php"

CONFIG = """<?php
define('DB_NAME', 'blog_@NAME@');
define('DB_USER', '@USER@');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:@SOCKET@');
define('WP_HOME', 'http://' . $_SERVER['HTTP_HOST']);
define('WP_SITEURL', 'http://' . $_SERVER['HTTP_HOST']);
define('WP_CONTENT_DIR', '@CONTENT@');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTH_KEY', '@NAME@-1');
define('SECURE_AUTH_KEY', '@NAME@-2');
define('LOGGED_IN_KEY', '@NAME@-3');
define('NONCE_KEY', '@NAME@-4');
define('AUTH_SALT', '@NAME@-5');
define('SECURE_AUTH_SALT', '@NAME@-6');
define('LOGGED_IN_SALT', '@NAME@-7');
define('NONCE_SALT', '@NAME@-8');
"""

INSTALL = """<?php
$_SERVER['HTTP_HOST'] = 'first.@DOMAIN@';
$_SERVER['REQUEST_URI'] = '/';
define('WP_INSTALLING', true);
function wp_mail() { return true; }
require '@TREE@/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('got_rewrite', '__return_false');
wp_install('First', '@ADMIN@', 'admin@example.org', true, '', '@PASSWORD@');
update_option('template', 'plain');
update_option('stylesheet', 'plain');
"""

#: The package has no theme of its own.
THEME = {
    "style.css": "/*\nTheme Name: Plain\n*/\n",
    "index.php": "<!DOCTYPE html><html><head><?php wp_head(); ?></head><body><h1><?php bloginfo('name'); ?></h1><?php"
                 " while (have_posts()) { the_post(); the_title('<h2>', '</h2>'); } wp_footer(); ?></body></html>\n",
}

#: Takes a new blog back to what it was under WordPress 4.4.
OLDER = """
ALTER TABLE wp_options DROP INDEX autoload;
ALTER TABLE wp_users DROP INDEX user_email;
ALTER TABLE wp_comments ALTER comment_type SET DEFAULT '';
UPDATE wp_comments SET comment_type = '';
ALTER TABLE wp_posts MODIFY post_password varchar(20) NOT NULL DEFAULT '';
UPDATE wp_options SET option_value = '35700' WHERE option_name = 'db_version';
"""

POSTS = """
INSERT INTO wp_posts (post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, to_ping, pinged,
    post_modified, post_modified_gmt, post_content_filtered)
  SELECT 1, '2024-01-01', '2024-01-01', REPEAT('words ', 200), CONCAT('Post ', seq), '', '', '', '2024-01-01',
    '2024-01-01', '' FROM seq_1_to_{count};
INSERT INTO wp_comments (comment_post_ID, comment_author, comment_content, comment_date_gmt)
  SELECT 1, 'Ann', CONCAT('Comment ', seq), '2024-01-01' FROM seq_1_to_{count};
"""


def need_wordpress() -> None:
    if not (CODE / "wp-load.php").exists():
        raise unittest.SkipTest("wordpress is not installed")


def versions() -> tuple[str, int]:
    """Of the code that is installed: its release, and the version of the database that belongs to it."""
    text = (CODE / "wp-includes" / "version.php").read_text()
    release, database = re.search(r"wp_version = '([^']+)'", text), re.search(r"wp_db_version = (\d+)", text)
    if not release or not database:
        raise unittest.SkipTest("this WordPress does not say its version")
    return release.group(1), int(database.group(1))


class BlogFarm:
    """Blogs of `server`, the schema of each is blog_NAME. The code and the configurations are in `directory`.

    The code is the package's, wp-config.php included, but for the directory in which that finds the configuration of a
    host: it is not /etc/wordpress.
    """

    schema = "blog_{}"
    domain = DOMAIN

    def __init__(self, server: Server, directory: pathlib.Path):
        need_wordpress()
        self.server = server
        self.directory = directory
        self.tree = directory / "wordpress"
        self.configurations = directory / "etc"
        self.content = directory / "content"
        self.served = [self.tree, self.content, CODE]  #: directories of the document root, and links in it
        self._lay_out()
        self._dump = cached_dump(f"wordpress-{versions()[0]}", server, "blog_first", self._install)

    def _lay_out(self) -> None:
        self.configurations.mkdir(parents=True)
        for name, text in THEME.items():
            path = self.content / "themes" / "plain" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        # Files that look for others beside themselves are copied, others linked to.
        self.tree.mkdir()
        shutil.copytree(CODE / "wp-admin", self.tree / "wp-admin")
        (self.tree / "wp-includes").symlink_to(CODE / "wp-includes")
        (self.tree / "wp-content").symlink_to(self.content)
        for path in CODE.glob("*.php"):
            shutil.copy(path, self.tree)
        config = self.tree / "wp-config.php"
        config.write_text(config.read_text().replace("/etc/wordpress/", f"{self.configurations}/"))

    def _configure(self, name: str) -> None:
        values = {"NAME": name, "USER": self.server.user, "SOCKET": self.server.socket, "CONTENT": str(self.content)}
        path = self.configurations / f"config-{name}.{DOMAIN}.php"
        path.write_text(re.sub(r"@([A-Z]+)@", lambda word: values[word.group(1)], CONFIG))

    def _install(self, directory: pathlib.Path) -> None:
        """Makes the schema blog_first, as WordPress's own installer does."""
        self._configure("first")
        self.server.sql("CREATE DATABASE blog_first CHARACTER SET utf8mb4")
        values = {"DOMAIN": DOMAIN, "TREE": str(self.tree), "ADMIN": ADMIN[0], "PASSWORD": ADMIN[1]}
        script = directory / "install.php"
        script.write_text(re.sub(r"@([A-Z]+)@", lambda word: values[word.group(1)], INSTALL))
        run_php(self.tree, [str(script)])
        (self.configurations / f"config-first.{DOMAIN}.php").unlink()

    @property
    def command(self) -> list[str]:
        """[upgrade] command, to be started in `tree`."""
        return ["php", str(UPGRADE), f"{{workspace}}.{DOMAIN}"]

    def add(self, *names: str, older: bool = True, posts: int = 0) -> None:
        """New blogs, as WordPress 4.4 left them or of the release that is installed, with so many more posts."""
        for name in names:
            self._configure(name)
            restore(self._dump, self.server, f"blog_{name}")
            text = POSTS.format(count=posts) if posts else ""
            self.server.sql(text + (OLDER if older else ""), schema=f"blog_{name}")

    def update(self, name: str) -> str:
        """The upgrade, without the suite."""
        return run_php(self.tree, [word.replace("{workspace}", name) for word in self.command[1:]])
