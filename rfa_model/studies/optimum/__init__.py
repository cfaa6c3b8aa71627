"""Where the needle should be aimed, given how it is placed."""
