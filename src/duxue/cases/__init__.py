"""Cases: procedures as data, terms in working days, clocks that can be checked on any past day."""
