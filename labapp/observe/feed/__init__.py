"""What reaches the notebook of what the sampler says."""
