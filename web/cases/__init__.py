"""Case tracking: the list of cases, saved views of it, the numbers of today, and what is taken away of it."""
