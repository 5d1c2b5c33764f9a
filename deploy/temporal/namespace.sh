#!/bin/sh
# Makes the namespace, once. Histories of closed runs are kept for 30 days; the record for 75 years is PostgreSQL.
set -eu
temporal operator cluster health
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 720h
