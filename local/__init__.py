"""The embedded default of `./pep up`: PostgreSQL, Temporal's dev server, a mailbox and the service, supervised."""
