"""Items of the province's list (目录清单): an occupation with its track, in dated versions (Art. 1, 3)."""
