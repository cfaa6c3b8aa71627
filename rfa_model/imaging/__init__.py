"""How X-rays see bone and needle: projections, path lengths through bone and steel."""
