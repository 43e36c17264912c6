"""What can happen in a creation year. Import a concept as a module: `actions.ledger`."""
