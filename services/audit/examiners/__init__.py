"""Examiners and their cards (Art. 22): who may examine which occupations, as whom, until when."""
