"""The web process: the JSON API, the few pages there are, and what watches over both. One ASGI app."""
