"""Messages to persons and firms: written with the event, brought by a job, read in the inbox."""
