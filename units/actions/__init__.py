"""What can happen. Import a concept as a module: `from units.actions import unit`."""
