"""What the user wrote: files and command lines become an EnvironmentSpec in which everything has a place."""
