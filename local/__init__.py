"""The embedded default of `./pep up`: PostgreSQL, Temporal's dev server, a mailbox, worker and web, supervised."""
