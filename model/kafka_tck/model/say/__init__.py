"""The say reader: formulas in words, tables of states, diagrams of traces, and a TLA+ module."""
