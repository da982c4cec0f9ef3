"""The centre's review of candidates (报名资格审核, Art. 18(2)): decisions, evidence asked, appeals; all kept."""
