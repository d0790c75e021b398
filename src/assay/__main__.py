"""`python -m assay` is the command line, where the `assay` script is not on the path."""

from assay.cli.main import main

if __name__ == "__main__":
    main()
