"""What crosses a process boundary: roles, messages, activity signatures, states. Additive; standard library only."""
