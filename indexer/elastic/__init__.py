"""The Elasticsearch engine: any server 8 or 9, without plugin, script or percolator."""
