"""The client tower: what users call, the journal behind it, and how records reach a store."""
