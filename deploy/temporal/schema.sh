#!/bin/sh
# Brings Temporal's two databases to the schema of this release, once, before the server starts. Safe to repeat:
# `setup-schema` leaves a schema that is newer than 0.0 as it is, `update-schema` does what is missing.
set -eu
SQL_PASSWORD=$(cat /run/secrets/temporal_database_password)
export SQL_PASSWORD

sql_tool() {
    database=$1
    shift
    temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u temporal --db "$database" "$@"
}

for pair in temporal:temporal temporal_visibility:visibility; do
    database=${pair%%:*}
    sql_tool "$database" setup-schema -v 0.0
    sql_tool "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/${pair##*:}/versioned"
done
