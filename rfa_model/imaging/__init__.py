"""How X-rays see bone and applicator: projections, path lengths through bone and steel."""
