"""What the figures were: kept by the second for an hour, by ten for a day, by five minutes for a month."""
