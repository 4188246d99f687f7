"""Values of the shell: no Django, no I/O."""
