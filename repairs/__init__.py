"""What operators see and decide: problems in words, what is offered, previews, approvals, the audit (docs/adr/0011)."""
