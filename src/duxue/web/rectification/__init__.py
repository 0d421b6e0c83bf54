"""Problems and their rectification."""
