"""Policy, audit, scope, words."""
