"""One short function a command: the whole way from what the user wrote to the value that is reported."""
