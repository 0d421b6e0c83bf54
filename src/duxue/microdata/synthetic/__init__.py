"""A synthetic Shandong: real names, codes and totals; invented schools. `synthesize` writes it."""

from duxue.microdata.synthetic.planted import Fault, Gap
from duxue.microdata.synthetic.province import Synthesis, synthesize

__all__ = ["Fault", "Gap", "Synthesis", "synthesize"]
