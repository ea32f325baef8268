"""Learning from what officers decided: the shipped model, corrected as far as their judgements bear it out. Pure."""
