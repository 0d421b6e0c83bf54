"""Points, verification, credibility, grades and problem lists of a yearly evaluation, from results and reviews."""
