"""What the cases share: meshes, exact solutions, steady solves and fixed steps."""
