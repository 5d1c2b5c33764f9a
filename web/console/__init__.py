"""The console: what is stuck, what may be done about it, how the service is. References and states, no names."""
