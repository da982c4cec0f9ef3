"""How organisations stand: suspension, abnormal list, blacklist and exit, as audit tells of them (Art. 22)."""
