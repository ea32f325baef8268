"""The stages of the one path. Each can be run alone, be killed at any instant, and be run again."""
