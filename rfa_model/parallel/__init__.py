"""Work spread over processes, and what the first of several ranks does."""
