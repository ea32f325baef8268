"""The officers' web application: search, triage, trace, judge, pack, audit (Django)."""
