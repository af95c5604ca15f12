"""The prove reader: terms as z3 formulas over unbounded whole numbers and sequences.

`Proof` asks whether the claims of a module are inductive, `Unrolling` what a few steps can reach.
"""
