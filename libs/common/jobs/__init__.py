"""Long work: files taken in as jobs that go on in steps, one transaction each, fairly between organisations."""
