"""All snapshots and the whole written state in one file, and back from it.

The file holds no keys and no passwords: who signs links and cookies is in the configuration and
in the file of keys beside the state, which are to be kept elsewhere.
"""
