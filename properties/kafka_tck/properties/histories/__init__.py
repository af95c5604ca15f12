"""Histories: several clients at once while things fail, recorded, and judged afterwards."""
