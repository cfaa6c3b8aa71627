"""What every picture shares: page, scale, colours, shapes, and one arm as plain data to draw."""
