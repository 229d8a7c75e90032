"""Every rule against its own case file: cases/<RULE-ID>.toml."""
