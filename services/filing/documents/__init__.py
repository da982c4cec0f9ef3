"""Documents of applications, requests and entrustments, announced by their hash before they are sent (Art. 12)."""
