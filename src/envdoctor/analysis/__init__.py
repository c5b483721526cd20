"""Minimal cores, few facts, meeting points, kinds of cause. Pure functions over the world and the oracle."""
