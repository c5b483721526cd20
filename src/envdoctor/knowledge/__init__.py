"""Dated facts about the conda world: data with its source and day, and typed access to it."""
