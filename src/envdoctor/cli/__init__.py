"""typer: one file a command; options in, exit code out. Only here is anything printed."""
