"""What is measured, against which baselines, and how it is reported."""
