"""The ledger of counts, its releases, and figures protected from disclosure."""
