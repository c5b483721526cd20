"""Values become text: wording, terminal, JSON, graph formats. Prints nothing."""
