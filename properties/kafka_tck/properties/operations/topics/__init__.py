"""Topics: made, found under their names and ids, grown, deleted, made anew."""
