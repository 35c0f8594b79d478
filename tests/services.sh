#!/bin/sh
# A browser, a PostgreSQL server, nginx, systemd's checker, what lays out PDF and what makes network namespaces, for the tests: uses what is installed, installs it where it may, else says so.
set -eu

has_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
has_postgres() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; }
has_pango() { /sbin/ldconfig -p | grep -q libpangoft2-1.0 && /sbin/ldconfig -p | grep -q libharfbuzz-subset; }

has_nginx() { command -v nginx; }
has_systemd() { command -v systemd-analyze; }
has_ip() { [ "$(id -u)" != 0 ] || PATH="$PATH:/sbin:/usr/sbin" command -v ip; }

missing=""
has_browser >/dev/null 2>&1 || missing="$missing chromium"
has_postgres >/dev/null 2>&1 || missing="$missing postgresql"
has_pango >/dev/null 2>&1 || missing="$missing libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
has_nginx >/dev/null 2>&1 || missing="$missing nginx-light"
has_systemd >/dev/null 2>&1 || missing="$missing systemd"
has_ip >/dev/null 2>&1 || missing="$missing iproute2"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing for the tests:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "Not installed, and not ours to install:$missing. Tests that need it are skipped and say so."
    [ -z "${CI:-}" ] || exit 1
fi
