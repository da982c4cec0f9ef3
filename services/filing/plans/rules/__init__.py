"""PURE: the rules that a plan is checked by, one topic a module; `filing.plans.domain` puts them together."""
