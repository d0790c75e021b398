"""What travels between client and server: endpoints, messages, metric chunks. No I/O here."""
