#!/bin/sh
# The ledger's tests run on SQLite and on a PostgreSQL of their own. Installs the server where we may; says so where we may not.
set -eu
for bin in /usr/lib/postgresql/*/bin; do
    if [ -x "$bin/initdb" ]; then exit 0; fi
done
if command -v initdb >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "PostgreSQL is not here and cannot be installed without root; its tests will be skipped by name." >&2
    exit 0
fi
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql
