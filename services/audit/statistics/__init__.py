"""Statistics (Art. 19): counted by month in cells as facts arrive; an answer costs the same however many they are."""
