"""What `./pep` does, a file for each group of commands. Like `cli.py` part of the composition root."""
