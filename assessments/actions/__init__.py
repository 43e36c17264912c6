"""What can happen in a creation year. Import a concept as a module: `from assessments.actions import ledger`."""
