"""Runs out to files and in from them: spreadsheets, JSON, Parquet and Arrow."""
