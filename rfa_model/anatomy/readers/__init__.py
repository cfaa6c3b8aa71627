"""Files that others made, read and checked: label maps, triangle surfaces, volume meshes, curves; LPS, mm."""
