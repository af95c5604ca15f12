"""Fetching: from one partition or several, to the end of a log, and with waiting."""
