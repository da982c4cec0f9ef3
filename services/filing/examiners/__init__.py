"""The register of examiners as audit tells it (Art. 22): whose card is valid for what, for plans to be checked by."""
