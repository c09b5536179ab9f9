<?php
// SPDX-License-Identifier: MIT
// An alternative to the gate in the web server: add this to login/authentication.php as its first line:
//
//     include_once '/usr/share/upkeep/processmaker/interceptor.php';
// If the workspace is upgraded, if its state is unknown, or if the tools are not available, it silently does nothing
// and the login proceeds. Otherwise the upgrade is queued and the browser is redirected to the page that shows its
// progress (see upkeep-web(7)). Requires PHP 7.4: older versions cannot start a program without a shell, and there it
// does nothing. It makes no query and reads only the workspace's name.

(static function () {
    // A program and its arguments, as the web server's own account may run it.
    $helper = getenv('UPKEEP_VISITOR') ?: 'sudo -n -u upkeep /usr/libexec/upkeep/ws-visitor';
    $patience_s = 5.0;

    if (PHP_VERSION_ID < 70400 || PHP_SAPI === 'cli' || headers_sent()) {
        return;
    }
    $workspace = defined('SYS_SYS') ? SYS_SYS : (function_exists('config') ? config('system.workspace') : '');
    if (!is_string($workspace) || !preg_match('/\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\z/', $workspace)) {
        return;
    }
    $process = @proc_open(
        preg_split('/ +/', trim($helper)),
        [['pipe', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']],
        $pipes,
        '/'
    );
    if (!is_resource($process)) {
        return;
    }
    @fwrite($pipes[0], "request $workspace\n");
    fclose($pipes[0]);
    stream_set_blocking($pipes[1], false);
    $answer = '';
    $until = microtime(true) + $patience_s;
    while (!feof($pipes[1]) && ($left = $until - microtime(true)) > 0 && strlen($answer) < 65536) {
        $readable = [$pipes[1]];
        $none = null;
        if (@stream_select($readable, $none, $none, (int) $left, (int) (fmod($left, 1) * 1e6)) === false) {
            break;
        }
        $answer .= (string) fread($pipes[1], 8192);
    }
    if (!feof($pipes[1])) {
        @proc_terminate($process);
    }
    fclose($pipes[1]);
    @proc_close($process);

    $status = json_decode($answer, true);
    if (!is_array($status) || ($status['workspace'] ?? null) !== $workspace) {
        return;
    }
    if (!in_array($status['state'] ?? '', ['pending', 'queued', 'running', 'failed'], true)) {
        return;
    }
    // Where to log in afterwards: /sysWORKSPACE/LANG/SKIN/...
    $place = '';
    if (preg_match('#^/sys[^/]+/([A-Za-z-]{2,7})/([A-Za-z0-9_-]{1,40})/#', $_SERVER['REQUEST_URI'] ?? '', $part)) {
        $place = "$part[1]/$part[2]/";
    }
    while (ob_get_level() > 0 && @ob_end_clean()) {
        continue;
    }
    header('Cache-Control: no-store');
    header("Location: /upkeep/$workspace/$place", true, 303);
    exit;
})();
