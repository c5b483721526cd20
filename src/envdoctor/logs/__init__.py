"""Logs of builds: read in one pass, matched against a catalogue of signatures, and causes told from consequences."""
