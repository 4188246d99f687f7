"""Posts to look through, and the engines that are asked beside ours."""
