"""The tests of jobdash, a folder for each floor."""
