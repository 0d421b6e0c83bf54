"""Reading the ledger: the list and its filters, one problem, how units stand, the rows of the next round."""
