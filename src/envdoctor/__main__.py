"""`python -m envdoctor` is the same as the command `envdoctor`."""

from envdoctor.cli.start import main

if __name__ == "__main__":
    main()
