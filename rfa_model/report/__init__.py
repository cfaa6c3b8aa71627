"""One self-contained HTML report from a results folder, and a PDF of it."""
