"""The demonstration's site: the sample province in the middle of a round, everything in it made up and labelled so."""
