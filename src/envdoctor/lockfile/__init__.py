"""Lockfiles: read in every format, compared, and written through conda-lock and py-rattler."""
