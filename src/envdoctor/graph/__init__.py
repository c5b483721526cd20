"""networkx views of a resolution and of a conflict. No wording."""
