"""The closed world that a request is solved in: records, what hides them, virtual packages, saved cases."""
