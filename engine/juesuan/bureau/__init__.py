"""The upper-level unit (主管单位): distribute templates, check submissions in bulk, consolidate, send back."""
