"""How the pages look: the one template environment, the frame of every page, and the files that it loads."""
