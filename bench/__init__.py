"""Measures our own work as a ratio to a floor or a peer, in one run."""
