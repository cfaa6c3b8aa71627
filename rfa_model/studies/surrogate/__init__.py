"""What a study has learnt, as a function that is cheap to ask."""
