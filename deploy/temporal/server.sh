#!/bin/sh
# Gives the Temporal server its database password from the secret file; it knows no setting for a file.
set -eu
POSTGRES_PWD=$(cat /run/secrets/temporal_database_password)
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
