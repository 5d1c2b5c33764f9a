"""All SQL: tables without behaviour, one file of queries per subject, migrations."""
