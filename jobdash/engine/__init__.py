"""What jobdash does with what it hears: clock, feeds, store, views, dispatch. Knows no library or screen."""
