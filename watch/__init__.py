"""The third process: looks for what is stuck, tells people, carries repairs out and sees whether they helped."""
