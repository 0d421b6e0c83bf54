"""Writing people, roles, invitations and tokens."""
