"""conda's configuration with the origin of every value; channel names become URLs; secrets are redacted here."""
