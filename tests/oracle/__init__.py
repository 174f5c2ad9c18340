"""A second, naive reading of the contract: dictionaries and loops, nothing shared."""
