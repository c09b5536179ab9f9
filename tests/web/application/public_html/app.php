<?php
// SPDX-License-Identifier: MIT
// The application, as far as the gate can tell: a login page, a login, an API, each naming its workspace.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$workspace = preg_match('#^/sys(\w+)/#', $path, $found) ? $found[1] : '';
define('SYS_SYS', $workspace);
header('X-Application: yes');
ob_start();
if (preg_match('#/login/authentication$#', $path)) {
    include __DIR__ . '/../interceptor.php';
    echo "welcome to " . htmlspecialchars($workspace) . ", " . htmlspecialchars($_POST['form']['USR_USERNAME'] ?? 'nobody');
} elseif (preg_match('#/login/login$#', $path)) {
    echo '<!DOCTYPE html><title>Login</title><h1>Login of ' . htmlspecialchars($workspace) . '</h1>'
        . '<form method="post" action="authentication"><label>User <input id="user" name="form[USR_USERNAME]"></label>'
        . '<label>Password <input id="password" type="password" name="form[USR_PASSWORD]"></label>'
        . '<button id="go">Login</button></form>';
} elseif (preg_match('#/busy$#', $path)) {
    http_response_code(503);
    echo 'the application is busy';
} else {
    echo 'application: ' . htmlspecialchars($_SERVER['REQUEST_METHOD'] . ' ' . $path);
}
