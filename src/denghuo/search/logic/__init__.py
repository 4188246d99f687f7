"""Looking up, pure: entries as columns, questions, what was found."""
