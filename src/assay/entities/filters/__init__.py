"""Filters and orders that users write, as values: text in, checked syntax tree out."""
