"""The upper-level unit (主管单位): distribute templates, collect and check submissions in bulk, consolidate, send back."""
