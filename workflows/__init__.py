"""The process: when things happen. What follows is decided by the rules, and done by the activities."""
