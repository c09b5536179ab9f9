#!/bin/sh
# SPDX-License-Identifier: MIT
# An application, as far as the gate can tell: it says what it was asked for.
asked=$(printf '%s' "$REQUEST_METHOD $HTTP_HOST$REQUEST_URI" | tr -d '<>"&')
printf 'Content-Type: text/html\r\nX-Application: yes\r\n\r\n<!DOCTYPE html><title>Application</title><p>%s\n' "$asked"
