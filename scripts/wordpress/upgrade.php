<?php
// SPDX-License-Identifier: MIT
/**
 * Upgrades the database of one WordPress site, as wp-admin/upgrade.php does in a browser.
 *
 *     cd /usr/share/wordpress && php /usr/share/upkeep/wordpress/upgrade.php blog1.example.org
 *
 * The current directory is WordPress's own, with wp-load.php. The operand is the site's host, in a multisite by paths
 * with the path (example.org/blog1). Each piece of work is announced by a line `> WHAT` and closed by `< done`. The
 * last line is `Upgraded: HOST has database version N` if and only if the upgrade is complete. Exit status: 0 complete,
 * also if there was nothing to do; 1 failed, mostly with a line `error: ...`; 64 usage. Plugins are not loaded.
 */

const USAGE = 64;

/** The site that is named, as host and path. */
function parse_site(array $words): array {
    $pattern = '~^([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?)(/[A-Za-z0-9._/-]*)?$~D';
    if (count($words) !== 1 || !preg_match($pattern, $words[0], $found)) {
        fwrite(STDERR, "usage: upgrade.php HOST[/PATH], in the directory of WordPress\n");
        exit(USAGE);
    }
    return ['host' => strtolower($found[1]), 'path' => rtrim($found[2] ?? '', '/') . '/'];
}

/** Prints the line that names a failure, and ends with status 1. */
function give_up(string $why) {
    Work::close();
    echo 'error: ', trim(preg_replace('/\s+/', ' ', html_entity_decode(strip_tags($why)))), "\n";
    exit(1);
}

/** What the upgrade does to the database, by its statements: announces it, and collects errors. */
class Work {
    private static $open = '';
    private static $is_tried = false;
    public static $errors = [];

    /** Filter `query`: before each statement. The error of the statement before is still there. */
    public static function announce($query) {
        global $wpdb;
        self::collect();
        // WordPress tries some statements that may fail, such as a DESCRIBE of a table that is not there yet.
        self::$is_tried = (bool) $wpdb->suppress_errors;
        $what = self::describe((string) $query);
        if ($what !== '' && $what !== self::$open) {
            self::close();
            self::$open = $what;
            echo "> $what\n";
        }
        return $query;
    }

    private static function describe(string $query): string {
        $table = '(?:IF (?:NOT )?EXISTS )?[`"]?(\w+)';
        if (preg_match("/^\\s*(?:CREATE|ALTER|DROP) TABLE $table/i", $query, $found)) {
            return "Changing table $found[1]";
        }
        if (preg_match("/^\\s*CREATE (?:UNIQUE )?INDEX .* ON $table/i", $query, $found)) {
            return "Changing table $found[1]";
        }
        if (preg_match("/^\\s*(?:INSERT (?:IGNORE )?INTO|REPLACE INTO|UPDATE|DELETE FROM) $table/i", $query, $found)) {
            return "Updating the rows of $found[1]";
        }
        return '';
    }

    public static function collect(): void {
        global $wpdb;
        if ($wpdb->last_error !== '' && !self::$is_tried) {
            self::$errors[] = $wpdb->last_error;
            $wpdb->last_error = '';
        }
    }

    public static function close(): void {
        if (self::$open !== '') {
            echo "< done\n";
            self::$open = '';
        }
    }
}

if (PHP_SAPI !== 'cli') {
    http_response_code(404);
    exit;
}
$site = parse_site(array_slice($argv, 1));
if (!is_file('wp-load.php') || !is_file('wp-admin/includes/upgrade.php')) {
    give_up(getcwd() . ' is not the directory of WordPress: it has no wp-load.php');
}

$_SERVER['HTTP_HOST'] = $site['host'];
$_SERVER['SERVER_NAME'] = preg_replace('/:.*/', '', $site['host']);
$_SERVER['REQUEST_URI'] = $site['path'];
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
define('WP_INSTALLING', true);

// WordPress ends with status 0 wherever it gives up: wp_die(), a redirection, an exit in a configuration file.
$is_complete = false;
register_shutdown_function(function () use (&$is_complete) {
    if (!$is_complete) {
        exit(1);
    }
});
// A hook that is there before WordPress: also for a database that cannot be reached.
$GLOBALS['wp_filter']['wp_die_handler'][10]['upkeep'] = [
    'function' => fn() => function ($message) {
        give_up(is_wp_error($message) ? $message->get_error_message() : (string) $message);
    },
    'accepted_args' => 0,
];

// In the global scope, as WordPress expects.
require getcwd() . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

if (!is_blog_installed()) {
    give_up("no WordPress is installed in the database of {$site['host']}");
}
// WordPress takes an address that is no site for the main site.
$asked = preg_replace('/:(?:80|443)$/', '', $site['host']) . $site['path'];
if (is_multisite() ? strcasecmp($current_blog->domain . $current_blog->path, $asked) !== 0 : $site['path'] !== '/') {
    give_up(is_multisite() ? "this network has no site $asked" : 'this is no multisite: name the host alone');
}
$version_in_database = function () use ($wpdb) {
    return (int) $wpdb->get_var("SELECT option_value FROM $wpdb->options WHERE option_name = 'db_version'");
};
$before = $version_in_database();
if ($before > (int) $wp_db_version) {
    give_up("the database has version $before, newer than this WordPress ($wp_db_version)");
}
echo "Database version $before, to be upgraded to $wp_db_version\n";
add_filter('query', ['Work', 'announce']);
wp_upgrade();
Work::collect();
remove_filter('query', ['Work', 'announce']);
Work::close();

foreach (array_unique(Work::$errors) as $error) {
    echo 'error: ', preg_replace('/\s+/', ' ', $error), "\n";
}
$after = $version_in_database();
if (Work::$errors) {
    // WordPress records the new version in any case, and would never try again.
    if ($after !== $before) {
        update_option('db_version', $before);
    }
    exit(1);
}
if ($after !== (int) $wp_db_version) {
    give_up("the database still has version $after");
}
// Changes that WordPress would make again: a plugin may have caused them, so they are no failure.
foreach (dbDelta('all', false) as $change) {
    echo 'warning: differs from a new installation: ', $change, "\n";
}
$is_complete = true;
echo "Upgraded: {$site['host']}", rtrim($site['path'], '/'), " has database version $after\n";
