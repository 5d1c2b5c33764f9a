"""What each kind of repair does to one thing (performers.py says which function it is)."""
