"""Laws and element matrices of the electro-thermal problem; nothing here knows time, files or probes."""
