"""What another package may add: one phase, one anatomy, one law, one criterion, each in a file of its own."""
