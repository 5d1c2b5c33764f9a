"""The e-PEP: the plan itself, in the browser, for each role."""
