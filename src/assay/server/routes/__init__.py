"""One file per resource: a route decodes nothing itself, calls one store operation, and answers."""
