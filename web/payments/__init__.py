"""Finance's pages: payments by state, payment runs of two people, statements compared with the ledger."""
