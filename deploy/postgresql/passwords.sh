#!/bin/sh
# Gibt den Rollen aus roles.sql ihre Kennwörter; vom Abbild der Datenbank beim ersten Start aufgerufen.
set -eu
psql -v ON_ERROR_STOP=1 -q -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
    -v owner="$OWNER_PASSWORD" -v work="$WORK_PASSWORD" -v read="$READ_PASSWORD" <<'SQL'
ALTER ROLE fundstelle_owner PASSWORD :'owner';
ALTER ROLE fundstelle_work PASSWORD :'work';
ALTER ROLE fundstelle_read PASSWORD :'read';
SQL
