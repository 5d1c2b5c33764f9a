"""What people take away with them: a plan on paper, their list as a file, their meetings in their own calendar."""
