-- Runs once, on an empty volume: a role and its databases for the product, another for Temporal. Neither reads the other.
\set pep_password `cat /run/secrets/pep_database_password`
\set temporal_password `cat /run/secrets/temporal_database_password`

CREATE ROLE pep LOGIN PASSWORD :'pep_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
-- Whom row-level security binds: what a page reads, it reads in this role (store/database.py).
SELECT 'CREATE ROLE pep_pages NOLOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pep_pages') \gexec
GRANT pep_pages TO pep;

CREATE DATABASE pep OWNER pep;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;

REVOKE ALL ON DATABASE pep, temporal, temporal_visibility FROM PUBLIC;
