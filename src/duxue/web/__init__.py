"""The web site: one project, one app for each working subject; the only room that knows Django."""
