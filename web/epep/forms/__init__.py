"""What each act asks, one file a subject: functions from a desk to the form, and `FORMS` with their names."""
