"""Performance self-assessment forms (绩效自评表): targets read as written, scored, verified, consolidated."""
