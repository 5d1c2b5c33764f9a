"""Case tracking: lists, the single case over the years, its letters and its money."""
