"""Pure: the policy language, its evaluators and its kernels. No Django, no I/O, no clock."""
