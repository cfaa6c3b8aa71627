"""Anatomies made from somebody's images or surfaces: distances, landmarks, estimated nerves, checks."""
