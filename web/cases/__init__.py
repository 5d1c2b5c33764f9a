"""Case tracking: lists, the single case over the years, reports, finance."""
