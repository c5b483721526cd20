"""From conflicts to edits that could mend them, cheapest first: loosened lines, corrections, weights."""
