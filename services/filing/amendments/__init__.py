"""What may still change after a plan was accepted: amendments and cancellation (Art. 18(1))."""
