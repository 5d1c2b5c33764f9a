#!/bin/sh
# Makes the secrets that docker-compose.yml names, once, with random values. Never overwrites one.
#
# The folder is for its owner only. The files in it are readable, because compose mounts them with their own mode and
# the containers run as users of their own; without entering the folder nobody else reaches them.
set -eu
folder=${1:-$(dirname "$0")/secrets}
umask 022
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

keep() {
    if [ -e "$folder/$1" ]; then
        echo "$folder/$1 exists and is kept."
    else
        cat >"$folder/$1"
        chmod 444 "$folder/$1"
        echo "$folder/$1 made."
    fi
}

random | keep postgres_password
random | keep temporal_database_password
random | keep pep_database_password
printf 'postgresql+asyncpg://pep:%s@postgres:5432/pep' "$(cat "$folder/pep_database_password")" | keep pep_database_url
printf 'k%s:%s' "$(date +%Y%m%d)" "$(head -c 32 /dev/urandom | base64 | tr -d '\n')" | keep pep_encryption_keys
