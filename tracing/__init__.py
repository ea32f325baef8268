"""Link: identifiers in a listing, resolution of sellers to subjects, the upstream walk. Pure; imports only domain."""
