"""`make faults`: random faults for as long as asked."""

from tests.faults.random_faults import main

main()
