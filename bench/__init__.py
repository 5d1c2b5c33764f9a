"""Measurements: what a machine takes, printed and never asserted."""
