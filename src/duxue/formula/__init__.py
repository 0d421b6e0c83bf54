"""The expression language of packs: grammar, types, units and explanation; knows no SQL."""
