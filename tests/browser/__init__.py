"""The pages in a real Chromium, with a project of their own behind a loopback address."""
