"""The version of assay, in one place: the build, the server and the command line read it here."""

VERSION = "0.1.0"
__version__ = VERSION
