"""SQL written from typed formulas with portable operations only, and integer arithmetic wherever a sum may tie."""
