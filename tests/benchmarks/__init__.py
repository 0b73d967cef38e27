"""Figures, not tests: `python3 manage.py bench` (or `-m tests.benchmarks`) measures and prints; nothing here runs in the suite."""
