"""Rules as dated data: YAML read into typed, versioned, digested packs."""
