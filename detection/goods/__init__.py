"""Goods: which class of the Nice Classification an offer belongs to, and how near two classes are."""
