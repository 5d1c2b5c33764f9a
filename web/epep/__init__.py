"""The plan itself, in the browser, for each role."""
