"""The batch reader: breadth-first search over whole frontiers at once, in numpy columns."""
