"""Frozen values in the field's words. Standard library only; nothing here reads, solves or prints."""
