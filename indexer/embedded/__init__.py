"""The embedded engine: tantivy in a folder, nothing to install or run."""
