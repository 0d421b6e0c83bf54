"""People, roles, invitations, tokens."""
