"""One arm in space to turn and cut, in a window or a browser."""
