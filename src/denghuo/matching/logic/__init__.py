"""What a match is, in plain Python and NumPy. The kernels must agree with it to the last bit."""
