"""The composition root: settings, the command line, the nightly run, the schedule, doctor, demo."""
