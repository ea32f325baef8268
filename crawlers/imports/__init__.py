"""Files that a platform or a bureau supplies: tables in, records out."""
