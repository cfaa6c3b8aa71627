"""What must hold: exact solutions, published measurements, uncertainty of a result."""
